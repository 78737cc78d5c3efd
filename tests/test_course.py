"""Nights in which a party turns back, gives way after hardening, or speaks with two voices, to the digest in each form."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tracker.config import Config
from tracker.digest.html import render_html
from tracker.digest.json import render_json
from tracker.digest.markdown import render_markdown
from tracker.digest.terminal import render_terminal
from tracker.digest.text import render_text
from tracker.model import Change, Digest, Label
from tracker.run import run_night
from tracker.store import Store, open_store

NOW = datetime(2031, 5, 4, 3, 0, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "tracker.db") as opened:
        yield opened


def read(store: Store, folder: Path, *articles: tuple[str, str]) -> Digest:
    folder.mkdir(exist_ok=True)
    for date, text in articles:
        (folder / f"{date}.txt").write_text(f"Title: On {date}\nDate: {date}\nSource: Fjord Post\n\n{text}\n", encoding="utf-8")
    return run_night([str(folder)], store, Config(), NOW, "1.0")


def moves(digest: Digest) -> list[Change]:
    found = [c for c in digest.changes if c.before and c.judgement.label is not Label.RESTATED]
    return sorted(found, key=lambda change: change.after.published)


def forms(digest: Digest) -> dict[str, str]:
    """Every form in one line, emphasis taken out."""
    made = {
        "text": render_text(digest, 2000).replace("*", ""),
        "terminal": render_terminal(digest, 2000, colour=False),
        "html": render_html(digest, None),
        "markdown": render_markdown(digest).replace("\\", ""),
    }
    return {name: " ".join(text.split()).replace("&#39;", "'") for name, text in made.items()}


REFUSES = "Norway will not lift the ban on cod exports, Foreign Minister Ada Lind said."
READY = "Norway is ready to lift the ban on cod exports, Foreign Minister Ada Lind said."


def test_a_turn_back_within_days_is_told_as_one(store: Store, tmp_path: Path) -> None:
    digest = read(store, tmp_path / "in", ("2031-03-01", REFUSES), ("2031-03-04", READY), ("2031-03-06", REFUSES))
    there, back = moves(digest)
    assert "back after" not in there.judgement.why
    assert back.judgement.why.endswith("; back after 2 days to what it said on 1 Mar 2031")
    for name, text in forms(digest).items():
        assert "back after 2 days to what it said on 1 Mar 2031" in text, name
        assert "turned back" in text.casefold(), name
        assert "on 6 Mar it says again “Norway will not lift the ban on cod exports”" in text, name
    told = [c for c in json.loads(render_json(digest))["changes"] if c["id"] == back.id]
    assert told[0]["evidence"][-1]["aspect"] == "turned back"


def test_the_same_turn_after_weeks_is_a_move_like_any_other(store: Store, tmp_path: Path) -> None:
    digest = read(store, tmp_path / "in", ("2031-03-01", REFUSES), ("2031-03-04", READY), ("2031-04-06", REFUSES))
    assert len(moves(digest)) == 2
    assert "turned back" not in render_text(digest).casefold()


def test_a_softening_after_three_hardenings_shows_the_path(store: Store, tmp_path: Path) -> None:
    said = "Foreign Minister Ada Lind said."
    digest = read(
        store,
        tmp_path / "in",
        ("2031-01-01", f"Norway is ready to lift the ban on cod exports, {said}"),
        ("2031-01-21", f"Norway is open to lifting the ban on cod exports, {said}"),
        ("2031-02-11", f"Norway sees no need to lift the ban on cod exports, {said}"),
        ("2031-03-01", f"Norway rules out lifting the ban on cod exports, {said}"),
        ("2031-04-01", f"Norway is considering lifting the ban on cod exports, {said}"),
    )
    *hardenings, last = moves(digest)
    labels = [change.judgement.label for change in hardenings]
    assert labels == [Label.HARDENED] * 3
    assert last.judgement.label is Label.SOFTENED
    path = "the first time it has softened after three times hardened since 21 Jan 2031 (is ready to, then is open to,"
    for name, text in forms(digest).items():
        assert path in text, name
    (told,) = [c for c in json.loads(render_json(digest))["changes"] if c["id"] == last.id]
    assert told["evidence"][-1] == {
        "aspect": "path",
        "before": "hardened 21 Jan 2031, hardened 11 Feb 2031, hardened 1 Mar 2031",
        "after": "softened 1 Apr 2031",
    }


OFFICIALS = "Norway is ready to lift the ban on cod exports, senior Norwegian officials said."


def test_officials_do_not_overwrite_a_leader(store: Store, tmp_path: Path) -> None:
    digest = read(store, tmp_path / "in", ("2031-03-01", REFUSES), ("2031-03-04", OFFICIALS), ("2031-03-20", REFUSES))
    (signal,) = moves(digest)
    assert signal.judgement.why.startswith("mixed signals from Ada Lind and senior Norwegian officials; ")
    (last,) = [c for c in digest.changes if c.after.published.day == 20]
    assert last.judgement.label is Label.RESTATED
    assert last.before is not None
    assert last.before.speaker == "Ada Lind"
    for name, text in forms(digest).items():
        assert "mixed signals from Ada Lind and senior Norwegian officials" in text, name
        assert "Ada Lind (1 Mar) and senior Norwegian officials (4 Mar) differ" in text, name
    (told,) = [c for c in json.loads(render_json(digest))["changes"] if c["id"] == signal.id]
    assert told["mixed_signals"] is True


def test_a_leader_who_follows_the_officials_has_moved(store: Store, tmp_path: Path) -> None:
    digest = read(store, tmp_path / "in", ("2031-03-01", REFUSES), ("2031-03-04", OFFICIALS), ("2031-03-08", READY))
    _, leader = moves(digest)
    assert leader.before is not None
    assert leader.before.speaker == "Ada Lind"
    assert "mixed signals" not in leader.judgement.why


def test_the_course_is_loaded_newest_first(store: Store, tmp_path: Path) -> None:
    digest = read(store, tmp_path / "in", ("2031-03-01", REFUSES), ("2031-03-04", READY), ("2031-03-06", REFUSES))
    there, back = moves(digest)
    course = store.load_course(back.after.id)
    assert [change.id for change in course[:2]] == [back.id, there.id]
    assert course[-1].judgement.label is Label.NEW
    assert store.load_course(back.after.id, limit=1) == course[:1]
    assert store.load_course("unknown") == ()
