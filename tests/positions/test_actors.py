"""Voices of whole articles: each article stands beside what its sources come to."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.model import Actor, ActorKind, Attribution, AttributionKind, Span, Voice
from tracker.positions.actors import find_about, resolve_voices
from tracker.positions.catalogue import Catalogue, load_catalogue

ARTICLES = sorted((Path(__file__).parent / "articles").glob("*.txt"))
CATALOGUE = load_catalogue()


def attribution(start: int, end: int) -> Attribution:
    return Attribution((Span(start, end),), (), (), AttributionKind.INDIRECT, 1.0)


def voices_of(text: str, source: str, catalogue: Catalogue = CATALOGUE, occurrence: int = 0) -> tuple[Voice, ...]:
    start = -1
    for _ in range(occurrence + 1):
        start = text.index(source, start + 1)
    return resolve_voices(text, [attribution(start, start + len(source))], catalogue)[0]


@pytest.mark.parametrize("path", ARTICLES, ids=lambda path: path.stem)
def test_article(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    expected = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    attributions = [attribution(row["at"], row["at"] + len(row["source"])) for row in expected]
    found = resolve_voices(text, attributions, CATALOGUE)
    wrong = []
    for row, voices in zip(expected, found, strict=True):
        parties = sorted(voice.party for voice in voices if voice.party)
        speaker = voices[0].speaker
        if parties != sorted(row["parties"]) or (row["speaker"] and row["speaker"] != speaker):
            got = f"{parties} by {speaker!r} ({voices[0].rule})"
            wrong.append(f"{row['source']!r} at {row['at']}: {got}, not {row['parties']} {row['speaker']}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("text", "source", "parties", "speaker"),
    [
        ("The Kremlin said no.", "The Kremlin", ["Russia"], "The Kremlin"),
        ("Turkish officials said so.", "Turkish officials", ["Turkey"], "Turkish officials"),
        ("A senior U.S. official said so.", "A senior U.S. official", ["United States"], "A senior U.S. official"),
        ("Officials in Kyiv said so.", "Officials in Kyiv", ["Ukraine"], "Officials in Kyiv"),
        ("The government in Berlin said so.", "The government in Berlin", ["Germany"], "The government in Berlin"),
        ("Ankara's leadership signalled that.", "Ankara's leadership", ["Turkey"], "Ankara's leadership"),
        ("Kremlin spokesman Ivan Orlov said so.", "Kremlin spokesman Ivan Orlov", ["Russia"], "Ivan Orlov"),
        ("The South Sudanese foreign ministry said so.", "The South Sudanese foreign ministry", ["South Sudan"], None),
        ("Turkish and American officials met, they said.", "Turkish and American officials", ["Turkey", "United States"], None),
        ("Russia and Ukraine said so.", "Russia and Ukraine", ["Russia", "Ukraine"], None),
        ("The Turks said so.", "The Turks", ["Turkey"], None),
        ("American farmers fear losses.", "American farmers", [], "American farmers"),
        ("Turkish economists doubt it.", "Turkish economists", [], None),
        ("European diplomats and traders said so.", "traders", [], "traders"),
        ("People close to the talks said so.", "People close to the talks", [], None),
        ("The Bank of England said so.", "The Bank of England", ["Bank of England"], None),
        ("The Turkish central bank said so.", "The Turkish central bank", ["Central Bank of Turkey"], None),
        ("Michael Jordan spoke. Jordan said he was tired.", "Jordan", ["Michael Jordan"], None),
        ("The UN refugee agency said so.", "The UN refugee agency", ["UNHCR"], None),
        ("Brussels said so.", "Brussels", ["European Union"], None),
        ("It was, said Peter Dunn, an analyst at the Harbour Institute.", "Peter Dunn", ["Harbour Institute"], "Peter Dunn"),
        ("Ms. Kamara, an analyst, said so.", "Ms. Kamara, an analyst", [], "Kamara"),
        (
            "Deputy Finance Minister Olena Kovalchuk of Ukraine said so.",
            "Deputy Finance Minister Olena Kovalchuk",
            ["Ukraine"],
            None,
        ),
    ],
)
def test_source_phrase(text: str, source: str, parties: list[str], speaker: str | None) -> None:
    found = voices_of(text, source, occurrence=1 if source == "Jordan" else 0)
    assert [voice.party for voice in found if voice.party] == parties
    assert speaker is None or found[0].speaker == speaker


def test_capital_as_a_place_is_no_government() -> None:
    text = (
        "Talks opened in Ankara. The Ankara meeting was short. The minister of Norway, Jon Vik, was there. He said it would go on."
    )
    assert voices_of(text, "He")[0] == Voice("Norway", "Jon Vik", "pronoun, introduced as minister")


def test_first_person_in_a_quotation_is_who_is_quoted() -> None:
    text = "“We will walk out,” said Ann Lee, president of the Bakers' Guild. “I promise that.”"
    outer = Attribution(
        (Span(text.index("Ann Lee"), text.index(". “I")),), (), (Span(0, text.index(" said")),), AttributionKind.DIRECT, 1.0
    )
    inner = attribution(text.index("We"), text.index("We") + 2)
    assert resolve_voices(text, [outer, inner], CATALOGUE)[1][0].party == "Bakers' Guild"


def test_attribution_without_source() -> None:
    text = "In Moscow the plan was dismissed. It was welcomed by Kyiv. Nothing was said elsewhere."
    cues = [text.index(word) for word in ("dismissed", "welcomed", "said")]
    attributions = [Attribution((), (Span(at, at + 4),), (), AttributionKind.INDIRECT, 1.0) for at in cues]
    found = resolve_voices(text, attributions, CATALOGUE)
    assert [voices[0].party for voices in found] == ["Russia", "Ukraine", None]


def test_quotation_without_source_or_cue_goes_on() -> None:
    text = "“No,” said Norway's foreign minister, Jon Vik. “Never.”"
    first = Attribution((Span(10, 45),), (Span(6, 10),), (Span(0, 5),), AttributionKind.DIRECT, 1.0)
    second = Attribution((), (), (Span(47, len(text)),), AttributionKind.DIRECT, 1.0)
    found = resolve_voices(text, [first, second], CATALOGUE)
    assert [(voices[0].party, voices[0].speaker) for voices in found] == [("Norway", "Jon Vik")] * 2


def test_the_readers_own_actors_come_first() -> None:
    own = [
        Actor("Harbour League", ActorKind.UNION, "Harbour League", ("Moscow",)),
        Actor("Jo Lind", ActorKind.PERSON, "Harbour League", ("Lind",)),
    ]
    catalogue = load_catalogue(own)
    assert voices_of("Moscow said so.", "Moscow", catalogue)[0].party == "Harbour League"
    assert voices_of("Lind said so.", "Lind", catalogue)[0] == Voice("Harbour League", "Jo Lind", "catalogue name")


@pytest.mark.parametrize(
    ("text", "own", "about"),
    [
        ("Moscow refuses to say more", "Ukraine", "Russia"),
        ("that Washington is leaning on others", "China", "United States"),
        ("Beijing of weakening its currency", "United States", "China"),
        ("it would stay away", "Russia", None),
        ("Russia is ready", "Russia", None),
        ("the duties broke the rules of the WTO", "China", None),
        ("Turkish soldiers will not come", "Russia", None),
        ("", None, None),
    ],
)
def test_about(text: str, own: str | None, about: str | None) -> None:
    assert find_about(text, [Span(0, len(text))], CATALOGUE, own) == about


def test_about_nothing() -> None:
    assert find_about("Moscow", [], CATALOGUE, None) is None


SCRAPS = st.sampled_from(
    [
        "The",
        "the",
        "A",
        "Russia",
        "Ukraine",
        "officials",
        "minister",
        "president",
        "union",
        "'s",
        "'",
        ",",
        ".",
        "“",
        "”",
        "(",
        ")",
        "and",
        "of",
        "for",
        "in",
        "who",
        "he",
        "it",
        "they",
        "both",
        "sides",
        "said",
        "Ann",
        "Lee",
        "Bank",
        "Union",
        "U.S.",
        "Mr.",
        "its",
        "I",
        "we",
        "\n\n",
        "1",
        "é",
    ]
)


@given(st.lists(SCRAPS, max_size=60), st.lists(st.tuples(st.integers(0, 300), st.integers(0, 40)), max_size=6))
@settings(max_examples=150, deadline=None)
def test_any_text_gives_one_tuple_for_each_attribution(scraps: list[str], places: list[tuple[int, int]]) -> None:
    text = " ".join(scraps)
    attributions = [
        Attribution((Span(min(at, len(text)), min(at + size, len(text))),) if size else (), (), (), AttributionKind.DIRECT, 1.0)
        for at, size in places
    ]
    found = resolve_voices(text, attributions, CATALOGUE)
    assert len(found) == len(attributions)
    assert all(voices for voices in found)
    assert found == resolve_voices(text, attributions, CATALOGUE)


@pytest.mark.parametrize(
    "unit", ["minister ", "the minister's ", "Ann Lee, the president of the ", "Bank of ", "“ ", "both sides ", "A' "]
)
def test_long_chains_are_read_to_the_end(unit: str) -> None:
    text = unit * 3000
    assert len(resolve_voices(text, [attribution(0, len(unit))], CATALOGUE)) == 1


@pytest.mark.parametrize(
    ("text", "source", "cue", "content", "addressee", "about"),
    [
        ("The Harbour Union urged Norway to open the locks.", "The Harbour Union", "urged", "to open the locks", "Norway", None),
        ("Oslo called on the Harbour Union to end its strike.", "Oslo", "called on", "to end its strike", "Harbour Union", None),
        (
            "Oslo said the Harbour Union refused to talk.",
            "Oslo",
            "said",
            "the Harbour Union refused to talk",
            None,
            "Harbour Union",
        ),
        (
            "Oslo told Swedish officials that the locks would stay shut.",
            "Oslo",
            "told",
            "the locks would stay shut",
            "Sweden",
            None,
        ),
        ("Oslo said Norway would open the locks.", "Oslo", "said", "Norway would open the locks", None, None),
        ("Oslo told reporters the locks would stay shut.", "Oslo", "told", "the locks would stay shut", None, None),
    ],
)
def test_to_whom_and_of_whom(text: str, source: str, cue: str, content: str, addressee: str | None, about: str | None) -> None:
    spans = (Span(text.index(part), text.index(part) + len(part)) for part in (source, cue, content))
    s, q, c = spans
    made = Attribution((s,), (q,), (c,), AttributionKind.INDIRECT, 1.0)
    (((voice,),),) = (resolve_voices(text, [made], CATALOGUE),)
    assert (voice.addressee, voice.about) == (addressee, about)
