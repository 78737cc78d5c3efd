"""`tracker compare` on what it was not made for: nothing breaks, nothing takes long, the same is the same, swapping swaps."""

import json
import subprocess
import sys
import time
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.comparison import compare_positions
from tracker.model import Label
from tracker.pairs import compare_lines

SWAPPED = {"hardened": "softened", "softened": "hardened"}
LABELS = {str(label) for label in Label if label is not Label.NEW}
PLAIN = "Nordia will not lift the ban on cod exports before May."
ODD = {
    "empty": "",
    "blank": " \n\t ",
    "one word": "no",
    "marks": "… — !?",
    "numbers": "17 4.5 -3 1,000",
    "markup": "<p>Nordia <b>will not</b> lift &amp; the <script>ban()</script></p>",
    "unclosed": '"Nordia «will not (lift',
    "controls": "Nordia\x00will\x1b[31mnot\u202elift\ud800",
    "german": "Norwegen wird das Abkommen nicht unterzeichnen, sagte die Ministerin.",
    "russian": "Осло отвергает налог на рыбу.",
    "chinese": "挪威不会取消对鳕鱼出口的禁令。",
    "arabic": "لن ترفع النرويج الحظر عن صادرات سمك القد",
    "hindi": "नॉर्वे प्रतिबंध नहीं हटाएगा",
    "emoji": "👍",
    "one long word": "x" * 20_000,
    "ten thousand words": "Nordia will not lift the ban unless 5 million euros come by May, " * 800,
}


def compare(before: str, after: str) -> dict[str, object]:
    (line,) = compare_lines(json.dumps({"before": before, "after": after}), as_json=True)
    told: dict[str, object] = json.loads(line)
    assert told["label"] in LABELS
    assert isinstance(told["why"], str)
    assert told["why"]
    assert "\n" not in told["why"]
    assert isinstance(told["confidence"], float)
    assert 0 <= told["confidence"] <= 1
    return told


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_the_same_text_twice_is_always_restated(text: str) -> None:
    assert compare(text, text)["label"] == "restated"
    assert compare(text, text)["confidence"] == 1.0
    assert compare(text, f"  {text}\n")["label"] == "restated"


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_swapped_it_is_the_mirror_image(text: str) -> None:
    there, back = compare(text, PLAIN), compare(PLAIN, text)
    assert back["label"] == SWAPPED.get(str(there["label"]), there["label"])
    assert back["confidence"] == pytest.approx(there["confidence"], abs=1e-3)


@pytest.mark.parametrize("text", [ODD["empty"], ODD["blank"]])
def test_nothing_said_is_unrelated(text: str) -> None:
    assert compare(text, PLAIN)["label"] == compare(PLAIN, text)["label"] == "unrelated"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("👍", "👎"),
        ("rates of -0.5 percent", "rates of 0.5 percent"),
        ("नॉर्वे जाएगा", "नॉर्वे जाओगे"),
        ("1.5", "15"),
        ("€5", "$5"),
    ],
)
def test_what_only_looks_the_same_is_not(before: str, after: str) -> None:
    assert compare(before, after)["confidence"] != 1.0


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Nordia will sign.", "“Nordia will sign”"),
        ("It’s ready to sign", "it's ready to sign"),
        ("that Nordia will sign", "Nordia will sign —"),
        ("Nordia pays 5 - 6 euros", "Nordia pays 5 – 6 euros"),
    ],
)
def test_marks_capitals_and_a_leading_that_make_no_difference(before: str, after: str) -> None:
    assert (compare(before, after)["label"], compare(before, after)["confidence"]) == ("restated", 1.0)


def test_long_texts_take_no_longer_than_they_must() -> None:
    compare(PLAIN, PLAIN[::-1])  # the models are loaded
    long = [ODD["ten thousand words"], ODD["one long word"], "not " * 10_000, "“" * 10_000, "if " * 10_000, "Oslo Malta " * 5_000]
    begun = time.perf_counter()
    for one, other in product(long[:3], long[3:]):
        compare(one, other)
    assert time.perf_counter() - begun < 9 * 1.5


def test_a_difference_behind_what_is_read_is_still_judged() -> None:
    told = compare(ODD["ten thousand words"], ODD["ten thousand words"] + "but not in June")
    assert told["confidence"] != 1.0


PARTY = st.sampled_from(["Nordia", "The dockers' union", "The bank", "its foreign minister"])
STANCE = st.sampled_from(
    [
        "will", "will not", "would", "is ready to", "refuses to", "is considering whether to", "rules out to", "may", "must",
        "has no plan to", "insists that others", "is open to",
    ]
)  # fmt: skip
DEED = st.sampled_from(
    [
        "lift the ban", "pay 50 million euros", "pay 80 million euros", "close the strait", "raise wages by 5 percent",
        "cut wages by 8 percent", "sign the annex", "keep the toll",
    ]
)  # fmt: skip
TAIL = st.sampled_from(
    [
        "", " only if Suderland pays", " unless the talks fail", " by May", " by the end of June", " before the vote",
        " whatever others do", " in all ports", " in some ports",
    ]
)  # fmt: skip
STATEMENT = st.tuples(PARTY, STANCE, DEED, TAIL).map(lambda parts: f"{parts[0]} {parts[1]} {parts[2]}{parts[3]}")


@settings(max_examples=60, deadline=None)
@given(STATEMENT, STATEMENT)
def test_swapping_swaps_hardened_and_softened(before: str, after: str) -> None:
    there, back = compare_positions(before, after), compare_positions(after, before)
    assert back.label == SWAPPED.get(there.label, there.label)
    assert abs(there.confidence - back.confidence) < 1e-3
    if before == after:
        assert there.label is Label.RESTATED


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=80), st.text(max_size=80))
def test_any_two_texts(before: str, after: str) -> None:
    there, back = compare(before, after), compare(after, before)
    assert back["label"] == SWAPPED.get(str(there["label"]), there["label"])
    assert compare(before, before)["label"] == "restated"


def test_the_command_takes_all_of_it(tmp_path: Path) -> None:
    file = tmp_path / "odd.jsonl"
    file.write_text("".join(json.dumps({"before": one, "after": other}) + "\n" for one, other in product(ODD.values(), [PLAIN])))
    for form in ("--json", None):
        command = [sys.executable, "-m", "tracker.cli", "compare", str(file), *([form] if form else [])]
        done = subprocess.run(command, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr
        lines = done.stdout.decode("utf-8").splitlines()
        assert len(lines) == len(ODD)
        assert b"\x1b" not in done.stdout
        if form:
            assert [json.loads(line)["before"] for line in lines] == list(ODD.values())
