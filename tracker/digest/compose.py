"""What goes into a digest and in which order; the subject of its mail."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from tracker.digest.phrases import MOVED, clean_text, count_labels, count_noun, is_quiet, render_short_date
from tracker.model import ArticleSummary, Change, Digest, Failure, Label

_WEIGHT: Final = {
    Label.REVERSED: 0,
    Label.HARDENED: 1,
    Label.SOFTENED: 1,
    Label.AMENDED: 2,
    Label.NEW: 3,
    Label.RESTATED: 4,
}
_SUBJECT_LIMIT: Final = 110
_SUBJECT_PARTIES: Final = 3
_PARTY_LIMIT: Final = 30
_MOST_ISSUES: Final = 40


def compose_digest(
    changes: Sequence[Change],
    articles: Sequence[ArticleSummary],
    failures: Sequence[Failure],
    *,
    since: datetime | None,
    until: datetime,
    articles_seen: int,
) -> Digest:
    """The digest of a window: changes with the most consequential first, articles and failures as they came.

    Reversals lead; then what hardened or softened, by the size of the step on the commitment ladder (a step that cannot be
    measured counts as none); then amended, new and restated ones. Equals keep the order they came in. `unrelated` pairs are no
    change and are left out.
    """
    told = [change for change in changes if change.judgement.label is not Label.UNRELATED]
    return Digest(
        since=since,
        until=until,
        changes=tuple(sorted(told, key=_consequence)),
        articles=tuple(articles),
        failures=tuple(failures),
        articles_seen=articles_seen,
    )


def compose_subject(digest: Digest) -> str:
    """One line for a mail, at most 110 characters: "[tracker] 2 reversals, 3 hardened: Russia, Turkey (24 Nov)"."""
    counts = count_labels(digest)
    labels: tuple[Label, ...] = tuple(label for label in MOVED if counts[label])
    parts = [count_noun(counts[label], "reversal") if label is Label.REVERSED else f"{counts[label]:,} {label}" for label in labels]
    if not labels and counts[Label.NEW]:
        labels = (Label.NEW,)
        parts = [count_noun(counts[Label.NEW], "new position")]
    elif not labels:
        parts = ["nothing new" if is_quiet(digest) else "no changes"]
        if digest.corrections:
            parts = [count_noun(len(digest.corrections), "correction")]
    if digest.failures and not labels:
        parts.append(f"{count_noun(len(digest.failures), 'input')} failed")
    head, tail = f"[tracker] {', '.join(parts)}", f" ({render_short_date(digest.until)})"
    parties = list(dict.fromkeys(change.after.party for change in digest.changes if change.judgement.label in labels))
    return head + _name_parties(parties, _SUBJECT_LIMIT - len(head) - len(tail)) + tail


def find_issues(digest: Digest) -> tuple[str, ...]:
    """Ids of the issues to which a stance is new or moved, the most consequential first; at most 40."""
    told = (change.after.issue.id for change in digest.changes if change.judgement.label is not Label.RESTATED)
    return tuple(dict.fromkeys(told))[:_MOST_ISSUES]


def find_matter(digest: Digest) -> tuple[str, str] | None:
    """The party and the id of the issue that are all that moved, where nothing else moved, is new or was corrected; else None.

    Only such a digest follows up an earlier mail.
    """
    if digest.corrections:
        return None
    told = [change for change in digest.changes if change.judgement.label is not Label.RESTATED]
    matters = {(change.after.party, change.after.issue.id) for change in told}
    return matters.pop() if len(matters) == 1 and any(change.before for change in told) else None


def _name_parties(parties: list[str], room: int) -> str:
    """ ": Russia, Turkey and 2 more": at most three names, as many as fit into `room` characters."""
    for shown in range(min(len(parties), _SUBJECT_PARTIES), 0, -1):
        more = f" and {len(parties) - shown:,} more" if len(parties) > shown else ""
        named = ": " + ", ".join(clean_text(party, _PARTY_LIMIT) for party in parties[:shown]) + more
        if len(named) <= room:
            return named
    return ""


def _consequence(change: Change) -> tuple[int, int]:
    weight = _WEIGHT[change.judgement.label]
    return weight, -_ladder_step(change) if weight == _WEIGHT[Label.HARDENED] else 0


def _ladder_step(change: Change) -> int:
    """Rungs between the two commitments, 0 to 9."""
    before = change.before.stance.commitment if change.before else None
    after = change.after.stance.commitment
    return abs(after.rung - before.rung) if before and after else 0
