"""Digests to readers, in two steps that can each be taken up again: composed into the outbox, then sent from it.

What is composed is never composed anew, so nothing is told twice; what is not sent stays in the outbox, so nothing is lost. The
one repeat that SMTP cannot rule out, a connection that breaks after the message and before the server's word on it, carries
the same Message-ID (RFC 5321, section 6.1).
"""

import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.message import EmailMessage
from typing import Final

from tracker.config import Config
from tracker.digest.charts import has_charts
from tracker.digest.compose import compose_digest, compose_subject, find_issues, find_matter
from tracker.digest.mail import Fate, Outcome, Sender, find_address, open_sender
from tracker.digest.message import Content, compose_content, compose_message, compose_message_id
from tracker.digest.selection import is_worth_sending, select_articles, select_changes, select_corrections
from tracker.errors import ConfigurationError, TemporaryError, TrackerError, UsageError
from tracker.model import Delivery, Digest
from tracker.profiles import Mail, Profile, Send
from tracker.store.store import Store

log = logging.getLogger(__name__)

GIVE_UP_AFTER: Final = timedelta(days=5)
"""RFC 5321, section 4.5.4.1: at least four to five days."""
_FIRST_PAUSE: Final = timedelta(minutes=15)
_LONGEST_PAUSE: Final = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Report:
    """What delivery came to: counts of digests composed and of deliveries."""

    composed: int = 0
    sent: int = 0
    deferred: int = 0
    """Still in the outbox, those of earlier nights included."""
    failed: int = 0


def deliver_digests(store: Store, config: Config, now: datetime, articles_seen: int = 0) -> Report:
    """Compose what each profile is due and send whatever the outbox holds that is due; nothing where no mail is configured.

    Raises ConfigurationError where there is no password to be had; by then everything stands in the outbox.
    """
    if config.mail is None:
        return Report()
    composed = sum(compose_delivery(store, profile, config.mail, now, articles_seen) for profile in config.profiles)
    return send_pending(store, config, now, composed)


def compose_delivery(store: Store, profile: Profile, mail: Mail, now: datetime, articles_seen: int = 0) -> bool:
    """Whether the profile had something to be told; it then stands in the outbox, with one delivery for each recipient."""
    outbox = store.outbox
    today = outbox.count_digests(profile.name, now)
    if profile.at_most_per_day is not None and today >= profile.at_most_per_day:
        return False
    start, end = outbox.load_mark(profile.name), outbox.load_end(now)
    material, corrected = outbox.load_material(start, end)
    changes, corrections = select_changes(material.changes, profile, material.articles), select_corrections(corrected, profile)
    news = is_worth_sending(changes, corrections, profile)
    if not news or (profile.send is Send.ALWAYS and today and not changes and not corrections):
        return False  # the window stays open: the next digest begins where this one would have
    since = min(start.until, now) if start.until else None
    digest = compose_digest(
        changes,
        select_articles(material.articles, changes, profile),
        material.failures,
        since=since,
        until=now,
        articles_seen=max(articles_seen, len(material.articles) + len(material.failures)),
    )
    digest = replace(
        digest,
        standings=store.load_standings(find_issues(digest)),
        silences=store.load_silences(since, now, profile.quiet_after_days) if since else (),
        corrections=corrections,
    )
    through = sum((end.change, end.revision, end.failure, end.correction))
    matter = find_matter(digest)
    addressed = [
        (
            to,
            compose_message_id(mail.address, profile.name, now, through, to),
            outbox.find_thread(profile.name, to, matter, start) if matter else "",
        )
        for to in profile.to
    ]
    outbox.save_digest(profile.name, digest, compose_subject(digest), (start, end), now, mail.transport, addressed)
    return True


def send_pending(store: Store, config: Config, now: datetime, composed: int = 0) -> Report:
    """Try every delivery that is due, oldest first. Raises ConfigurationError where there is no password to be had."""
    outbox, mail = store.outbox, config.mail
    due = outbox.load_deliveries(now)
    if mail is None or not due:
        return Report(composed, deferred=len(outbox.load_deliveries()))
    if any(profile.charts for profile in config.profiles) and not has_charts():
        log.warning("charts are left out: Pillow is not installed; install tracker[charts]")
    contents: dict[int, Content] = {}
    sent = failed = 0
    barred: Outcome | None = None
    try:
        with open_sender(mail) as send:
            for delivery in due:
                outcome = barred or _send(store, delivery, config, contents, send)
                if outcome.everybody and barred is None:
                    barred = outcome
                    log.error("%s", outcome.error)
                fate = _record(store, delivery, outcome, now)
                sent += fate is Fate.SENT
                failed += fate is Fate.FAILED
    except TemporaryError as error:
        log.error("%s", error)
        for delivery in due:
            _record(store, delivery, Outcome(Fate.DEFERRED, str(error), everybody=True), now)
    return Report(composed, sent, len(outbox.load_deliveries()), failed)


def check_report(report: Report) -> None:
    """Raises TemporaryError where mail is still waiting."""
    if report.deferred:
        mails = "1 mail is" if report.deferred == 1 else f"{report.deferred:,} mails are"
        raise TemporaryError(f"{mails} deferred: the next run tries again, `tracker mail pending` tells why")


def find_due(attempts: int, now: datetime) -> datetime:
    """When to try again after so many attempts: with the next run after the first, then after pauses that double up to 12 hours."""
    if attempts <= 1:
        return now
    doublings = min(attempts - 2, 10)
    return now + min(_FIRST_PAUSE * (1 << doublings), _LONGEST_PAUSE)


def _send(store: Store, delivery: Delivery, config: Config, contents: dict[int, Content], send: Sender) -> Outcome:
    """`contents` holds what was made for the recipient before: what one digest looks like is made once."""
    try:
        if delivery.digest not in contents:
            contents.clear()
            contents[delivery.digest] = _compose_content(store, delivery, config)
        message = compose_message(contents[delivery.digest], delivery, _find_mail(config))
        return send(message, find_address(delivery.recipient))
    except TrackerError:
        raise
    except Exception as error:  # one message must not keep the others, whatever is wrong with it
        log.debug("traceback", exc_info=True)
        return Outcome(Fate.DEFERRED, f"the message to {delivery.recipient} could not be made ({type(error).__name__}): report it")


def _compose_content(store: Store, delivery: Delivery, config: Config) -> Content:
    """As its profile wants it; one that has gone from the configuration gets what is usual."""
    usual = Profile(delivery.profile, ())
    profile = next((profile for profile in config.profiles if profile.name == delivery.profile), usual)
    return compose_content(store.outbox.load_digest(delivery.digest), profile.form, charts=profile.charts)


def _find_mail(config: Config) -> Mail:
    if config.mail is None:
        raise ConfigurationError("no mail is configured: add [mail] to tracker.toml and name it with --config")
    return config.mail


def _record(store: Store, delivery: Delivery, outcome: Outcome, now: datetime) -> Fate:
    outbox = store.outbox
    if outcome.fate is Fate.SENT:
        outbox.save_sent(delivery, now)
        log.info("%s: sent to %s", delivery.subject, delivery.recipient)
        return Fate.SENT
    old = not outcome.everybody and now - delivery.composed > GIVE_UP_AFTER
    if outcome.fate is Fate.FAILED or old:
        reported = outbox.is_failing(delivery)
        outbox.save_failed(delivery, outcome.error)
        # A recipient that fails night after night is reported once.
        log.log(
            logging.INFO if reported else logging.ERROR,
            "%s: given up; take the address out of 'to', or try again with `tracker mail retry --failed`",
            outcome.error,
        )
        return Fate.FAILED
    outbox.save_deferred(delivery, outcome.error, find_due(delivery.attempts + 1, now))
    if not outcome.everybody:
        log.warning("%s: to be tried again", outcome.error)
    return Fate.DEFERRED


def load_past_message(store: Store, config: Config, until: datetime, profile: str, recipient: str | None = None) -> EmailMessage:
    """The mail of the last digest that a profile had by `until`, to the recipient or else to the first one, as it was delivered.

    The bytes are the same as long as [mail], the [[digest]] and this version are. Raises UsageError where there was none,
    ConfigurationError where no mail is configured.
    """
    mail, delivery = _find_mail(config), store.outbox.load_last_delivery(until, profile, recipient)
    if delivery is None:
        to = f" to {recipient!r}" if recipient else ""
        raise UsageError(f"no digest was composed for {profile!r}{to} by {until:%Y-%m-%d %H:%M}: see [[digest]] in tracker.toml")
    return compose_message(_compose_content(store, delivery, config), delivery, mail)


def load_past_digest(
    store: Store,
    since: datetime | None,
    until: datetime,
    profile: str | None = None,
    parties: tuple[str, ...] = (),
    issues: tuple[str, ...] = (),
    *,
    present: bool = False,
) -> Digest:
    """A digest again: composed from the history for a window, or of the last run as it looks now where `present`, or else the
    last one of `until` as it was composed.

    `parties` and `issues` narrow it down. Raises UsageError where a profile has had no digest by then.
    """
    fresh = since is not None or (present and not profile)
    kept = None if fresh else store.outbox.load_last_digest(until, profile=profile)
    if kept is None and profile and not since:
        raise UsageError(f"no digest was composed for {profile!r} by {until:%Y-%m-%d %H:%M}: see [[digest]] in tracker.toml")
    if kept is None:
        material = store.load_material(since, until) if since else store.load_last_material(until)
        kept = compose_digest(
            material.changes, material.articles, material.failures, since=since, until=until, articles_seen=material.articles_seen
        )
        corrections = store.outbox.load_corrections(store.outbox.load_last_start()) if present else ()
        kept = replace(kept, standings=store.load_standings(find_issues(kept)), corrections=corrections)
    if not (parties or issues):
        return kept
    narrow = Profile("", (), parties, issues)
    changes = select_changes(kept.changes, narrow)
    named = {change.after.issue.id for change in changes}
    return replace(
        kept,
        articles_seen=0,
        changes=changes,
        articles=select_articles(kept.articles, changes, narrow),
        standings=tuple(standing for standing in kept.standings if standing.position.issue.id in named),
        corrections=select_corrections(kept.corrections, narrow),
    )
