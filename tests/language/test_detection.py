"""Sentences of our own writing in the languages that they are in."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.language.detection import compose_skip, find_language, find_languages


@pytest.mark.parametrize(
    "text",
    [
        "Norway will not attend the summit, its foreign minister said.",
        "Erdoğan: Türkiye, Rusya ready to sign in Istanbul, Kremlin says",
        "Peskov rejects Kyiv ceasefire offer; Lavrov insists on Donetsk withdrawal",
        "Sheinbaum rules out tariffs on maize",
        "Macron and Scholz back EU deal on Mercosur",
        "NO DEAL ON THE BRIDGE, SAYS LOMÉ",
        "",
        "1,200 3.4 % 2026-05-01",
        "?!",
        "Donaudampfschiff",
    ],
)
def test_english_and_what_is_too_short_to_tell(text: str) -> None:
    assert find_language(text) == "en"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Die Gewerkschaft will am Montag nicht streiken, sagte ihre Sprecherin in Hamburg."),
        ("fr", "Le ministre a déclaré que la France ne signerait pas l'accord avant juin."),
        ("es", "El gobierno dijo que no liberará más agua este año, según su portavoz."),
        ("it", "Il ministro ha detto che l'Italia non firmerà l'accordo prima di giugno."),
        ("nl", "De minister zei dat Nederland het akkoord niet zal ondertekenen voor juni."),
        ("pl", "Minister powiedział, że Polska nie podpisze umowy przed czerwcem."),
        ("tr", "Bakan, Türkiye'nin anlaşmayı hazirandan önce imzalamayacağını söyledi."),
        ("ru", "Министр заявил, что Россия не подпишет соглашение до июня."),
        ("uk", "Міністр заявив, що Україна не підпише угоду до червня."),
        ("ar", "قال الوزير إن بلاده لن توقع الاتفاق قبل يونيو."),
        ("zh", "部长表示,该国不会在六月之前签署协议。"),
    ],
)
def test_other_languages(language: str, text: str) -> None:
    assert find_language(text) == language


def test_a_foreign_quotation_does_not_make_an_article_foreign() -> None:
    quoted = "“Wir gehen nirgendwohin, und das wird auch so bleiben,” the spokeswoman told reporters in Hamburg, and she meant it."
    assert find_language(quoted) == "en"


def test_what_can_be_read() -> None:
    assert "en" in find_languages()
    assert compose_skip("a.txt", "de").startswith("a.txt: written in 'de'")


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=200))
def test_any_text(text: str) -> None:
    assert 2 <= len(find_language(text)) <= 3
