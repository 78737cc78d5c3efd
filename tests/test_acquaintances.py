"""Who is who across nights, and issues that the reader joins: runs over articles of our own."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tracker.cli import app
from tracker.config import Config, parse_config
from tracker.errors import ConfigurationError, UsageError
from tracker.run import run_night
from tracker.store import open_store

NOW = datetime(2031, 1, 1, 5, tzinfo=UTC)

MEETS = "The Left Bloc will not join a government without a wealth tax, Left Bloc leader Ana Reis said on Thursday."
SAYS = "Reis said the budget would have to be balanced by 2033."
MOVES = "Ana Reis, the leader of the Civic Union, said on Friday that a wealth tax was out of the question."
SAME_NAME = "Rail Board chairman Jon Reis said the line to Mora would be closed in the spring."


def tell(folder: Path, path: Path, *articles: tuple[str, str], config: Config | None = None) -> None:
    """One night for each article, in the order given."""
    for number, (day, text) in enumerate(articles):
        file = folder / f"{day}-{number}.txt"
        file.write_text(f"Title: {day} {number}\nDate: {day}\nSource: Northern Post\n\n{text}\n", encoding="utf-8")
        with open_store(path) as store:
            run_night([str(file)], store, config or Config(), NOW, "test")


def select(path: Path, sql: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(path) as connection:
        return connection.execute(sql).fetchall()


SAID = "SELECT party, speaker FROM position_detail WHERE content LIKE '%budget%' ORDER BY published"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "tracker.db"


def test_a_last_name_is_known_from_an_earlier_night(tmp_path: Path, path: Path) -> None:
    tell(tmp_path, path, ("2030-10-01", MEETS), ("2030-10-05", SAYS))
    assert select(path, SAID) == [("Left Bloc", "Ana Reis")]
    rule = "SELECT rule FROM position_detail WHERE content LIKE '%budget%'"
    assert select(path, rule) == [("introduced by an earlier article on 2030-10-01 as leader",)]
    columns = "SELECT name, key, party, role, first_seen, articles FROM introductions"
    assert select(path, columns) == [("Ana Reis", "reis", "Left Bloc", "leader", "2030-10-01T00:00:00+00:00", 1)]


def test_nobody_is_known_before_they_were_introduced(tmp_path: Path, path: Path) -> None:
    tell(tmp_path, path, ("2030-10-05", MEETS), ("2030-10-01", SAYS))
    assert ("Left Bloc", "Ana Reis") not in select(path, SAID)


def test_who_changes_sides_does_so_with_a_date(tmp_path: Path, path: Path) -> None:
    tell(tmp_path, path, ("2030-10-01", MEETS), ("2030-11-05", MOVES), ("2030-10-20", SAYS), ("2030-11-09", SAYS + " Again."))
    assert [party for party, _ in select(path, SAID)] == ["Left Bloc", "Civic Union"]
    assert select(path, "SELECT party FROM introductions ORDER BY first_seen") == [("Left Bloc",), ("Civic Union",)]


def test_who_goes_back_and_forth_is_nobodys(tmp_path: Path, path: Path) -> None:
    again = MEETS.replace("wealth tax", "land tax")
    tell(tmp_path, path, ("2030-10-01", MEETS), ("2030-11-05", MOVES), ("2030-11-07", again), ("2030-11-09", SAYS))
    assert not {"Left Bloc", "Civic Union"} & {party for party, _ in select(path, SAID)}


def test_a_shared_last_name_is_nobodys(tmp_path: Path, path: Path) -> None:
    tell(tmp_path, path, ("2030-10-01", MEETS), ("2030-10-02", SAME_NAME), ("2030-10-05", SAYS))
    assert not {"Left Bloc", "Rail Board"} & {party for party, _ in select(path, SAID)}


SEEMS = "The Left Bloc met in Mora on Monday. Its leader, Ana Reis, said the tax would have to wait until spring."
NEAREST = "The Left Bloc met in Mora on Monday. The leader Ana Reis said the tax would have to wait until spring."
OTHER = "The Civic Union met in Lund on Friday. Its leader, Ana Reis, said a wealth tax was out of the question for now."


@pytest.mark.parametrize(("text", "weight"), [(SEEMS, 2.0), (NEAREST, 1.0)])
def test_what_only_seems_so_is_kept_with_its_weight(tmp_path: Path, path: Path, text: str, weight: float) -> None:
    tell(tmp_path, path, ("2030-10-01", text))
    assert select(path, "SELECT name, party, clear, weight FROM introductions") == [("Ana Reis", "Left Bloc", 0, weight)]


def test_a_former_office_tells_nothing(tmp_path: Path, path: Path) -> None:
    tell(tmp_path, path, ("2030-10-01", "Former Left Bloc leader Ana Reis said the tax would have to wait."))
    assert select(path, "SELECT name, party FROM introductions") == []


@pytest.mark.parametrize("times", [1, 2])
def test_the_nearest_body_has_to_be_so_twice(tmp_path: Path, path: Path, times: int) -> None:
    again = NEAREST.replace("spring", "autumn").replace("Mora", "Lund")
    tell(tmp_path, path, *(("2030-10-01", NEAREST), ("2030-10-03", again))[:times], ("2030-10-04", SAYS))
    assert (("Left Bloc", "Ana Reis") in select(path, SAID)) == (times == 2)


def test_what_seems_so_again_and_again_counts(tmp_path: Path, path: Path) -> None:
    again = SEEMS.replace("spring", "autumn").replace("Mora", "Lund")
    tell(tmp_path, path, ("2030-10-01", SEEMS), ("2030-10-02", again), ("2030-10-03", OTHER), ("2030-10-04", SAYS))
    assert ("Left Bloc", "Ana Reis") in select(path, SAID)
    assert select(path, "SELECT party, weight FROM introductions ORDER BY sequence")[0] == ("Left Bloc", 4.0)


def test_what_only_seems_so_does_not_end_what_was_told(tmp_path: Path, path: Path) -> None:
    tell(tmp_path, path, ("2030-10-01", MEETS), ("2030-10-03", OTHER), ("2030-10-04", SAYS))
    assert ("Left Bloc", "Ana Reis") in select(path, SAID)
    stands = "SELECT party FROM position_detail WHERE content LIKE '%out of the question%'"
    assert select(path, stands) == [("Left Bloc",)]


def test_what_is_told_ends_what_only_seemed_so(tmp_path: Path, path: Path) -> None:
    tell(tmp_path, path, ("2030-10-01", SEEMS), ("2030-10-03", MOVES), ("2030-10-04", SAYS))
    assert ("Civic Union", "Ana Reis") in select(path, SAID)


def test_a_union_is_known_by_its_leader(tmp_path: Path, path: Path) -> None:
    first = "Lena Roth, general secretary of the Dockworkers' Union, said on Monday the cranes would have to go."
    later = "The union will not wait. It wants an answer by Friday, it said. Lena Roth, its leader, said the cranes stand still."
    tell(tmp_path, path, ("2030-10-01", first), ("2030-10-05", later))
    assert set(select(path, "SELECT party FROM positions")) == {("Dockworkers' Union",)}


def test_an_abbreviation_is_known_from_an_earlier_night(tmp_path: Path, path: Path) -> None:
    first = "The Dockworkers' Union (DWU) demanded a pay rise of 12 per cent."
    tell(tmp_path, path, ("2030-10-01", first), ("2030-10-05", "The DWU rejected an offer of four per cent on Monday."))
    assert set(select(path, "SELECT party FROM positions")) == {("Dockworkers' Union",)}


def test_the_readers_actors_come_first_and_have_dates(tmp_path: Path, path: Path) -> None:
    entry = """
[[actor]]
name = "Ana Reis"
kind = "person"
speaks_for = "Harbour Party"
aliases = ["Reis"]
from = 2030-10-10
"""
    config = parse_config(entry, Path("tracker.toml"))
    said = SAYS + " Twice."
    tell(tmp_path, path, ("2030-10-01", MEETS), ("2030-10-05", SAYS), ("2030-10-12", said), config=config)
    assert [party for party, _ in select(path, SAID)] == ["Left Bloc", "Harbour Party"]
    with pytest.raises(ConfigurationError, match="give a day without quotes"):
        parse_config(entry.replace("2030-10-10", '"soon"'), Path("tracker.toml"))


# ---- issues -----------------------------------------------------------------------------------------------------------------


def two_issues(tmp_path: Path, path: Path) -> tuple[str, str]:
    """Ids of the issue of a pay rise and of that of a line, in a database with one statement on each."""
    tell(tmp_path, path, ("2030-10-01", "The Dockworkers' Union demanded a pay rise of 12 per cent."), ("2030-10-02", SAME_NAME))
    with open_store(path) as store:
        found = store.load_subjects()
    assert len(found) == 2
    return found[1].id, found[0].id


def test_what_is_merged_stays_merged(tmp_path: Path, path: Path) -> None:
    pay, line = two_issues(tmp_path, path)
    with open_store(path) as store:
        store.merge_issues(pay, line[:8])
        store.rename_issue(line[:8], "harbour and rail")
        assert [(one.name, one.positions, one.parties) for one in store.load_subjects()] == [("harbour and rail", 2, 2)]
    assert set(select(path, "SELECT issue FROM current_stance")) == {("harbour and rail",)}
    # Another party's statement that is like the merged issue's first one goes where it went.
    tell(tmp_path, path, ("2030-10-03", "The Crane Drivers' Union demanded a pay rise of 12 per cent."))
    assert set(select(path, "SELECT issue FROM position_detail")) == {("harbour and rail",)}
    with open_store(path) as store:
        assert [one.positions for one in store.load_subjects()] == [3]


def test_what_comes_late_follows_a_merge_too(tmp_path: Path, path: Path) -> None:
    pay, line = two_issues(tmp_path, path)
    tell(tmp_path, path, ("2030-12-01", SAME_NAME + " Again."))
    with open_store(path) as store:
        store.merge_issues(pay, line)
    tell(tmp_path, path, ("2030-10-03", "The Crane Drivers' Union demanded a pay rise of 12 per cent."))
    assert select(path, "SELECT DISTINCT issue_id FROM position_detail") == [(line,)]


def test_a_chain_of_merges_leads_to_its_end(tmp_path: Path, path: Path) -> None:
    pay, line = two_issues(tmp_path, path)
    tell(tmp_path, path, ("2030-10-03", "Tax Board chairman Ole Brandt warned that forests would burn without more rangers."))
    with open_store(path) as store:
        (forests,) = (one.id for one in store.load_subjects() if one.id not in (pay, line))
        store.merge_issues(pay, line)
        store.merge_issues(line, forests)
        assert [(one.id, one.positions) for one in store.load_subjects()] == [(forests, 3)]
        assert store.rename_issue(pay, "everything")[1] == "everything"
        with pytest.raises(UsageError, match="one issue already"):
            store.merge_issues(pay, line)
        with pytest.raises(UsageError, match="no issue is called"):
            store.merge_issues("zzz", line)


def test_the_commands(tmp_path: Path, path: Path) -> None:
    pay, line = two_issues(tmp_path, path)
    runner = CliRunner()
    listed = runner.invoke(app, ["issues", "list", "--db", str(path)])
    assert {pay[:8], line[:8]} <= set(listed.stdout.split())
    assert runner.invoke(app, ["issues", "merge", pay[:8], line, "--db", str(path)]).exit_code == 0
    renamed = runner.invoke(app, ["issues", "rename", line[:8], "the harbour", "--db", str(path)])
    assert renamed.stdout.rstrip().endswith("-> the harbour")
    window = ["--since", "2020-01-01", "--as-of", "2031-02-01"]
    assert "the harbour" in runner.invoke(app, ["digest", *window, "--db", str(path)]).stdout
    assert "No such issue." in runner.invoke(app, ["issues", "list", "nothing", "--db", str(path)]).stdout
