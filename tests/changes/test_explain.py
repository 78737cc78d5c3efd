"""The reason of a change in words."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.changes.classify import compare_stances
from tracker.changes.evidence import find_evidence
from tracker.changes.explain import compose_evidence, compose_why
from tracker.language.lexicon import load_lexicon
from tracker.model import Label
from tracker.positions.stance import find_stance

LEXICON = load_lexicon()


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ("Malta rules out a fish tax.", "Malta is studying a fish tax.", "refusal dropped: 'rules out' is now 'is studying'"),
        ("Oslo will sign the annex.", "Oslo will sign the annex only if Malta pays.", "condition added: 'only if Malta pays'"),
        ("Oslo will sign the annex only if Malta pays.", "Oslo will sign the annex.", "condition dropped: 'only if Malta pays'"),
        ("The union demands 50 billion euros.", "The union demands 80 billion euros.", "demand raised from 50 to 80 billion euros"),
        ("The firm offered 9 million euros.", "The firm offered 7 million euros.", "offer lowered from 9 to 7 million euros"),
        ("Oslo will keep the toll.", "Oslo will scrap the toll.", "opposite deed: 'keep' is now 'scrap'"),
        ("Malta would sign the annex.", "Malta would not sign the annex.", "now refused: 'would sign' is now 'would not sign'"),
        ("Oslo will meet on 4 May.", "Oslo will meet on 9 June.", "time changed: 'on 4 May' is now 'on 9 June'"),
        ("Oslo will meet.", "Oslo will meet.", "same position: the same words"),
    ],
)
def test_why(before: str, after: str, why: str) -> None:
    stances = find_stance(before, None, LEXICON), find_stance(after, None, LEXICON)
    assert compare_stances(before, after, *stances, LEXICON, 0.95).why == why


def explain(before: str, after: str, label: Label) -> str:
    stances = find_stance(before, None, LEXICON), find_stance(after, None, LEXICON)
    evidence = compose_evidence(find_evidence(before, after, *stances, LEXICON, 0.8), label, LEXICON)
    for _, one, other in evidence:
        assert set(one.removesuffix(" ...").replace(",", "").split()) <= set(before.replace(",", "").replace(".", "").split())
        assert set(other.removesuffix(" ...").replace(",", "").split()) <= set(after.replace(",", "").replace(".", "").split())
    return compose_why(label, evidence)


@pytest.mark.parametrize(
    ("before", "after", "label", "why"),
    [
        # a refusal is quoted with the word that makes it one, wherever it stands
        (
            "Not one ferry in Oslo will be sold.",
            "Oslo is weighing whether to sell a ferry.",
            "softened",
            "refusal dropped: 'Not one ferry in Oslo will be sold' is now 'is weighing'",
        ),
        (
            "Malta will take part in no such drill.",
            "Malta has its doubts about the drill.",
            "softened",
            "refusal dropped: 'will take part in no such drill' is now 'Malta has its doubts about the drill'",
        ),
        # of nearly the same words the stretch that differs
        (
            "The guild asks that its members vote for the tram plan.",
            "The guild asks that its members vote down the tram plan.",
            "reversed",
            "turned round: 'vote for' is now 'vote down'",
        ),
        (
            "Malta insists on the customs office and the harbour office.",
            "Malta insists on the customs office.",
            "softened",
            "milder: 'and the harbour office' left out",
        ),
        (
            "The kilns are not to be pulled down.",
            "The kilns are to be pulled down.",
            "reversed",
            "turned round: 'are not to be pulled' is now 'are to be pulled'",
        ),
        # a name of the party itself is no detail
        (
            "The Harbour Board of Oslo will file its suit in Bergen.",
            "It will file its suit in Tromsø, a clerk of the Harbour Board of Oslo said.",
            "amended",
            "detail changed: 'Bergen' is now 'Tromsø'",
        ),
        # an expression of time is no condition
        (
            "The guild insists on an audit once a year.",
            "The guild insists on an audit once in five years.",
            "softened",
            "milder: 'a year' is now 'in five years'",
        ),
        (
            "Oslo demands two million crowns.",
            "Oslo demands half a million crowns.",
            "softened",
            "demand lowered from two to half a million crowns",
        ),
        # what goes against the label is no reason for it
        (
            "Oslo offers 60 crowns a share.",
            "Oslo offers 52 crowns a share.",
            "softened",
            "figure changed from 60 to 52 crowns",
        ),
        # a restatement names what stands on both sides
        (
            "Oslo will not open its closed quarry again.",
            "The quarry stays shut, and Oslo is not going to open it.",
            "restated",
            "same position in other words: 'will not open' then, 'is not going to open' now; in both: quarry, Oslo, open",
        ),
    ],
)  # fmt: skip
def test_why_names_the_telling_words(before: str, after: str, label: str, why: str) -> None:
    assert explain(before, after, Label(label)) == why


LABELS = (Label.RESTATED, Label.AMENDED, Label.SOFTENED, Label.HARDENED, Label.REVERSED, Label.UNRELATED)
PIECES = """Oslo will not never no one sell the ferry ferries , . “ ” unless until before May 5 50 million half a euros all some
should if"""
STATEMENTS = st.lists(st.sampled_from(PIECES.split()), min_size=1, max_size=18).map(" ".join)


@settings(max_examples=200, deadline=None)
@given(STATEMENTS, STATEMENTS, st.sampled_from(LABELS))
def test_any_pair_has_a_why_for_any_label(before: str, after: str, label: Label) -> None:
    stances = find_stance(before, None, LEXICON), find_stance(after, None, LEXICON)
    evidence = compose_evidence(find_evidence(before, after, *stances, LEXICON, 0.8), label, LEXICON)
    why = compose_why(label, evidence)
    assert why
    assert "\n" not in why
    if label is not Label.UNRELATED:
        for aspect, one, other in evidence:
            if aspect != "shared":
                assert one.removesuffix(" ...") in before
                assert other.removesuffix(" ...") in after


def test_another_matter_names_both() -> None:
    before, after = "Oslo will raise the price of salmon licences.", "Oslo will raise the wall around the old castle."
    stances = find_stance(before, None, LEXICON), find_stance(after, None, LEXICON)
    assert compare_stances(before, after, *stances, LEXICON, 0.1).why == (
        "another matter: it was about price and salmon, it is now about wall and castle"
    )


def test_evidence_is_verbatim_or_empty() -> None:
    before, after = "Oslo demands 50 euros by Friday.", "Oslo asks for 30 euros by Monday if Malta agrees."
    stances = find_stance(before, None, LEXICON), find_stance(after, None, LEXICON)
    evidence = compare_stances(before, after, *stances, LEXICON, 0.9).evidence
    assert ("demand lowered", "50 euros", "30 euros") in evidence
    assert ("condition", "", "if Malta agrees") in evidence
