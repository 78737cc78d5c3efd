from pathlib import Path

import pytest

from tracker.config import parse_config
from tracker.consultation import Consultation
from tracker.errors import ConfigurationError

HERE = Path("folder/tracker.toml")


def test_it_is_off_by_default() -> None:
    assert parse_config("", HERE).consultation is None
    assert parse_config('[changes]\njudge = "shipped"\n[positions]\nextractor = "shipped"\n', HERE).consultation is None
    assert parse_config('[llm]\nmodel = "m"\n', HERE).consultation is None


def test_every_key() -> None:
    text = """
        [changes]
        judge = "llm"
        [positions]
        min_confidence = 0.2
        extractor = "llm"
        [llm]
        model = "m"
        calls = 5
        seconds = 1.5
        input_price = 2
        output_price = 8.5
        options = { temperature = 0, seed = 7 }
    """
    assert parse_config(text, HERE).consultation == Consultation(
        "m", True, True, 5, 1.5, 2.0, 8.5, (("seed", 7), ("temperature", 0))
    )
    one = parse_config('[changes]\njudge = "llm"\n[llm]\nmodel = "m"\n', HERE).consultation
    assert one == Consultation("m", judges=True, extracts=False)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("changes = 1", "'changes' is 1: write a table [changes]"),
        ("[changes]\nmodel = 'm'", "unknown key 'model' in [changes]: known are judge"),
        ("[changes]\njudge = 'gpt'", "[changes] judge is 'gpt': choose one of shipped, llm"),
        ("[positions]\nextractor = 1", "[positions] extractor is 1: choose one of shipped, llm"),
        ("[changes]\njudge = 'llm'", "[llm] has no model: name one that `llm models` lists"),
        ("[llm]\nkey = 'secret'", "unknown key 'key' in [llm]: known are model, calls"),
        ("[llm]\nmodel = ''", "[llm] model is ''"),
        ("[llm]\ncalls = 1.5", "[llm] calls is 1.5: give a whole number"),
        ("[llm]\ncalls = true", "[llm] calls is True: give a number"),
        ("[llm]\nseconds = 0", "[llm] seconds is 0"),
        ("[llm]\ninput_price = -1", "[llm] input_price is -1"),
        ("[llm]\noptions = { a = [1] }", "[llm] options is {'a': [1]}"),
        ("[llm]\nmodel = 'm'\n[changes]\njudge = 'llm'\n[llm.options]\nx = {}", "[llm] options is {'x': {}}"),
    ],
)
def test_what_is_wrong_is_named(text: str, complaint: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        parse_config(text, HERE)
    assert complaint in str(raised.value)
    assert str(HERE) in str(raised.value)
