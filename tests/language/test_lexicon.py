"""The data files hold together, and inflection knows its spelling."""

import pytest

from tracker.errors import ConfigurationError
from tracker.language.inflection import inflect_noun, inflect_verb
from tracker.language.lexicon import load_lexicon
from tracker.language.words import parse_words


def test_loads_once() -> None:
    assert load_lexicon() is load_lexicon()


def test_missing_language() -> None:
    with pytest.raises(ConfigurationError, match=r"lexicon xx/cues\.toml cannot be read"):
        load_lexicon("xx")


@pytest.mark.parametrize(
    ("form", "base"),
    [
        ("rejected", "reject"),
        ("denies", "deny"),
        ("planning", "plan"),
        ("withdrew", "withdraw"),
        ("agreeing", "agree"),
        ("vetoes", "veto"),
    ],
)
def test_forms(form: str, base: str) -> None:
    assert load_lexicon().lemmas[form] == base


def test_spelling() -> None:
    assert inflect_verb("stop", True) == ("stops", "stopped", "stopping")
    assert inflect_verb("die", False) == ("dies", "died", "dying")
    assert inflect_verb("carry", False) == ("carries", "carried", "carrying")
    assert inflect_noun("policy") == "policies"


def test_words_open_contractions_and_keep_offsets() -> None:
    words = parse_words("They won\u2019t sell Oslo's ferry; it's cannot-free.", load_lexicon())
    assert words.lower[:7] == ["they", "will", "not", "sell", "oslo", "'s", "ferry"]
    assert words.lemmas[8:10] == ["it", "be"]
    assert words.between(1, 3) == "won\u2019t"
