"""Re-extraction over a history with edits, late arrivals, copies, introductions, issues that the reader joined, and a language
model's answers: everything read again alters nothing, and what cannot be read again stands."""

import json
import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import tracker.intake
from tracker.config import Config
from tracker.consultation import Consultation
from tracker.digest.trace import render_trace
from tracker.model import Digest
from tracker.reextract import Reextraction, find_replay_path, reextract_texts
from tracker.run import run_night
from tracker.stamp import find_extractor
from tracker.store import open_store
from tracker.store.takeover import REPLACED
from tracker.store.upkeep import find_faults, forget_articles

from .advice.conftest import ScriptedModel
from .advice.conftest import model as model

NOW = datetime(2031, 5, 4, 3, 0, tzinfo=UTC)
REFUSES = "Norway will not lift the ban on cod exports, its foreign minister said on Monday. The ports were quiet."
YIELDS = "Norway is ready to lift the ban on cod exports, its foreign minister said on Monday. The ports were busy."
LIFTS = "Norway will lift the ban on cod exports in May, its foreign minister said on Monday. The ports were full."
DEMANDS = "Sweden demands that Norway pay 50 million euros for the new lighthouse, its trade minister said on Tuesday."
MEETS = "The Left Bloc will not join a government without a wealth tax, Left Bloc leader Ana Reis said on Thursday."
SAYS = "Reis said the budget would have to be balanced by 2033."
PAY = "The Dockworkers' Union demanded a pay rise of 12 per cent."
CRANES = "The Crane Drivers' Union demanded a pay rise of 12 per cent."
FILLER = " ".join(f"The harbour of {name} saw {n} boats on that day, most of them from the islands." for n, name in enumerate(
    ("Bodø", "Ålesund", "Tromsø", "Stavanger", "Molde", "Narvik"), 11,
))  # fmt: skip


class World:
    """A folder, a database, and one night after the other."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.path, self.now, self.config = folder, folder / "tracker.db", NOW, Config()

    def tell(self, name: str, date: str, text: str, url: str = "", outlet: str = "Fjord Post") -> Digest:
        """A night over one article."""
        address = f"URL: https://fjord.example/{url}\n" if url else ""
        path = self.folder / name
        path.write_text(f"Title: {name}\nDate: {date}\nSource: {outlet}\n{address}\n{text}\n", encoding="utf-8")
        self.now += timedelta(days=1)
        with open_store(self.path) as store:
            return run_night([str(path)], store, self.config, self.now, find_extractor("1.0", self.config))

    def replay(self, **options: Any) -> Reextraction:
        self.now += timedelta(days=1)
        return reextract_texts(self.path, self.config, find_extractor("1.0", self.config), self.now, **options)

    def select(self, sql: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.path)) as db:
            return db.execute(sql).fetchall()

    def load_understanding(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every row that was made of the texts, whatever the order."""
        return {table: sorted(self.select(f"SELECT * FROM {table}"), key=repr) for table in REPLACED}


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def add_edits(world: World) -> None:
    world.tell("a.txt", "2031-02-01", REFUSES, url="1")
    world.tell("b.txt", "2031-03-01", f"{YIELDS} {DEMANDS}", url="2")
    world.tell("c.txt", "2031-04-01", LIFTS, url="3")
    world.tell("b.txt", "2031-03-01", YIELDS.replace("is ready to", "will not"), url="2")  # an edit, and a line that goes
    world.tell("a.txt", "2031-02-01", f"{REFUSES} {DEMANDS.replace('50', '40')}", url="1")  # a line that comes
    world.tell("old.txt", "2031-03-15", YIELDS, url="3")  # an older text after a newer one
    world.tell("late.txt", "2031-03-20", YIELDS.replace("Monday", "Friday"))


def add_copies(world: World) -> None:
    world.tell("w.txt", "2031-03-03", f"{YIELDS} {FILLER}", outlet="Bay Post")
    world.tell("v.txt", "2031-03-02", f"{YIELDS} {FILLER}", url="9", outlet="Wire")  # came later, is the original
    world.tell("u.txt", "2031-03-04", f"{YIELDS} {FILLER} And more.", outlet="Strand News")
    world.tell("v.txt", "2031-03-02", FILLER, url="9", outlet="Wire")  # and then takes it out


def add_introductions(world: World) -> None:
    world.tell("m.txt", "2031-02-01", MEETS)
    world.tell("s.txt", "2031-02-05", SAYS)
    world.tell("m2.txt", "2031-02-09", MEETS.replace("wealth", "land"))


def add_subjects(world: World) -> None:
    world.tell("p.txt", "2031-02-02", PAY)
    world.tell("d.txt", "2031-02-03", DEMANDS)
    ids = dict(world.select("SELECT party, issue FROM positions"))
    with open_store(world.path) as store:
        store.merge_issues(ids["Dockworkers' Union"], ids["Sweden"])
        store.rename_issue(ids["Sweden"], "money")
    world.tell("k.txt", "2031-02-04", CRANES)
    assert set(world.select("SELECT issue FROM position_detail")) == {("money",)}


SENTENCES = (
    REFUSES, YIELDS, LIFTS, DEMANDS, DEMANDS.replace("50", "80"), MEETS, SAYS, PAY, CRANES, FILLER,
    REFUSES.replace("Norway", "Iceland"), YIELDS.replace("Norway", "Iceland"), MEETS.replace("wealth tax", "land tax"),
    "Ana Reis, the leader of the Civic Union, said on Friday that a wealth tax was out of the question.",
)  # fmt: skip


@pytest.mark.parametrize("seed", range(6))
def test_any_history_again_alters_nothing(world: World, seed: int) -> None:
    """Articles of drawn statements and dates, at few addresses: edits, copies and late arrivals as chance has them."""
    chance = random.Random(seed)
    for number in range(14):
        name = f"{number}.txt" if chance.random() < 0.8 else "same.txt"
        date = f"2031-0{chance.randint(1, 4)}-{chance.randint(1, 28):02}"
        text = " ".join(chance.sample(SENTENCES, chance.randint(1, 4)))
        world.tell(name, date, text, chance.choice(["1", "2", "3", ""]), chance.choice(["Fjord Post", "Wire", "Bay Post"]))
    before = world.load_understanding()
    done = world.replay(everything=True)
    assert done.effects
    assert done.effects.is_nothing
    assert world.load_understanding() == before


@pytest.mark.parametrize("add", [add_edits, add_copies, add_introductions, add_subjects])
def test_everything_again_alters_nothing(world: World, add: Callable[[World], None]) -> None:
    add(world)
    before, told = world.load_understanding(), world.select("SELECT * FROM corrections ORDER BY sequence")
    done = world.replay(everything=True)
    assert done.failures == 0
    assert done.effects
    assert done.effects.is_nothing
    assert world.load_understanding() == before
    assert world.select("SELECT * FROM corrections ORDER BY sequence") == told
    assert find_faults(world.path) == []


@pytest.mark.parametrize("add", [add_edits, add_copies, add_introductions, add_subjects])
@pytest.mark.parametrize("last", [1, 2, 3])
def test_what_was_cut_short_ends_the_same(world: World, add: Callable[[World], None], last: int) -> None:
    add(world)
    before = world.load_understanding()

    def cut(number: int, total: int, identity: str) -> None:  # noqa: ARG001
        if number == last:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        world.replay(everything=True, progress=cut)
    done = world.replay(everything=True)
    assert done.effects
    assert done.effects.is_nothing
    assert world.load_understanding() == before


@pytest.mark.parametrize("add", [add_edits, add_copies, add_introductions, add_subjects])
def test_whatever_text_cannot_be_read_again_its_positions_stand(
    world: World, add: Callable[[World], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each text in its turn, and all at once: every reference holds, and what the parties hold is what they held."""
    add(world)
    stance = "SELECT party, issue, statement, outlet, witnesses FROM current_stance ORDER BY 1, 2"
    known = (world.select("SELECT id, edited_by FROM positions ORDER BY id"), world.select(stance))
    introduced = world.select("SELECT name, party, articles FROM introductions ORDER BY 1, 2")
    read_article = tracker.intake.read_article
    # The older text that came after a newer one is not read at all.
    sql = "SELECT revision FROM summaries JOIN revisions ON revisions.id = revision WHERE method <> 'none' ORDER BY sequence"
    texts = [text for (text,) in world.select(sql)]
    for victims in [*([text] for text in texts), texts]:

        def fail(article: Any, *rest: Any, _victims: Any = frozenset(victims)) -> Any:
            if article.id in _victims:
                raise RuntimeError("too hard")
            return read_article(article, *rest)

        monkeypatch.setattr("tracker.intake.read_article", fail)
        done = world.replay(everything=True)
        assert done.failures == len(victims)
        assert find_faults(world.path) == []
        assert (world.select("SELECT id, edited_by FROM positions ORDER BY id"), world.select(stance)) == known
        if victims == texts:
            assert len(world.select("SELECT 1 FROM introductions")) == len(introduced)


def test_an_article_of_which_a_text_was_forgotten_stays_as_it_is(world: World) -> None:
    add_edits(world)
    add_introductions(world)
    gone = forget_articles(world.path, datetime(2040, 1, 1, tzinfo=UTC))
    assert gone.articles
    assert find_faults(world.path) == []
    held = world.select("SELECT id, issue, edited_by, recalled FROM positions ORDER BY id")
    introduced = sorted(row[1:] for row in world.select("SELECT * FROM introductions"))
    world.replay(everything=True)
    assert find_faults(world.path) == []
    assert world.select("SELECT count(*) FROM revisions WHERE text = ''") == [(gone.articles,)]
    assert world.select("SELECT id, issue, edited_by, recalled FROM positions ORDER BY id") == held
    assert sorted(row[1:] for row in world.select("SELECT * FROM introductions")) == introduced


def test_what_was_told_under_another_name_is_found(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Other rules compare with another statement: `tracker explain` still knows the id that a digest told."""
    world.tell("a.txt", "2031-02-01", REFUSES)
    (told,) = world.tell("b.txt", "2031-03-01", YIELDS).changes
    assert told.before
    monkeypatch.setattr("tracker.comparison.find_candidates", lambda vectors, held: [None for _ in vectors])  # noqa: ARG005
    monkeypatch.setattr("tracker.comparison._find_changes", lambda *_: iter(()))
    world.replay(everything=True)
    assert world.select(f"SELECT 1 FROM changes WHERE id = '{told.id}'") == []
    with open_store(world.path, read_only=True) as store:
        shown = render_trace(store.load_trace(told.id))
    assert "stored as reversed, now no change" in shown
    assert "read again by other rules" in shown
    monkeypatch.undo()
    assert world.tell("e.txt", "2031-04-02", SAYS).corrections == ()
    world.replay(everything=True)
    assert world.select(f"SELECT label, quiet FROM changes WHERE id = '{told.id}'") == [("reversed", 1)]


def test_a_language_models_answers_are_not_paid_for_again(world: World, model: ScriptedModel) -> None:
    world.config = replace(world.config, consultation=Consultation("scripted", judges=True, extracts=False, seconds=10))
    evidence = [{"aspect": "commitment", "before": "will not", "after": "is ready to"}]
    model.script = [json.dumps({"label": "softened", "confidence": 0.85, "evidence": evidence})]
    world.tell("a.txt", "2031-02-01", REFUSES)
    world.tell("b.txt", "2031-03-01", YIELDS)
    before, asked = world.load_understanding(), len(model.prompts)
    assert asked == 1
    done = world.replay(everything=True)
    assert done.effects
    assert done.effects.is_nothing
    assert (world.load_understanding(), len(model.prompts)) == (before, asked)
    assert world.select("SELECT result FROM inquiries ORDER BY id") == [("answered",), ("kept",)]
    model.script = [json.dumps({"label": "amended", "confidence": 0.85, "evidence": evidence})]
    other = replace(world.config.consultation, options=(("temperature", 0.5),))  # type: ignore[type-var]
    world.config = replace(world.config, consultation=other)
    done = world.replay(dry_run=True)
    assert done.outdated == 2
    assert find_replay_path(world.path).exists()
    assert len(model.prompts) == asked + 1
    world.replay()
    assert len(model.prompts) == asked + 1
    assert world.select("SELECT label FROM changes WHERE before IS NOT NULL") == [("amended",)]
    assert world.select("SELECT count(*) FROM runs") == [(2,)]
