"""The night as a whole, over small articles of our own and the seeds."""

import sqlite3
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

import tracker.intake
from tracker.config import Config
from tracker.errors import ModelError
from tracker.model import Article, Digest, Introduction
from tracker.reading import Knowledge, Understanding, read_article
from tracker.run import run_night
from tracker.store import Store, open_rehearsal, open_store

NOW = datetime(2031, 5, 4, 3, 0, tzinfo=UTC)
LATER = datetime(2031, 5, 5, 3, 0, tzinfo=UTC)

REFUSES = "Norway will not lift the ban on cod exports, its foreign minister said on Monday. The ports were quiet.\n"
YIELDS = "Norway is ready to lift the ban on cod exports, its foreign minister said on Monday. The ports were busy.\n"


def write(folder: Path, name: str, date: str, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"Title: {name}\nDate: {date}\nSource: Fjord Post\n\n{text}", encoding="utf-8")
    return path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "tracker.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with open_store(path) as opened:
        yield opened


def night(store: Store, *inputs: Path, now: datetime = NOW) -> Digest:
    return run_night([str(given) for given in inputs], store, Config(), now, "1.0")


def select(path: Path, sql: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(path) as db:
        found = db.execute(sql).fetchall()
    db.close()
    return found


def dump(path: Path) -> list[str]:
    with sqlite3.connect(path) as db:
        lines = list(db.iterdump())
    db.close()
    return lines


def test_articles_are_taken_in_by_their_date(store: Store, path: Path, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    write(folder, "a-yields.txt", "2031-03-09", YIELDS)
    write(folder, "b-refuses.txt", "2031-02-01", REFUSES)
    told: list[tuple[int, int, str]] = []
    digest = run_night([str(folder)], store, Config(), NOW, "1.0", lambda *progress: told.append(progress))
    names = ["b-refuses.txt", "a-yields.txt"]
    assert [(number, count, Path(origin).name) for number, count, origin in told] == [(1, 2, names[0]), (2, 2, names[1])]
    assert [Path(str(row[0])).name for row in select(path, "SELECT origin FROM articles ORDER BY rowid")] == names
    (moved,) = [change for change in digest.changes if change.before and change.after.party == "Norway"]
    assert moved.before
    assert (Path(moved.before.origin).name, Path(moved.after.origin).name) == ("b-refuses.txt", "a-yields.txt")
    assert (digest.articles_seen, digest.failures) == (2, ())


def test_a_failing_article_is_recorded_and_the_night_goes_on(
    store: Store, path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "in"
    bad = write(folder, "bad.txt", "2031-02-01", REFUSES)
    write(folder, "good.txt", "2031-03-01", YIELDS)

    def read_most(
        article: Article, knowledge: Knowledge, config: Config, known: Sequence[Introduction] = ()
    ) -> Understanding:
        if article.origin == str(bad):
            raise ZeroDivisionError("no divisor")
        return read_article(article, knowledge, config, known)

    with monkeypatch.context() as patched:
        patched.setattr(tracker.intake, "read_article", read_most)
        for now in (NOW, LATER):
            (failure,) = night(store, folder, now=now).failures
            assert (failure.origin, failure.stage) == (str(bad), "understand")
            assert "ZeroDivisionError: no divisor" in failure.message
    assert select(path, "SELECT origin, stage FROM failures") == [(str(bad), "understand")]
    assert [Path(str(row[0])).name for row in select(path, "SELECT origin FROM articles")] == ["good.txt"]
    assert night(store, folder, now=LATER).failures == ()
    assert select(path, "SELECT count(*) FROM articles") == [(2,)]


def test_what_no_article_is_to_blame_for_ends_the_night(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def read_none(*_: object) -> Understanding:
        raise ModelError("no weights")

    monkeypatch.setattr(tracker.intake, "read_article", read_none)
    with pytest.raises(ModelError, match="no weights"):
        night(store, write(tmp_path, "a.txt", "2031-02-01", REFUSES))


def test_a_rehearsal_tells_the_same_and_keeps_nothing(path: Path, tmp_path: Path, seeds: Path) -> None:
    known, fresh = (write(tmp_path / "in", name, date, text) for name, date, text in (
        ("known.txt", "2031-02-01", REFUSES), ("fresh.txt", "2031-03-01", YIELDS),
    ))  # fmt: skip
    with open_rehearsal(path) as store:
        night(store, seeds)
    assert not path.exists()
    with open_store(path) as store:
        night(store, known)
    kept = path.read_bytes()
    with open_rehearsal(path) as store:
        rehearsed = night(store, fresh, now=LATER)
    assert path.read_bytes() == kept
    with open_store(path) as store:
        assert night(store, fresh, now=LATER) == rehearsed
    assert rehearsed.changes


def test_a_second_run_writes_nothing(store: Store, path: Path, seeds: Path) -> None:
    first = night(store, seeds)
    before = dump(path)
    second = night(store, seeds, now=LATER)
    assert dump(path) == before
    assert first.changes
    assert (second.changes, second.articles, second.failures) == ((), (), ())
    assert second.articles_seen == first.articles_seen


def test_a_late_arrival_does_not_become_the_current_stance(store: Store, path: Path, tmp_path: Path) -> None:
    newer, older = (write(tmp_path, name, date, text) for name, date, text in (
        ("newer.txt", "2031-03-01", YIELDS), ("older.txt", "2031-02-01", REFUSES),
    ))  # fmt: skip
    night(store, newer)
    stance = select(path, "SELECT issue_id, content, published FROM current_stance WHERE party = 'Norway'")
    digest = night(store, older, now=LATER)
    assert [summary.title for summary in digest.articles] == ["older.txt"]
    assert select(path, "SELECT count(*) FROM position_detail WHERE party = 'Norway'") >= [(2,)]
    now = select(path, "SELECT issue_id, content, published FROM current_stance WHERE party = 'Norway'")
    assert set(stance) <= set(now)
    # It is compared with what came before it, never with what came after.
    assert all(change.before is None for change in digest.changes)


def test_the_order_of_arrival_does_not_change_what_was_said(path: Path, tmp_path: Path, seeds: Path) -> None:
    articles = sorted(seeds.glob("*.txt"))
    with open_store(path) as store:
        for article in reversed(articles):
            night(store, article)
    with open_store(tmp_path / "ordered.db") as store:
        night(store, *articles)
    with open_store(tmp_path / "again.db") as store:
        night(store, *articles)
    said = "SELECT id, party, speaker, content, published FROM positions ORDER BY id"
    assert select(tmp_path / "again.db", said) == select(tmp_path / "ordered.db", said)
    # Read backwards, articles know less of who is who; but they say the same, and nothing is compared with what came later.
    said = "SELECT content, published FROM positions ORDER BY content, published"
    contents, ordered = (set(select(file, said)) for file in (path, tmp_path / "ordered.db"))
    assert len(contents ^ ordered) <= 0.1 * len(ordered)
    backwards = select(path, "SELECT before_published, after_published FROM change_detail WHERE before_published IS NOT NULL")
    assert all(str(before) <= str(after) for before, after in backwards)


def test_a_night_without_articles_is_quiet(store: Store, path: Path, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    digest = night(store, tmp_path / "in")
    assert digest.changes == digest.articles == ()
    assert len(digest.failures) == 1
    assert select(path, "SELECT count(*) FROM articles") == [(0,)]
