import json

import pytest

from tracker.errors import UsageError
from tracker.pairs import compare_lines

PAIR = {"party": "Nordia", "issue": "quota", "before": "Nordia will keep the quota.", "after": "Nordia will not keep the quota."}


def test_every_line_comes_back_in_order_with_what_it_had() -> None:
    rows = [
        PAIR,
        {**PAIR, "after": PAIR["before"], "note": ["kept", 1]},
        {"before": "", "after": "Nordia will keep the quota.", "label": "overwritten"},
    ]
    text = "\n\n".join(json.dumps(row) for row in rows) + "\n \n"
    told = [json.loads(line) for line in compare_lines(text, True)]
    assert [row["label"] for row in told] == ["reversed", "restated", "unrelated"]
    for row, answer in zip(rows, told, strict=True):
        assert {key: answer[key] for key in row if key != "label"} == {key: row[key] for key in row if key != "label"}
        assert answer["why"]
        assert "\n" not in answer["why"]
        assert 0 <= answer["confidence"] <= 1


def test_letters_stay_letters() -> None:
    (line,) = compare_lines(json.dumps({"before": "Zürich zögert.", "after": "Zürich zögert."}), True)
    assert "Zürich zögert." in line


def test_for_a_person_a_line_is_a_sentence() -> None:
    named, nameless = compare_lines("\n".join(json.dumps(row) for row in (PAIR, {**PAIR, "party": None})), False)
    assert named.startswith("Nordia: reversed: ")
    assert nameless.startswith("party: reversed: ")


@pytest.mark.parametrize("text", ["", "\n", " \n\t\n"])
def test_nothing_gives_nothing(text: str) -> None:
    assert list(compare_lines(text, True)) == []


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("{", "line 1 is not JSON"),
        ("\n\n5", "line 3 holds no object"),
        ('{"before": "a", "after": null}', "line 1 has no text under 'after'"),
        ('{"before": 1, "after": "b"}', "line 1 has no text under 'before'"),
        ('{"after": "b"}', "line 1 has no text under 'before'"),
    ],
)
def test_a_wrong_line_is_named(text: str, complaint: str) -> None:
    with pytest.raises(UsageError, match=complaint):
        list(compare_lines(text, True))
