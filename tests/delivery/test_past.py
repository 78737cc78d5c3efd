"""A delivered digest comes again byte for byte, whatever came after it; a follow-up names the mail that it follows."""

import io
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import replace
from datetime import datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from types import SimpleNamespace

import pytest

from tracker.config import Config
from tracker.delivery import deliver_digests, load_past_digest, load_past_message
from tracker.digest.html import render_html
from tracker.digest.json import render_json
from tracker.digest.markdown import render_markdown
from tracker.digest.message import render_message
from tracker.digest.terminal import render_terminal
from tracker.digest.text import render_text
from tracker.errors import ConfigurationError, UsageError
from tracker.model import Label, Position
from tracker.profiles import Form, Mail, Profile, Send, Transport
from tracker.store.store import Store, open_store

DESKS = ("desk@example.org", "Second desk <second@example.org>")
Kept = dict[tuple[str, datetime], dict[str, str]]


@pytest.fixture
def config(tmp_path: Path) -> Config:
    mail = Mail("Tracker <tracker@example.org>", Transport.FOLDER, folder=tmp_path / "box")
    profiles = (
        Profile("desk", DESKS, send=Send.ALWAYS, charts=True),
        Profile("nordia", ("n@example.org",), parties=("Nordia",), form=Form.TEXT),
        Profile("turns", ("t@example.org",), labels=(Label.REVERSED,)),
    )
    return Config(mail=mail, profiles=profiles)


def load_messages(config: Config) -> dict[str, bytes]:
    """The bytes of every message in the folder by Message-ID."""
    assert config.mail is not None
    assert config.mail.folder is not None
    found = [path.read_bytes() for path in config.mail.folder.glob("*.eml")]
    return {str(message_from_bytes(raw, policy=default)["Message-ID"]): raw for raw in found}


def render_forms(store: Store, moment: datetime, profile: str) -> dict[str, str]:
    digest = load_past_digest(store, None, moment, profile)
    return {
        "text": render_text(digest),
        "page": render_html(digest, None),
        "mail": render_html(digest),
        "terminal": render_terminal(digest, 90),
        "markdown": render_markdown(digest),
        "json": render_json(digest),
    }


def save_copy(store: Store, night: SimpleNamespace, original: Position, day: int, now: datetime) -> None:
    """Store an article of another day that only repeats the position: one more witness of it."""
    copy = replace(
        original,
        id=night.find_hash("copy", original.id, day),
        article_id=night.find_hash("article", day),
        copy_of=original.id,
        origin=f"in/{day:02}.txt",
        url=night.find_url(day),
    )
    handle = store.begin_run(now, "1.0")
    assert store.save_reading(night.compose_reading(day, (copy,)), handle, now, night.ACTORS)
    store.finish_run(handle, now, 1)


@pytest.fixture
def nights(path: Path, night: SimpleNamespace, config: Config) -> Iterator[tuple[Store, Kept, dict[str, bytes]]]:
    """Five nights with copies and corrections between them; what each profile was told then, and every mail."""
    kept: Kept = {}
    with open_store(path) as store:
        for number in range(5):
            now = night.NOW + timedelta(days=number)
            night.save_night(store, now, articles=4 + 2 * number)
            deliver_digests(store, config, now, 4 + 2 * number)
            for profile in config.profiles:
                kept[profile.name, now] = render_forms(store, now, profile.name)
            changes = [change for change in load_past_digest(store, None, now, "desk").changes if change.before]
            later = now + timedelta(hours=3)
            save_copy(store, night, changes[0].after, 50 + number, later)
            store.save_correction(changes[-1].id, (None, Label.AMENDED, Label.UNRELATED)[number % 3], "irony", later)
            if number == 2:
                store.save_correction(changes[0].after.id, None, "nobody said so", later)
        yield store, kept, load_messages(config)


def test_every_form_of_every_night_comes_again(nights: tuple[Store, Kept, dict[str, bytes]]) -> None:
    store, kept, _ = nights
    assert len({forms["text"] for forms in kept.values()}) == len(kept)
    assert any("correction" in forms["text"].splitlines()[0] for forms in kept.values())
    for (profile, moment), forms in kept.items():
        for until in (moment, moment + timedelta(hours=20)):
            assert render_forms(store, until, profile) == forms


def test_every_mail_comes_again_to_the_byte(nights: tuple[Store, Kept, dict[str, bytes]], config: Config, path: Path) -> None:
    store, kept, delivered = nights
    store.close()
    assert len(delivered) == 20
    seen = set()
    with open_store(path, read_only=True) as again:
        for profile, moment in kept:
            for to in next(p.to for p in config.profiles if p.name == profile):
                message = load_past_message(again, config, moment + timedelta(hours=5), profile, to)
                raw = render_message(message).replace(b"\r\n", b"\n")
                assert raw == delivered[str(message["Message-ID"])]
                seen.add(str(message["Message-ID"]))
    assert seen == set(delivered)


def test_what_the_command_prints_is_the_mail(nights: tuple[Store, Kept, dict[str, bytes]], tmp_path: Path) -> None:
    from tracker.commands.mail import show

    store, _, delivered = nights
    store.close()
    (tmp_path / "tracker.toml").write_text(
        '[mail]\nfrom = "Tracker <tracker@example.org>"\ntransport = "folder"\nfolder = "box"\n'
        '[[digest]]\nname = "nordia"\nto = ["n@example.org"]\nformat = "text"\n',
        encoding="utf-8",
    )
    printed = io.TextIOWrapper(io.BytesIO())
    with redirect_stdout(printed):
        show("nordia", "2031-05-05", None, tmp_path / "tracker.db", tmp_path / "tracker.toml")
    assert printed.buffer.getvalue() in delivered.values()  # type: ignore[attr-defined]


def test_a_mail_that_never_was(store: Store, night: SimpleNamespace, config: Config) -> None:
    deliver_digests(store, config, night.NOW)
    with pytest.raises(UsageError, match=r"no digest was composed for 'desk' by 2031-05-01"):
        load_past_message(store, config, night.NOW - timedelta(days=3), "desk")
    with pytest.raises(UsageError, match=r"'desk' to 'x@example\.org'"):
        load_past_message(store, config, night.NOW, "desk", "x@example.org")
    with pytest.raises(ConfigurationError, match="no mail is configured"):
        load_past_message(store, Config(), night.NOW, "desk")
    assert load_past_message(store, config, night.NOW, "desk")["To"] == DESKS[0]


def test_what_was_corrected_before_it_was_told_is_no_correction(store: Store, night: SimpleNamespace, config: Config) -> None:
    changes = [change for change in store.load_run_material(1).changes if change.before]
    store.save_correction(changes[0].id, None, "irony", night.NOW)
    deliver_digests(store, config, night.NOW)
    assert load_past_digest(store, None, night.NOW, "desk").corrections == ()
    store.save_correction(changes[1].id, None, "irony", night.NOW)
    deliver_digests(store, config, night.NOW + timedelta(days=1))
    (told,) = load_past_digest(store, None, night.NOW + timedelta(days=1), "desk").corrections
    assert told.subject == changes[1].id


# ---- threads ----------------------------------------------------------------------------------------------------------------


def save_said(store: Store, night: SimpleNamespace, now: datetime, day: int, *matters: tuple[str, str]) -> None:
    """A run with one article in which parties speak to issues, each compared with what was last said."""
    handle = store.begin_run(now, "1.0")
    said = tuple(night.compose_position(day, party, issue) for party, issue in matters)
    changes = []
    for after in said:
        held = [p for p in store.load_current_positions(after.party, after.published) if p.issue == after.issue]
        changes.append(night.compose_change(held[0] if held else None, after))
    store.save_reading(night.compose_reading(day, said, tuple(changes)), handle, now, night.ACTORS)
    store.finish_run(handle, now, 1)


def test_only_a_follow_up_to_the_same_position_joins_its_thread(path: Path, night: SimpleNamespace, config: Config) -> None:
    grain, tolls, other = ("Nordia", "grain passage"), ("Nordia", "tolls"), ("Suderland", "grain passage")
    told: list[str | None] = []
    with open_store(path) as store:
        for day, matters in enumerate(([grain], [grain], [tolls], [other], [grain], [grain, tolls], [tolls]), 1):
            now = night.NOW + timedelta(days=day)
            save_said(store, night, now, day, *matters)
            deliver_digests(store, replace(config, profiles=(Profile("desk", DESKS),)), now)
            first, second = (load_past_message(store, config, now, "desk", to) for to in DESKS)
            assert (first["In-Reply-To"] is None) == (second["In-Reply-To"] is None)
            assert first["In-Reply-To"] is None or first["In-Reply-To"] != second["In-Reply-To"]
            told.append(first["In-Reply-To"])
        ids = [
            str(load_past_message(store, config, night.NOW + timedelta(days=day), "desk", DESKS[0])["Message-ID"])
            for day in range(1, 8)
        ]
    assert told == [None, ids[0], None, None, ids[1], None, ids[5]]


def test_a_mail_that_failed_is_followed_by_none(path: Path, night: SimpleNamespace, config: Config) -> None:
    config = replace(config, profiles=(Profile("desk", ("desk@example.org",)),))
    with open_store(path) as store:
        save_said(store, night, night.NOW, 1, ("Nordia", "tolls"))
        deliver_digests(store, config, night.NOW)
        with store._write():
            store._db.execute("UPDATE deliveries SET state = 'failed', sent = NULL")
        save_said(store, night, night.NOW + timedelta(days=1), 2, ("Nordia", "tolls"))
        deliver_digests(store, config, night.NOW + timedelta(days=1))
        assert load_past_message(store, config, night.NOW + timedelta(days=1), "desk")["In-Reply-To"] is None
