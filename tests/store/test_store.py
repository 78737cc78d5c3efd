"""What a night keeps, what it finds again, and that nothing lands by halves."""

import os
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from tracker.errors import StoreError, UsageError
from tracker.model import Digest, Issue, Label, Run
from tracker.store import Store, open_rehearsal, open_store

ROOT = Path(__file__).parents[2]


def load_tables(path: Path) -> dict[str, list[tuple[object, ...]]]:
    with open_store(path, read_only=True) as store:
        names = store._db.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB '_sqlite*'").fetchall()
        return {name: sorted(map(tuple, store._db.execute(f"SELECT * FROM {name}")), key=repr) for (name,) in map(tuple, names)}


def select(store: Store, sql: str, *values: object) -> list[tuple[object, ...]]:
    return [tuple(row) for row in store._db.execute(sql, list(values))]


# ---- runs -------------------------------------------------------------------------------------------------------------------


def test_a_night_is_counted_from_its_rows(store: Store, night: SimpleNamespace) -> None:
    assert night.save_night(store, night.NOW) == Run(
        "1", night.NOW, night.NOW, articles_seen=7, articles_new=6, positions=18, changes=18, failures=1
    )


def test_a_second_run_leaves_every_byte(path: Path, night: SimpleNamespace) -> None:
    with open_store(path) as store:
        night.save_night(store, night.NOW)
    before = path.read_bytes()
    with open_store(path) as store:
        assert night.save_night(store, night.NOW + timedelta(days=1)) is None
    assert path.read_bytes() == before
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]


def test_the_next_run_with_news_gets_the_next_number(store: Store, night: SimpleNamespace) -> None:
    night.save_night(store, night.NOW)
    later = night.NOW + timedelta(days=1)
    run = night.save_night(store, later, articles=7)
    assert (run.id, run.started, run.articles_new, run.failures) == ("2", later, 1, 0)


@pytest.mark.parametrize("statements", [3, 9, 25, 60, 101, 180, 260])
def test_a_killed_run_ends_as_an_undisturbed_one(tmp_path: Path, night: SimpleNamespace, statements: int) -> None:
    killed, undisturbed = tmp_path / "killed.db", tmp_path / "undisturbed.db"
    script = Path(__file__).with_name("night.py")
    done = subprocess.run(
        [sys.executable, str(script), str(killed), str(statements)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
        capture_output=True,
        timeout=60,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    for path in (killed, undisturbed):
        with open_store(path) as store:
            night.save_night(store, night.NOW)
    assert load_tables(killed) == load_tables(undisturbed)


def test_a_run_killed_before_its_end_is_finished_by_the_next(store: Store, night: SimpleNamespace) -> None:
    handle = store.begin_run(night.NOW, "1.0")
    store.save_reading(night.compose_reading(1), handle, night.NOW)
    later = night.NOW + timedelta(hours=1)
    adopted = store.begin_run(later, "1.0")
    assert (adopted.id, adopted.started) == (handle.id, night.NOW)
    finished = store.finish_run(adopted, later, 1)
    assert finished is not None
    assert (finished.finished, finished.articles_new) == (later, 1)
    assert store.begin_run(later, "1.0").id == handle.id + 1


def test_finishing_twice_changes_nothing(store: Store, night: SimpleNamespace) -> None:
    handle = store.begin_run(night.NOW, "1.0")
    store.save_failure(night.FAILURE, handle, night.NOW)
    first = store.finish_run(handle, night.NOW, 1)
    assert store.finish_run(handle, night.NOW + timedelta(hours=1), 5) == first


def test_the_digest_lands_with_the_end_of_its_run(store: Store, night: SimpleNamespace) -> None:
    handle = store.begin_run(night.NOW, "1.0")
    after = night.compose_position(1)
    store.save_reading(night.compose_reading(1, (after,), (night.compose_change(None, after),)), handle, night.NOW)
    material = store.load_run_material(handle.id)
    digest = Digest(None, night.NOW, material.changes, material.articles, material.failures, 1)
    store.finish_run(handle, night.NOW, 1, digest, "1 new position")
    assert select(store, "SELECT run, profile, since, subject, json_extract(changes, '$[0]'), articles FROM digests") == [
        (1, "default", None, "1 new position", material.changes[0].id, 1)
    ]


def test_a_failure_is_recorded_once(store: Store, night: SimpleNamespace) -> None:
    handle = store.begin_run(night.NOW, "1.0")
    assert store.save_failure(night.FAILURE, handle, night.NOW)
    assert not store.save_failure(night.FAILURE, handle, night.NOW)
    assert store.save_failure(replace(night.FAILURE, message="another"), handle, night.NOW)


def test_an_article_is_stored_once(store: Store, night: SimpleNamespace) -> None:
    handle, reading = store.begin_run(night.NOW, "1.0"), night.compose_reading(1)
    assert not store.is_known(reading.article.id)
    assert store.save_reading(reading, handle, night.NOW)
    assert store.is_known(reading.article.id)
    assert not store.save_reading(reading, handle, night.NOW)


def test_an_article_lands_whole_or_not_at_all(store: Store, night: SimpleNamespace) -> None:
    never_stored, after = night.compose_position(1, "Suderland"), night.compose_position(2)
    reading = night.compose_reading(2, (after,), (night.compose_change(never_stored, after),))
    with pytest.raises(StoreError, match="FOREIGN KEY"):
        store.save_reading(reading, store.begin_run(night.NOW, "1.0"), night.NOW)
    tables = ("runs", "articles", "revisions", "summaries", "actors", "issues", "positions", "vectors", "latest_positions")
    assert {table: store._db.table(table).count for table in tables} == dict.fromkeys(tables, 0)


def test_what_is_stored_together_lands_together_or_not_at_all(store: Store, night: SimpleNamespace) -> None:
    handle = store.begin_run(night.NOW, "1.0")
    after = night.compose_position(2)
    stranger = night.compose_change(night.compose_position(9), after)

    def save_both() -> None:
        with store.together():
            store.save_reading(night.compose_reading(1), handle, night.NOW)
            store.save_reading(night.compose_reading(2, (after,), (stranger,)), handle, night.NOW)

    with pytest.raises(StoreError, match="FOREIGN KEY"):
        save_both()
    assert store.load_run_material(handle.id).articles == ()
    assert store.save_reading(night.compose_reading(1), handle, night.NOW)


def test_a_rehearsal_leaves_no_trace(path: Path, night: SimpleNamespace) -> None:
    with open_store(path) as store:
        night.save_night(store, night.NOW, articles=2)
    before = path.read_bytes()
    with open_rehearsal(path) as store:
        run = night.save_night(store, night.NOW, articles=5)
        assert run is not None
        assert (run.id, run.articles_new) == ("2", 3)
    assert path.read_bytes() == before
    with open_rehearsal(path.with_name("none.db")) as store:
        assert night.save_night(store, night.NOW) is not None
    assert not path.with_name("none.db").exists()


# ---- current positions ------------------------------------------------------------------------------------------------------


def save(store: Store, night: SimpleNamespace, *positions: object) -> None:
    handle = store.begin_run(night.NOW, "1.0")
    for position in positions:
        day = int(position.origin[3:5])  # type: ignore[attr-defined]
        store.save_reading(night.compose_reading(day, (position,)), handle, night.NOW)


def test_current_positions_are_the_latest_of_each_issue_newest_first(store: Store, night: SimpleNamespace) -> None:
    old, grain, mines = (night.compose_position(1), night.compose_position(2), night.compose_position(3, issue="sea mines"))
    save(store, night, old, grain, mines, night.compose_position(4, "Suderland"))
    assert store.load_current_positions("Nordia", night.NOW) == (mines, grain)
    assert store.load_current_positions("Nordia", grain.published) == (grain,)
    assert store.load_current_positions("Nordia", grain.published - timedelta(seconds=1)) == (old,)
    assert store.load_current_positions("Nordia", old.published - timedelta(seconds=1)) == ()
    assert store.load_current_positions("Nobody", night.NOW) == ()


def test_a_late_arrival_does_not_become_the_latest(store: Store, night: SimpleNamespace) -> None:
    newer, late = night.compose_position(5), night.compose_position(2)
    save(store, night, newer, late)
    assert store.load_current_positions("Nordia", night.NOW + timedelta(days=9)) == (newer,)
    assert store.load_current_positions("Nordia", late.published) == (late,)


def test_background_is_never_current(store: Store, night: SimpleNamespace) -> None:
    said, recalled = night.compose_position(1), night.compose_position(2, recalled=True)
    save(store, night, said, recalled)
    assert store.load_current_positions("Nordia", night.NOW) == (said,)


def test_of_two_statements_in_one_article_the_one_with_the_change_is_current(store: Store, night: SimpleNamespace) -> None:
    first, second = night.compose_position(1), night.compose_position(1, statement="again")
    reading = night.compose_reading(1, (first, second), (night.compose_change(None, first),))
    store.save_reading(reading, store.begin_run(night.NOW, "1.0"), night.NOW)
    assert store.load_current_positions("Nordia", night.NOW) == (first,)


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM positions WHERE id = ?",
        "UPDATE positions SET recalled = 1 WHERE id = ?",
        "UPDATE positions SET party = 'Suderland' WHERE id = ?",
        "UPDATE positions SET published = '2031-04-01T00:00:00+00:00' WHERE id = ?",
    ],
)
def test_the_latest_positions_follow_when_rows_are_corrected(store: Store, night: SimpleNamespace, change: str) -> None:
    old, new = night.compose_position(1), night.compose_position(2)
    save(store, night, old, new, night.compose_position(3, "Suderland", issue="sea mines"))
    store._db.execute(change, [new.id])
    assert [position.id for position in store.load_current_positions("Nordia", night.NOW)] == [old.id]
    truth = """
        SELECT party, issue, id, published FROM (
            SELECT *, row_number() OVER (PARTITION BY party, issue ORDER BY published DESC, sequence DESC) AS place
            FROM positions WHERE recalled = 0
        ) WHERE place = 1 ORDER BY 1, 2
    """
    kept = "SELECT party, issue, position, published FROM latest_positions ORDER BY 1, 2"
    assert select(store, kept) == select(store, truth)


def test_recent_issues_carry_the_vector_of_their_first_position(store: Store, night: SimpleNamespace) -> None:
    save(
        store, night, night.compose_position(1), night.compose_position(2, issue="sea mines"),
        night.compose_position(3, "Suderland"),
    )  # fmt: skip
    grain, mines = (Issue(night.find_hash("issue", name), name) for name in ("grain passage", "sea mines"))
    assert store.load_recent_issues() == ((grain, night.find_vector(1)), (mines, night.find_vector(2)))
    assert store.load_recent_issues(1) == ((grain, night.find_vector(1)),)


def test_recent_issues_are_those_of_now_whoever_stored_them(store: Store, path: Path, night: SimpleNamespace) -> None:
    save(store, night, night.compose_position(1))
    before = store.load_recent_issues()
    with open_store(path) as other:
        save(other, night, night.compose_position(2, issue="sea mines"))
    mines = Issue(night.find_hash("issue", "sea mines"), "sea mines")
    assert store.load_recent_issues() == ((mines, night.find_vector(2)), *before)


@pytest.mark.parametrize(
    "look_up",
    [
        lambda store, now: store.load_current_positions("Nordia", now),
        lambda store, now: store.load_recent_issues(),  # noqa: ARG005
        lambda store, now: store.is_known("nothing"),  # noqa: ARG005
        lambda store, now: store.load_material(now - timedelta(days=1), now),
        lambda store, now: store.load_run_material(1),  # noqa: ARG005
    ],
    ids=["current", "issues", "known", "window", "run"],
)
def test_look_ups_never_walk_a_table(store: Store, night: SimpleNamespace, look_up: object) -> None:
    night.save_night(store, night.NOW)
    asked: list[str] = []
    store._db.conn.set_trace_callback(asked.append)
    look_up(store, night.NOW)  # type: ignore[operator]
    store._db.conn.set_trace_callback(None)
    plans = [row[3] for sql in asked for row in select(store, f"EXPLAIN QUERY PLAN {sql}")]
    # The walk along an index in its order ends at the limit.
    bounded = {
        "SCAN issues USING COVERING INDEX issues_last_spoken", "SCAN (subquery-1)", "SCAN found", "SCAN CONSTANT ROW", "SCAN runs",
    }  # fmt: skip
    assert asked
    assert [plan for plan in plans if str(plan).startswith("SCAN") and plan not in bounded] == []


# ---- readers ----------------------------------------------------------------------------------------------------------------


def test_a_window_holds_what_was_stored_in_it(store: Store, night: SimpleNamespace) -> None:
    night.save_night(store, night.NOW, articles=2)
    later = night.NOW + timedelta(days=1)
    night.save_night(store, later, articles=3)
    everything, first, second = (
        store.load_material(None, later), store.load_material(None, night.NOW), store.load_material(night.NOW, later),
    )  # fmt: skip
    assert [summary.title for summary in first.articles] == ["Strait, day 1", "Strait, day 2"]
    assert first.articles[0].sentences == (night.compose_text(1).split("\n")[0],)
    assert [summary.title for summary in second.articles] == ["Strait, day 3"]
    assert (first.failures, second.failures) == ((night.FAILURE,), ())
    assert first.changes + second.changes == everything.changes
    assert (first.articles_seen, second.articles_seen, everything.articles_seen) == (3, 4, 7)
    assert store.load_run_material(1) == first
    assert store.load_run_material(2) == store.load_last_material(later) == second
    assert store.load_last_material(night.NOW) == first
    assert store.load_last_material(night.NOW - timedelta(days=1)).articles == ()
    assert second.changes[0].before == first.changes[3].after


def test_a_trace_leads_from_an_id_to_the_text(store: Store, night: SimpleNamespace) -> None:
    before, after = night.compose_position(1), night.compose_position(2)
    change = night.compose_change(before, after)
    save(store, night, before)
    reading = night.compose_reading(2, (after,), (change,))
    store.save_reading(reading, store.begin_run(night.NOW, "1.0"), night.NOW)
    trace = store.load_trace(change.id[:12])
    assert trace == store.load_trace(after.id)
    assert (trace.position, trace.change, trace.earlier, trace.article) == (after, change, before, reading.article)
    start, end = trace.position.attribution.content[0]
    assert trace.article.text[start:end] == after.content
    assert trace.article.text[trace.context.start : trace.context.end] == night.compose_text(2).split("\n")[0]
    assert store.load_trace(before.id).change is None


def test_a_trace_without_a_change_shows_the_earlier_position(store: Store, night: SimpleNamespace) -> None:
    first, second = night.compose_position(1), night.compose_position(3)
    save(store, night, second, first, night.compose_position(2, recalled=True))
    assert store.load_trace(second.id).earlier == first
    assert store.load_trace(first.id).earlier is None


def test_an_id_must_be_one_of_those_there_are(store: Store, night: SimpleNamespace) -> None:
    save(store, night, night.compose_position(1, id="ab"), night.compose_position(2, id="abc"), night.compose_position(3, id="abd"))
    assert store.load_trace("ab").position.id == "ab"
    with pytest.raises(UsageError, match="an id is missing"):
        store.load_trace("")
    with pytest.raises(UsageError, match="no position or change has an id that begins with zz"):
        store.load_trace("zz")
    with pytest.raises(UsageError, match="begins with %:"):
        store.load_trace("%")
    save(store, night, night.compose_position(4, id="xy1"), night.compose_position(5, id="xy2"))
    with pytest.raises(UsageError, match="xy begins more than one id, such as xy1 and xy2"):
        store.load_trace("xy")


def test_the_views_answer_without_a_join(store: Store, night: SimpleNamespace) -> None:
    night.save_night(store, night.NOW, articles=2)
    position = """
        SELECT party, speaker, issue, kind, polarity, commitment, content, title, origin, published, outlet, recalled
        FROM {view} WHERE party = 'Nordia' ORDER BY published
    """
    expected = [
        (
            "Nordia", "its envoy", "grain passage", "indirect", polarity, commitment, content, f"Strait, day {day}",
            f"in/0{day}.txt", f"2031-05-0{day}T00:00:00+00:00", "The Skerry Post", 0,
        )
        for day, polarity, commitment, content in (
            (1, "for", "is ready to", "it is ready to open the strait to grain ships"),
            (2, "against", "rules out", "it rules out opening the strait to grain ships"),
        )
    ]  # fmt: skip
    assert select(store, position.format(view="position_detail")) == expected
    assert select(store, position.format(view="current_stance")) == expected[1:]
    change = """
        SELECT party, issue, label, why, before_content, after_content, before_origin, after_origin, before_published,
            after_published, before_outlet
        FROM change_detail WHERE party = 'Nordia' ORDER BY label
    """
    (_, *_, one_content, _, one_origin, one_published, _, _), (*_, two_content, _, two_origin, two_published, _, _) = expected
    why = "because it says so"
    assert select(store, change) == [
        ("Nordia", "grain passage", "new", why, None, one_content, None, one_origin, None, one_published, None),
        (
            "Nordia", "grain passage", "reversed", why, one_content, two_content, one_origin, two_origin, one_published,
            two_published, "The Skerry Post",
        ),
    ]  # fmt: skip


def test_unrelated_is_no_change(store: Store, night: SimpleNamespace) -> None:
    before, after = night.compose_position(1), night.compose_position(2)
    save(store, night, before)
    reading = night.compose_reading(2, (after,), (night.compose_change(before, after, Label.UNRELATED),))
    with pytest.raises(StoreError, match="label IN"):
        store.save_reading(reading, store.begin_run(night.NOW, "1.0"), night.NOW)


def test_full_text_search_follows_its_tables(store: Store, night: SimpleNamespace) -> None:
    save(store, night, night.compose_position(1), night.compose_position(2))
    articles = "SELECT title FROM revisions WHERE sequence IN (SELECT rowid FROM articles_fts WHERE articles_fts MATCH ?)"
    positions = "SELECT id FROM positions WHERE sequence IN (SELECT rowid FROM positions_fts WHERE positions_fts MATCH ?)"
    assert len(select(store, articles, "harbour")) == 2
    assert select(store, positions, "rules") == [(night.compose_position(2).id,)]
    store._db.execute("UPDATE positions SET statement = 'lighthouse', content = '' WHERE id = ?", [night.compose_position(2).id])
    store._db.execute("UPDATE revisions SET text = 'lighthouse' WHERE id = ?", [night.find_hash("article", 2)])
    assert select(store, positions, "rules") == []
    assert len(select(store, positions, "lighthouse")) == 1
    assert len(select(store, articles, "harbour")) == 1
    store._db.execute("DELETE FROM positions WHERE id = ?", [night.compose_position(2).id])
    assert select(store, positions, "lighthouse") == []
    for index in ("articles_fts", "positions_fts"):
        store._db.execute(f"INSERT INTO {index} ({index}, rank) VALUES ('integrity-check', 1)")


def test_hostile_text_is_kept_as_text(store: Store, night: SimpleNamespace) -> None:
    nasty = "'); DROP TABLE articles; --\0\ud800<script>"
    position = night.compose_position(1, speaker=nasty, party=nasty)
    save(store, night, position)
    kept = nasty.replace("\0", "�").replace("\ud800", "�")
    assert [found.speaker for found in store.load_current_positions(nasty, datetime.max.replace(tzinfo=night.NOW.tzinfo))] == [kept]


# ---- witnesses --------------------------------------------------------------------------------------------------------------


def test_witnesses_are_outlets_and_not_statements(store: Store, night: SimpleNamespace) -> None:
    handle, original = store.begin_run(night.NOW, "1.0"), night.compose_position(1)
    store.save_reading(night.compose_reading(1, (original,), (night.compose_change(None, original),)), handle, night.NOW)
    for day, outlet in ((2, "Bay Post"), (3, "bay post"), (4, ""), (5, "")):
        copies = [night.compose_position(day, copy_of=original.id, speaker=speaker) for speaker in ("its envoy", "the envoy")]
        reading = night.compose_reading(day, tuple(copies))
        store.save_reading(replace(reading, article=replace(reading.article, outlet=outlet)), handle, night.NOW)
    assert select(store, "SELECT witnesses FROM position_detail WHERE id = ?", original.id) == [(4,)]
    assert [change.witnesses for change in store.load_run_material(handle.id).changes] == [4]
