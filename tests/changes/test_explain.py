"""The reason of a change in words."""

import pytest

from tracker.changes.classify import compare_stances
from tracker.language.lexicon import load_lexicon
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
        ("Malta would sign the annex.", "Malta would not sign the annex.", "now refused: 'would' is now 'would not'"),
        ("Oslo will meet on 4 May.", "Oslo will meet on 9 June.", "time changed: 'on 4 May' is now 'on 9 June'"),
        ("Oslo will meet.", "Oslo will meet.", "same position: the same words"),
    ],
)
def test_why(before: str, after: str, why: str) -> None:
    stances = find_stance(before, None, LEXICON), find_stance(after, None, LEXICON)
    assert compare_stances(before, after, *stances, LEXICON, 0.95).why == why


def test_another_matter_names_both() -> None:
    before, after = "Oslo will raise the price of salmon licences.", "Oslo will raise the wall around the old castle."
    stances = find_stance(before, None, LEXICON), find_stance(after, None, LEXICON)
    assert compare_stances(before, after, *stances, LEXICON, 0.1).why == (
        "another matter: it was about price, salmon, licences, it is now about wall, around, old, castle"
    )


def test_evidence_is_verbatim_or_empty() -> None:
    before, after = "Oslo demands 50 euros by Friday.", "Oslo asks for 30 euros by Monday if Malta agrees."
    stances = find_stance(before, None, LEXICON), find_stance(after, None, LEXICON)
    evidence = compare_stances(before, after, *stances, LEXICON, 0.9).evidence
    assert ("demand lowered", "50 euros", "30 euros") in evidence
    assert ("condition", "", "if Malta agrees") in evidence
