from pathlib import Path

import pytest

from tracker.config import Config, load_config, parse_config
from tracker.errors import ConfigurationError
from tracker.model import ActorKind

HERE = Path("folder/tracker.toml")


def test_nothing_configured() -> None:
    assert load_config(None, {}) == Config()


def test_the_environment_names_the_file(tmp_path: Path) -> None:
    path = tmp_path / "tracker.toml"
    path.write_text("[summary]\nlength = 3\n", encoding="utf-8")
    assert load_config(None, {"TRACKER_CONFIG": str(path)}).summary_length == 3


def test_every_key() -> None:
    config = parse_config(
        """
        [run]
        database = "news.db"
        inputs = ["in", "-", "https://example.org/a"]
        [summary]
        method = "lead"
        length = 2
        [positions]
        min_confidence = 0.5
        [[actor]]
        name = "Dockers' Union"
        kind = "union"
        aliases = ["DU"]
        [[actor]]
        name = "Lena Roth"
        kind = "person"
        speaks_for = "Dockers' Union"
        """,
        HERE,
    )
    assert config.database == Path("folder/news.db")
    assert config.inputs == ("folder/in", "-", "https://example.org/a")
    assert (config.summary_method, config.summary_length, config.min_confidence) == ("lead", 2, 0.5)
    union, person = config.actors
    assert (union.name, union.kind, union.party, union.aliases) == ("Dockers' Union", ActorKind.UNION, "Dockers' Union", ("DU",))
    assert person.party == "Dockers' Union"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("nonsense", "not valid TOML"),
        ("[rum]", "unknown key 'rum' in the top level: known are run, summary, positions"),
        ("run = 1", "'run' is 1: write a table [run]"),
        ("[run]\ninput = 'a'", "unknown key 'input' in [run]: known are database, inputs"),
        ("[run]\ninputs = 'a'", "[run] inputs is 'a': give a list of texts in quotes"),
        ("[run]\ndatabase = 1", "[run] database is 1: give a text in quotes"),
        ("[summary]\nmethod = 'best'", "[summary] method is 'best': choose one of positions, lead"),
        ("[summary]\nlength = 0", "[summary] length is 0: give a whole number from 1 to 50"),
        ("[summary]\nlength = true", "[summary] length is True"),
        ("[positions]\nmin_confidence = 2", "[positions] min_confidence is 2: give a number from 0 to 1"),
        ("[limits]\nseconds = -1", "[limits] seconds is -1: give a number from 0 to 3600, 0 for no bound"),
        ("[limits]\nmegabytes = true", "[limits] megabytes is True: give a number from 0 to"),
        ("[limits]\nhours = 1", "unknown key 'hours' in [limits]: known are seconds, megabytes"),
        ("[run]\nping_url = 'monitor'", "[run] ping_url is 'monitor': give an address that begins with https://"),
        ("[actor]\nname = 'a'", "'actor' is a single table: write [[actor]]"),
        ("[[actor]]\nkind = 'union'", "[[actor]] number 1 name is '': give a text in quotes"),
        ("[[actor]]\nname = 'a'\nkind = 'club'", "[[actor]] number 1 kind is 'club': choose one of state, organisation"),
    ],
)
def test_complaints_name_the_file_the_key_and_the_remedy(text: str, complaint: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        parse_config(text, HERE)
    assert str(caught.value).startswith(str(HERE))
    assert complaint in str(caught.value)


def test_bounds_and_the_monitor() -> None:
    config = parse_config("[limits]\nseconds = 2.5\nmegabytes = 0\n[run]\nping_url = 'https://monitor.example/x'\n", HERE)
    assert (config.article_seconds, config.article_megabytes, config.ping_url) == (2.5, 0, "https://monitor.example/x")
    assert (Config().article_seconds, Config().article_megabytes) == (20, 1024)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"cannot read the configuration .* \(No such file or directory\)"):
        load_config(tmp_path / "none.toml")


def test_the_commented_example_is_valid() -> None:
    config = load_config(Path(__file__).parents[1] / "seeds" / "tracker.toml")
    assert config.actors
    assert config.inputs
