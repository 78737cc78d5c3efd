"""Articles that come again with edits, come late, or come in other outlets: what the history and the digest make of them."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import permutations
from pathlib import Path

import pytest

import tracker.intake
from tracker.config import Config
from tracker.digest.json import render_json
from tracker.digest.markdown import render_markdown
from tracker.digest.text import render_text
from tracker.digest.trace import render_trace, render_versions
from tracker.errors import StoreError
from tracker.model import Corrector, Digest, Label
from tracker.run import run_night
from tracker.store import Store, open_store
from tracker.store.upkeep import forget_articles

NOW = datetime(2031, 5, 4, 3, 0, tzinfo=UTC)

REFUSES = "Norway will not lift the ban on cod exports, its foreign minister said on Monday. The ports were quiet."
YIELDS = "Norway is ready to lift the ban on cod exports, its foreign minister said on Monday. The ports were busy."
LIFTS = (
    "Norway will lift the ban on cod exports only if Britain opens its waters, its foreign minister said on Monday. "
    "The ports were full."
)
DEMANDS = "Sweden demands that Norway pay 50 million euros for the new lighthouse, its trade minister said on Tuesday."
FILLER = " ".join(
    f"The harbour of {name} saw {count} boats on that day, {more} of them from the islands in the {wind}."
    for name, count, more, wind in zip(
        ("Bodø", "Ålesund", "Tromsø", "Stavanger", "Molde"), (12, 31, 7, 44, 19), (3, 11, 2, 15, 9),
        ("north", "west", "far north", "south-west", "middle"), strict=True,
    )
)  # fmt: skip


class World:
    """A folder, a store, and one night after the other."""

    def __init__(self, folder: Path, name: str = "tracker.db") -> None:
        self.folder, self.path, self.now = folder, folder / name, NOW

    def write(self, name: str, date: str, text: str, *, url: str = "", outlet: str = "Fjord Post", title: str = "Cod") -> Path:
        path = self.folder / name
        address = f"URL: {url}\n" if url else ""
        path.write_text(f"Title: {title}\nDate: {date}\nSource: {outlet}\n{address}\n{text}\n", encoding="utf-8")
        return path

    def night(self, *inputs: Path) -> Digest:
        self.now += timedelta(days=1)
        with open_store(self.path) as store:
            return run_night([str(given) for given in inputs], store, Config(), self.now, "1.0")

    def select(self, sql: str) -> list[tuple[object, ...]]:
        db = sqlite3.connect(self.path)
        try:
            return db.execute(sql).fetchall()
        finally:
            db.close()

    def comparisons(self) -> set[tuple[object, ...]]:
        return set(self.select("SELECT id, after_id, before_id, label FROM change_detail"))

    def stance(self, party: str = "Norway") -> list[object]:
        sql = f"SELECT statement FROM current_stance WHERE party = '{party}' AND recalled = 0 ORDER BY published"
        return [row[0] for row in self.select(sql)]


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def moved(digest: Digest) -> list[Label]:
    return [change.judgement.label for change in digest.changes if change.before]


# ---- revisions --------------------------------------------------------------------------------------------------------------


def test_an_edit_is_a_correction_by_the_outlet_and_no_change_of_mind(world: World) -> None:
    world.night(world.write("a.txt", "2031-02-01", REFUSES, url="https://fjord.example/1"))
    told = world.night(world.write("b.txt", "2031-03-01", YIELDS, url="https://fjord.example/2"))
    assert moved(told) == [Label.REVERSED]
    (change,) = told.changes
    edited = YIELDS.replace("is ready to", "will not")
    digest = world.night(world.write("b.txt", "2031-03-01", edited, url="https://www.fjord.example/2/?utm_source=x#top"))
    assert (digest.changes, digest.articles) == ((), ())
    (correction,) = digest.corrections
    assert (correction.by, correction.outlet, correction.was) == (Corrector.OUTLET, "Fjord Post", Label.REVERSED)
    old = change.after.statement
    assert (correction.before, correction.after) == (old, old.replace("is ready to", "will not"))
    assert world.select("SELECT label FROM change_detail ORDER BY after_published") == [("new",), ("restated",)]
    assert world.stance() == ["Norway will not lift the ban on cod exports"]
    assert world.select("SELECT number, text FROM revisions WHERE article = (SELECT article FROM revisions WHERE number = 2)") == [
        (1, f"{YIELDS}\n"),
        (2, f"{edited}\n"),
    ]
    for rendered in (render_text(digest), render_markdown(digest), render_json(digest)):
        assert "is ready to lift" in rendered
        assert "Fjord Post" in rendered
    assert "EDITED BY THE OUTLET" in render_text(digest)
    with open_store(world.path, read_only=True) as store:
        trace = render_trace(store.load_trace(change.id[:10]))  # as the digest of that night named it
        shown = render_versions(store.load_versions("https://fjord.example/2"))
    assert "stored as reversed, now restated" in trace
    assert "- Norway *is ready to* lift" in shown
    assert "+ Norway *will not* lift" in shown
    assert shown in trace


def test_a_line_that_disappears_is_told_and_no_longer_held(world: World) -> None:
    world.night(world.write("b.txt", "2031-03-01", f"{YIELDS} {DEMANDS}", url="https://fjord.example/2"))
    digest = world.night(world.write("b.txt", "2031-03-01", YIELDS, url="https://fjord.example/2"))
    (correction,) = digest.corrections
    assert (correction.by, correction.party, correction.after) == (Corrector.OUTLET, "Sweden", "")
    assert "Fjord Post took out" in render_text(digest)
    assert world.stance("Sweden") == []
    assert world.select("SELECT count(*) FROM change_detail WHERE party = 'Sweden'") == [(0,)]
    assert world.stance("Norway") == ["Norway is ready to lift the ban on cod exports"]


def test_what_a_revision_adds_is_news_of_the_articles_date_and_the_rest_is_not_repeated(world: World) -> None:
    world.night(world.write("b.txt", "2031-03-01", YIELDS, url="https://fjord.example/2"))
    before = world.select("SELECT id FROM positions")
    digest = world.night(world.write("b.txt", "2031-04-02", f"{DEMANDS} {YIELDS}", url="https://fjord.example/2"))
    (change,) = digest.changes
    assert (change.after.party, change.after.published.date().isoformat()) == ("Sweden", "2031-03-01")
    assert digest.corrections == ()
    assert set(before) < set(world.select("SELECT id FROM positions"))
    assert len(world.select("SELECT id FROM positions WHERE party = 'Norway'")) == len(before)
    with open_store(world.path, read_only=True) as store:
        for (position,) in world.select("SELECT id FROM positions"):
            trace = store.load_trace(str(position))
            words = " ".join(trace.article.text[span.start : span.end] for span in trace.position.attribution.content)
            assert words == trace.position.content


def test_edits_without_a_meaning_change_nothing(world: World) -> None:
    world.night(world.write("b.txt", "2031-03-01", f"{YIELDS} {DEMANDS}", url="https://fjord.example/2"))
    known = world.comparisons()
    edited = f"{YIELDS} {DEMANDS}".replace("busy", "bustling").replace("its foreign minister", "the Norwegian foreign minister")
    digest = world.night(world.write("b.txt", "2031-03-01", edited, url="https://fjord.example/2", title="Cod, again"))
    assert (digest.changes, digest.corrections) == ((), ())
    assert world.comparisons() == known
    assert world.select("SELECT title FROM articles") == [("Cod, again",)]
    assert world.night(world.folder / "b.txt").articles_seen == 1


def test_what_followed_an_edited_line_is_compared_again(world: World) -> None:
    world.night(world.write("a.txt", "2031-02-01", REFUSES, url="https://fjord.example/1"))
    world.night(world.write("b.txt", "2031-03-01", YIELDS, url="https://fjord.example/2"))
    (last,) = world.night(world.write("c.txt", "2031-04-01", LIFTS, url="https://fjord.example/3")).changes
    assert last.judgement.label is Label.HARDENED
    edited = YIELDS.replace("is ready to", "will not")
    digest = world.night(world.write("b.txt", "2031-03-01", edited, url="https://fjord.example/2"))
    assert digest.changes == ()
    ((was, label),) = [(c.was, c.label) for c in digest.corrections if c.by is Corrector.HISTORY]
    assert (was, label) == (Label.HARDENED, Label.REVERSED)
    assert world.select("SELECT before_statement FROM change_detail WHERE after_published >= '2031-04'") == [
        ("Norway will not lift the ban on cod exports",)
    ]


def test_a_file_with_another_story_is_another_article(world: World) -> None:
    world.night(world.write("today.txt", "2031-03-01", YIELDS, title="Cod"))
    digest = world.night(world.write("today.txt", "2031-03-02", DEMANDS, title="Lighthouse"))
    assert len(digest.articles) == 1
    digest = world.night(world.write("today.txt", "2031-03-02", DEMANDS.replace("50", "80"), title="Lighthouse"))
    assert (len(digest.articles), len(digest.corrections)) == (0, 1)


def test_an_older_text_that_comes_after_a_newer_one_is_kept_and_nothing_follows(world: World) -> None:
    world.night(world.write("b.txt", "2031-03-02", YIELDS, url="https://fjord.example/2"))
    known = world.comparisons()
    digest = world.night(world.write("old.txt", "2031-03-01", REFUSES, url="https://fjord.example/2"))
    assert (digest.changes, digest.corrections) == ((), ())
    assert world.comparisons() == known
    assert world.select("SELECT count(*) FROM revisions") == [(2,)]


def test_a_page_that_is_another_one_every_night_is_followed_for_a_while(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tracker.intake, "MOST_REVISIONS", 3)
    for number in range(6):
        world.night(world.write("b.txt", "2031-03-01", f"{YIELDS} Version {number}.", url="https://fjord.example/2"))
    assert world.select("SELECT count(*) FROM revisions") == [(3,)]


def test_a_revision_lands_whole_or_not_at_all(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.night(world.write("a.txt", "2031-02-01", REFUSES, url="https://fjord.example/1"))
    world.night(world.write("b.txt", "2031-03-01", YIELDS, url="https://fjord.example/2"))
    tables = ("revisions", "positions", "changes", "corrections", "latest_positions", "issues")
    before = [world.select(f"SELECT * FROM {table}") for table in tables]
    edited = world.write("b.txt", "2031-03-01", YIELDS.replace("is ready to", "will not"), url="https://fjord.example/2")

    def fail(*_: object, **__: object) -> None:
        raise StoreError("the disk is gone")

    with monkeypatch.context() as patched:
        patched.setattr("tracker.store.revisions.Revisions.load_followers", fail)
        with pytest.raises(StoreError):
            world.night(edited)
    assert [world.select(f"SELECT * FROM {table}") for table in tables] == before
    assert len(world.night(edited).corrections) == 1


def test_an_old_text_can_be_forgotten_while_what_its_outlet_made_of_it_stays(world: World) -> None:
    world.night(world.write("a.txt", "2021-02-01", REFUSES, url="https://fjord.example/1"))
    world.night(world.write("b.txt", "2021-03-01", YIELDS, url="https://fjord.example/2"))
    edited = YIELDS.replace("is ready to", "will not")
    world.night(world.write("b.txt", "2021-03-01", edited, url="https://fjord.example/2"))
    forgotten = forget_articles(world.path, world.now + timedelta(days=1))
    assert (forgotten.articles, forgotten.positions) == (1, 1)
    assert world.stance() == ["Norway will not lift the ban on cod exports"]
    assert world.select("PRAGMA foreign_key_check") == []
    assert world.night(world.folder / "b.txt").corrections == ()


# ---- late arrivals ----------------------------------------------------------------------------------------------------------

BEAT = (
    ("1.txt", "2031-02-01", REFUSES),
    ("2.txt", "2031-02-11", f"{DEMANDS} Iceland supports the ban on cod exports, its president said."),
    ("3.txt", "2031-03-01", YIELDS),
    ("4.txt", "2031-04-01", LIFTS),
    ("5.txt", "2031-04-09", DEMANDS.replace("50", "80").replace("Tuesday", "Friday")),
)


def test_the_order_of_nights_does_not_alter_the_history(tmp_path: Path) -> None:
    reference = World(tmp_path)
    paths = [reference.write(*article, title=article[0]) for article in BEAT]
    reference.night(*paths)
    wanted = reference.comparisons()
    assert len([label for *_, label in wanted if label != "new"]) == 3
    for number, order in enumerate(permutations(paths)):
        if number % 4 == 3:  # thirty of the hundred and twenty
            world = World(tmp_path, f"{number}.db")
            for path in order:
                world.night(path)
            assert world.comparisons() == wanted, [path.name for path in order]
            assert sorted(map(str, world.stance())) == sorted(map(str, reference.stance()))


def test_a_late_article_is_told_at_its_date_and_yesterdays_news_is_not_told_again(world: World) -> None:
    world.night(world.write("a.txt", "2031-02-01", REFUSES))
    (told,) = world.night(world.write("c.txt", "2031-04-01", LIFTS, title="Lifts")).changes
    assert (told.before and told.before.published.month, told.judgement.label) == (2, Label.REVERSED)
    digest = world.night(world.write("b.txt", "2031-03-01", YIELDS, title="Yields"))
    (change,) = digest.changes
    assert (change.after.published.month, change.before and change.before.published.month) == (3, 2)
    (correction,) = digest.corrections
    assert (correction.by, correction.was, correction.label) == (Corrector.HISTORY, Label.REVERSED, Label.HARDENED)
    assert "a report of 2031-03-01 in Fjord Post came in later" in render_text(digest, 500)
    assert world.select("SELECT run, quiet FROM change_detail WHERE after_published >= '2031-04'") == [(2, 0)]
    with open_store(world.path, read_only=True) as store:
        assert "stored as reversed, now hardened" in render_trace(store.load_trace(told.id))
    assert world.stance() == ["Norway will lift the ban on cod exports only if Britain opens its waters"]


def test_a_readers_verdict_outlives_what_is_compared_again(world: World) -> None:
    world.night(world.write("a.txt", "2031-02-01", REFUSES))
    (told,) = world.night(world.write("c.txt", "2031-04-01", LIFTS, title="Lifts")).changes
    with open_store(world.path) as store:
        store.save_correction(told.id, Label.SOFTENED, "irony", world.now)
    world.night(world.write("d.txt", "2031-01-01", DEMANDS, title="Lighthouse"))
    assert world.select(f"SELECT label FROM changes WHERE id = '{told.id}'") == [("softened",)]


# ---- copies -----------------------------------------------------------------------------------------------------------------

WIRE = f"{YIELDS} {FILLER}"


def test_copies_are_witnesses_also_on_later_nights(world: World) -> None:
    world.night(world.write("a.txt", "2031-02-01", REFUSES))
    (change,) = world.night(world.write("b.txt", "2031-03-01", WIRE, outlet="Wire")).changes
    assert change.witnesses == 1
    for number, outlet in enumerate(("Bay Post", "Strand Gazette", "Bay Post", "Harbour News")):
        text = f"{WIRE} A local line number {number}." if number else WIRE  # word for word, too
        digest = world.night(world.write(f"{number}.txt", "2031-03-02", text, outlet=outlet))
        assert digest.changes == ()
    sql = "SELECT witnesses FROM position_detail WHERE party = 'Norway' AND published LIKE '2031-03-01%'"
    assert world.select(sql) == [(4,)]  # one outlet twice is one witness
    with open_store(world.path, read_only=True) as store:
        trace = store.load_trace(change.id)
        assert trace.change
        assert trace.change.witnesses == 4


def test_single_source_is_said_until_another_outlet_carries_it(world: World) -> None:
    world.night(world.write("a.txt", "2031-02-01", REFUSES))
    b = world.write("b.txt", "2031-03-01", WIRE, outlet="Wire")
    c = world.write("c.txt", "2031-03-02", WIRE.replace("“", '"'), outlet="Bay Post", title="Other headline")
    assert "single source" in render_text(world.night(b))
    other = World(world.folder, "other.db")
    other.night(world.folder / "a.txt")
    assert "2 witnesses" in render_text(other.night(b, c))


def test_an_original_that_comes_after_its_copy_takes_its_place(world: World) -> None:
    world.night(world.write("a.txt", "2031-02-01", REFUSES))
    (told,) = world.night(world.write("copy.txt", "2031-03-02", WIRE, outlet="Bay Post", title="Copy")).changes
    digest = world.night(world.write("wire.txt", "2031-03-01", WIRE, outlet="Wire", title="Wire"))
    assert digest.changes == ()
    ((published, witnesses, outlet),) = world.select(
        "SELECT published, witnesses, outlet FROM current_stance WHERE party = 'Norway'"
    )
    assert (str(published)[:10], witnesses, outlet) == ("2031-03-01", 2, "Wire")
    ordered = World(world.folder, "ordered.db")
    ordered.night(*(world.folder / name for name in ("a.txt", "wire.txt", "copy.txt")))
    assert world.comparisons() == ordered.comparisons()
    with open_store(world.path, read_only=True) as store:
        assert store.load_trace(told.id).position.outlet == "Wire"


def test_a_line_that_its_outlet_takes_out_passes_to_those_who_still_carry_it(world: World) -> None:
    world.night(world.write("a.txt", "2031-02-01", REFUSES))
    world.night(world.write("wire.txt", "2031-03-01", WIRE, outlet="Wire", url="https://wire.example/1"))
    world.night(world.write("copy.txt", "2031-03-02", WIRE, outlet="Bay Post", title="Copy"))
    digest = world.night(world.write("wire.txt", "2031-03-01", FILLER, outlet="Wire", url="https://wire.example/1"))
    (correction,) = digest.corrections
    assert (correction.by, correction.note) == (Corrector.OUTLET, "other outlets still carry it")
    assert world.select("SELECT outlet, witnesses FROM current_stance WHERE party = 'Norway'") == [("Bay Post", 1)]
    assert world.select("SELECT label, after_outlet FROM change_detail WHERE label <> 'new'") == [("reversed", "Bay Post")]


# ---- opening ----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def store(world: World) -> Iterator[Store]:
    with open_store(world.path) as opened:
        yield opened


def test_a_place_needs_positions(store: Store) -> None:
    with pytest.raises(StoreError, match="no position of article x"):
        store.revisions.load_place("x")
