"""Re-extraction: as if the present rules had read every kept text in the first place, and no news of it."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import tracker.intake
from tracker.config import Config, load_config
from tracker.delivery import compose_delivery
from tracker.model import Actor, ActorKind, Digest, Label
from tracker.profiles import Mail, Profile
from tracker.reextract import Reextraction, find_replay_path, reextract_texts
from tracker.run import run_night
from tracker.stamp import find_extractor
from tracker.store import open_store
from tracker.store.takeover import REPLACED, Shift
from tracker.store.upkeep import find_faults, forget_articles

NOW = datetime(2031, 5, 4, 3, 0, tzinfo=UTC)
OLD = Config()
"""Knows states and large organisations; the seeds' own actors are strangers to it."""
MAIL = Mail(sender="tracker@example.org", host="localhost")
DESK = Profile("desk", ("desk@example.org",))
LEFT_ALONE = {
    "runs",
    "articles",
    "revisions",
    "failures",
    "digests",
    "deliveries",
    "corrections",
    "feeds",
    "links",
    "answers",
    "inquiries",
}
"""Tables that re-extraction does not touch, but for the extractor of revisions."""


@pytest.fixture(scope="module")
def new(seeds: Path) -> Config:
    return load_config(seeds / "tracker.toml")


def night(database: Path, config: Config, *inputs: Path, now: datetime = NOW) -> Digest:
    with open_store(database) as store:
        return run_night([str(given) for given in inputs], store, config, now, find_extractor("1.0", config))


def replay(database: Path, config: Config, **options: Any) -> Reextraction:
    return reextract_texts(database, config, find_extractor("1.0", config), NOW + timedelta(days=30), **options)


@pytest.fixture
def database(tmp_path: Path, seeds: Path) -> Path:
    """The seeds, read without the actors that their reader has added since."""
    path = tmp_path / "tracker.db"
    night(path, OLD, seeds)
    return path


def load_rows(database: Path, table: str, but: tuple[str, ...] = ()) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(database)) as db:
        columns = [row[1] for row in db.execute(f"PRAGMA table_info({table})") if row[1] not in but]
        return sorted(db.execute(f"SELECT {', '.join(columns)} FROM {table}").fetchall(), key=repr)


def load_understanding(database: Path) -> dict[str, list[tuple[object, ...]]]:
    """All that was made of the texts, without when and by which run."""
    return {table: load_rows(database, table) for table in REPLACED if table != "changes"} | {
        "changes": load_rows(database, "changes", ("sequence", "run", "stored", "quiet"))
    }


def select(database: Path, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(database)) as db:
        return db.execute(sql).fetchall()


def test_it_ends_as_if_read_that_way_in_the_first_place(database: Path, tmp_path: Path, new: Config, seeds: Path) -> None:
    night(tmp_path / "fresh.db", new, seeds)
    assert load_understanding(database) != load_understanding(tmp_path / "fresh.db")
    done = replay(database, new)
    assert (done.texts, done.outdated, done.failures) == (7, 7, 0)
    assert done.effects
    assert done.effects.positions.added > 0
    assert load_understanding(database) == load_understanding(tmp_path / "fresh.db")
    assert find_faults(database) == []
    with closing(sqlite3.connect(database)) as db:
        for index in ("articles_fts", "positions_fts"):
            db.execute(f"INSERT INTO {index} ({index}, rank) VALUES ('integrity-check', 1)")
    assert not find_replay_path(database).exists()
    assert database.with_name("tracker.db.before-reextraction").stat().st_mode & 0o077 == 0


def test_it_goes_back_as_well(database: Path, new: Config) -> None:
    before = load_understanding(database)
    replay(database, new)
    replay(database, OLD)
    assert load_understanding(database) == before


def test_evidence_stays_verbatim(database: Path, new: Config) -> None:
    replay(database, new)
    sql = "SELECT text, content, content_spans FROM positions JOIN revisions ON revisions.id = positions.revision"
    found = select(database, sql)
    assert found
    for text, content, spans in found:
        assert content == " ".join(text[start:end] for start, end in json.loads(spans))


def test_nothing_is_out_of_date_is_no_work(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = database.read_bytes()
    monkeypatch.setattr("tracker.reextract.take_again", None)
    assert replay(database, OLD).effects is None
    assert database.read_bytes() == before


def test_everything_again_alters_nothing(database: Path) -> None:
    before = load_understanding(database)
    numbers = load_rows(database, "changes")
    done = replay(database, OLD, everything=True)
    assert done.effects
    assert done.effects.is_nothing
    assert load_understanding(database) == before
    assert load_rows(database, "changes") == numbers


def test_what_it_finds_is_no_news(database: Path, new: Config, tmp_path: Path) -> None:
    with open_store(database) as store:
        assert compose_delivery(store, DESK, MAIL, NOW)
    told = {row[0]: row for row in select(database, "SELECT id, sequence, run, stored, after FROM changes")}
    digests = load_rows(database, "digests")
    replay(database, new)
    found = select(database, "SELECT id, quiet, after FROM changes")
    positions = {row[-1] for row in told.values()}
    assert {row[2] not in positions for row in found if row[1]} == {True}
    assert all(not row[1] for row in found if row[2] in positions)
    assert any(row[1] for row in found)
    for row in select(database, "SELECT id, sequence, run, stored, after FROM changes"):
        assert row == told.get(row[0], row)
    assert load_rows(database, "digests") == digests
    silent = {row[0] for row in found if row[1]}
    with open_store(database) as store:
        assert not compose_delivery(store, DESK, MAIL, NOW + timedelta(days=1))
        for material in (store.load_run_material(1), store.load_material(None, NOW), store.load_last_material(NOW)):
            assert material.changes
            assert not silent & {change.id for change in material.changes}
    fresh = "Date: 2031-05-05\n\nSpain will not release any more water, its environment minister said on Monday.\n"
    (tmp_path / "fresh.txt").write_text(fresh, encoding="utf-8")
    digest = night(database, new, tmp_path / "fresh.txt", now=NOW + timedelta(days=1))
    (change,) = digest.changes
    assert change.after.party == "Spain"
    with open_store(database) as store:
        assert compose_delivery(store, DESK, MAIL, NOW + timedelta(days=1))
        last = store.outbox.load_last_digest(NOW + timedelta(days=2), profile="desk")
    assert last
    assert [c.id for c in last.changes] == [change.id]


class Cut(Exception):  # noqa: N818 - stands for a crash
    pass


def cut_at(last: int) -> Any:
    def progress(number: int, total: int, identity: str) -> None:  # noqa: ARG001
        if number > last:
            raise Cut

    return progress


def test_what_was_cut_short_is_taken_up(database: Path, tmp_path: Path, new: Config, seeds: Path, monkeypatch: Any) -> None:
    night(tmp_path / "fresh.db", new, seeds)
    before = load_understanding(database)
    read: Counter[str] = Counter()
    take_again = tracker.intake.take_again

    def counted(article: Any, *rest: Any) -> Any:
        read[article.id] += 1
        return take_again(article, *rest)

    monkeypatch.setattr("tracker.reextract.take_again", counted)
    for last in (2, 2, 5):
        with pytest.raises(Cut):
            replay(database, new, progress=cut_at(last))
        assert load_understanding(database) == before
    assert replay(database, new).failures == 0
    assert set(read.values()) == {1}
    assert load_understanding(database) == load_understanding(tmp_path / "fresh.db")


def test_a_night_in_between_is_taken_up_too(database: Path, tmp_path: Path, new: Config, seeds: Path) -> None:
    (tmp_path / "late.txt").write_text("Date: 2031-05-05\n\nSpain will not pay, its finance minister said.\n", encoding="utf-8")
    with pytest.raises(Cut):
        replay(database, new, progress=cut_at(3))
    night(database, new, tmp_path / "late.txt", now=NOW + timedelta(days=1))
    replay(database, new)
    night(tmp_path / "fresh.db", new, seeds)
    night(tmp_path / "fresh.db", new, tmp_path / "late.txt", now=NOW + timedelta(days=1))
    assert load_understanding(database) == load_understanding(tmp_path / "fresh.db")


def test_a_replay_of_something_else_is_begun_anew(database: Path, tmp_path: Path, new: Config, seeds: Path) -> None:
    other = replace(new, actors=(*new.actors, Actor("Skerry Pilots", ActorKind.UNION, "Skerry Pilots")))
    with pytest.raises(Cut):
        replay(database, other, progress=cut_at(3))
    find_replay_path(database).with_name("tracker.db.replay-wal").write_bytes(b"rubbish")
    replay(database, new)
    night(tmp_path / "fresh.db", new, seeds)
    assert load_understanding(database) == load_understanding(tmp_path / "fresh.db")
    find_replay_path(database).write_bytes(b"rubbish and no database at all " * 100)
    assert replay(database, OLD).effects is not None


def test_a_dry_run_tells_what_would_change(database: Path, new: Config) -> None:
    before = database.read_bytes()
    would = replay(database, new, dry_run=True)
    assert database.read_bytes() == before
    assert find_replay_path(database).exists()
    assert would.effects
    assert {shift == Shift(0, 0, 0) for shift in (would.effects.positions, would.effects.changes)} == {False}
    assert any(party == "Hidrotejo" and was is None for party, _, was, _ in would.effects.examples)
    assert replay(database, new).effects == would.effects


# ---- what readers corrected -------------------------------------------------------------------------------------------------


def load_changes(database: Path) -> Iterator[tuple[str, str | None, str, str, str]]:
    yield from select(database, "SELECT id, before, after, label, why FROM changes ORDER BY sequence")


def test_corrections_survive(database: Path, tmp_path: Path, new: Config, seeds: Path) -> None:
    night(tmp_path / "fresh.db", new, seeds)
    still = {row[0] for row in select(tmp_path / "fresh.db", "SELECT id FROM positions")}
    compared = [row for row in load_changes(database) if row[1] and {row[1], row[2]} <= still]
    suppressed, relabelled = compared[:2]
    (position, *_) = [row for row in load_changes(database) if not row[1] and row[2] in still]
    with open_store(database) as store:
        store.save_correction(suppressed[0], None, "irony", NOW)
        store.save_correction(relabelled[0], Label.SOFTENED, "milder", NOW)
        store.save_correction(position[2], None, "nobody said so", NOW)
    by_readers = "SELECT * FROM corrections WHERE \"by\" = 'reader' ORDER BY sequence"
    corrections = select(database, by_readers)
    for config in (new, OLD):
        replay(database, config)
        found = {row[2]: row for row in load_changes(database)}
        assert suppressed[2] not in found
        assert position[2] not in found
        assert found[relabelled[2]][3] == "softened"
        assert found[relabelled[2]][4].startswith("corrected by a reader; the rules had: ")
        assert found[relabelled[2]][4].count("corrected by a reader") == 1
        assert select(database, f"SELECT recalled FROM positions WHERE id = '{position[2]}'") == [(1,)]
        assert select(database, by_readers) == corrections
        assert find_faults(database) == []


def test_a_correction_survives_where_the_pair_is_another(database: Path) -> None:
    """The id of a change names both positions; the reader's verdict is on the later one."""
    (compared, *_) = [row for row in load_changes(database) if row[1]]
    with open_store(database) as store:
        store.save_correction(compared[0], None, "irony", NOW)
        with store._write():
            store._db.execute("UPDATE corrections SET subject = 'a change of before'")
    replay(database, OLD, everything=True)
    assert compared[2] not in {row[2] for row in load_changes(database)}


def test_a_corrected_change_survives_rules_that_do_not_see_it(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (compared, *_) = [row for row in load_changes(database) if row[1]]
    with open_store(database) as store:
        store.save_correction(compared[0], Label.SOFTENED, "milder", NOW)
    monkeypatch.setattr("tracker.comparison.find_candidates", lambda vectors, held: [None for _ in vectors])  # noqa: ARG005
    replay(database, OLD, everything=True)
    found = {row[2]: row for row in load_changes(database)}
    assert (found[compared[2]][0], found[compared[2]][3]) == (compared[0], "softened")
    assert not [row for row in found.values() if row[1] and row[0] != compared[0]]


def test_new_corrections_begin_a_replay_anew(database: Path, new: Config) -> None:
    with pytest.raises(Cut):
        replay(database, new, progress=cut_at(5))
    (first, *_) = [row for row in load_changes(database) if not row[1]]
    with open_store(database) as store:
        store.save_correction(first[2], None, "", NOW)
    replay(database, new)
    assert first[2] not in {row[2] for row in load_changes(database)}


# ---- what cannot be read again ----------------------------------------------------------------------------------------------


def test_what_cannot_be_read_again_is_kept(database: Path, new: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    victim = select(database, "SELECT id FROM revisions WHERE sequence = 2")[0][0]
    before = select(database, f"SELECT id, content FROM positions WHERE revision = '{victim}' ORDER BY id")
    assert before
    read_article = tracker.intake.read_article

    def fail(article: Any, *rest: Any) -> Any:
        if article.id == victim:
            raise RuntimeError("too hard")
        return read_article(article, *rest)

    monkeypatch.setattr("tracker.intake.read_article", fail)
    done = replay(database, new)
    assert done.failures == 1
    assert select(database, f"SELECT id, content FROM positions WHERE revision = '{victim}' ORDER BY id") == before
    assert select(database, "SELECT count(*) FROM positions")[0][0] > len(before)
    assert find_faults(database) == []


def test_a_kept_text_does_not_need_what_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The issue of the second article was born in the first one, of which nothing is left."""
    database = tmp_path / "tracker.db"
    for day, claim in enumerate(("will not lift the ban on cod exports", "is ready to lift the ban on cod exports"), 1):
        text = f"Date: 2031-03-{day:02}\n\nNorway {claim}, its foreign minister said.\n"
        (tmp_path / f"{day}.txt").write_text(text, encoding="utf-8")
        night(database, OLD, tmp_path / f"{day}.txt")
    assert select(database, "SELECT count(*) FROM issues") == [(1,)]
    kept = select(database, "SELECT id, issue, content FROM positions WHERE published > '2031-03-02'")
    read_article = tracker.intake.read_article

    def fail(article: Any, *rest: Any) -> Any:
        if article.origin.endswith("2.txt"):
            raise RuntimeError("too hard")
        return replace(read_article(article, *rest), positions=())

    monkeypatch.setattr("tracker.intake.read_article", fail)
    with pytest.raises(Cut):
        replay(database, OLD, everything=True, progress=cut_at(1))
    assert replay(database, OLD, everything=True).failures == 1
    assert select(database, "SELECT id, issue, content FROM positions") == kept
    assert select(database, "SELECT first_position FROM issues") == [(kept[0][0],)]
    assert find_faults(database) == []


def test_forgotten_texts_stay_forgotten(tmp_path: Path, new: Config) -> None:
    database = tmp_path / "tracker.db"
    for day in range(1, 9):
        claim = ("will not lift the ban on cod exports", "is ready to lift the ban on cod exports")[day % 2]
        text = f"Date: 2031-03-{day:02}\n\nNorway {claim}, its foreign minister said on day {day}.\n"
        (tmp_path / f"{day}.txt").write_text(text, encoding="utf-8")
        night(database, OLD, tmp_path / f"{day}.txt", now=datetime(2031, 3, day, 23, tzinfo=UTC))
    gone = forget_articles(database, datetime(2040, 1, 1, tzinfo=UTC))
    assert gone.articles
    held = {row[0] for row in select(database, "SELECT id FROM positions")}
    told = {row[2] for row in load_changes(database)}
    assert held - told, "what was forgotten took a change with it"
    replay(database, new)
    assert find_faults(database) == []
    assert select(database, "SELECT count(*) FROM revisions WHERE text = ''")[0][0] == gone.articles
    assert {row[0] for row in select(database, "SELECT id FROM positions")} == held
    again = {row[0] for row in select(database, "SELECT after FROM changes WHERE label = 'new'")}
    assert not again & held - told, "what was held before the forgetting is not new"


def test_every_table_is_replaced_or_left_alone(database: Path) -> None:
    named = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%_fts%' AND name NOT LIKE '%sqlite_%'"
    assert {row[0] for row in select(database, named)} == set(REPLACED) | LEFT_ALONE


# ---- the command ------------------------------------------------------------------------------------------------------------


def start(home: Path, *words: object) -> subprocess.Popen[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("TRACKER_")}
    command = [sys.executable, "-m", "tracker.cli", *map(str, words), "--db", str(home / "tracker.db")]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)


def test_killed_and_started_again(database: Path, tmp_path: Path, seeds: Path, new: Config) -> None:
    night(tmp_path / "fresh.db", new, seeds)
    words = ("reextract", "--config", seeds / "tracker.toml")
    for moment in (0.5, 0.7, 0.9, 1.1, 1.3):
        process = start(tmp_path, *words)
        time.sleep(moment)
        process.send_signal(signal.SIGKILL)
        process.communicate()
    process = start(tmp_path, *words)
    told, errors = process.communicate()
    assert process.returncode == 0, errors
    assert "none of this is told as news" in told or "nothing is out of date" in told
    assert load_understanding(database) == load_understanding(tmp_path / "fresh.db")
    process = start(tmp_path, *words)
    assert "nothing is out of date: 7 texts" in process.communicate()[0]


def test_without_a_database(tmp_path: Path) -> None:
    process = start(tmp_path, "reextract")
    assert "there is no database" in process.communicate()[1]
    assert process.returncode == 2


def test_the_stamp(new: Config) -> None:
    stamps = {find_extractor("1.0", config) for config in (OLD, new, replace(OLD, min_confidence=0.5))}
    assert len(stamps) == 3
    assert find_extractor("1.0", OLD) == find_extractor("1.0", Config())
    code = "from tracker.stamp import find_extractor; from tracker.config import Config; print(find_extractor('1.0', Config()))"
    for number in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": number}
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
        assert done.stdout.strip() == find_extractor("1.0", OLD)
