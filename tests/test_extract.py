import json
from dataclasses import replace
from pathlib import Path

import pytest

import tracker.extract
from tracker.config import Config
from tracker.extract import Extracted, extract_articles, render_lines
from tracker.model import Attribution, AttributionKind, Failure, Reading, Span, Voice

ARTICLE = """Title: Two sides
Date: 2031-05-04
Source: Fjord Post

Norway and Sweden will not lift the ban on cod exports, their foreign ministers said on Monday.

The ports were quiet. "The ban has to go," said Ann Berg, a trawler skipper.
"""


@pytest.fixture
def extracted(tmp_path: Path) -> Extracted:
    path = tmp_path / "a.txt"
    path.write_text(ARTICLE, encoding="utf-8")
    (found,) = extract_articles([str(path)], Config())
    assert isinstance(found, Extracted)
    return found


def test_every_attribution_is_listed_with_offsets_into_the_text(extracted: Extracted) -> None:
    row = json.loads(extracted.to_json())
    text = row["text"]
    assert (row["title"], row["outlet"], row["date_source"]) == ("Two sides", "Fjord Post", "header")
    assert row["published"] == "2031-05-04T00:00:00+00:00"
    assert ARTICLE.endswith(text)
    assert all(sentence in text for sentence in row["summary"])
    assert len(row["attributions"]) >= len(extracted.reading.attributions) >= 2
    for a in row["attributions"]:
        assert all(0 <= start < end <= len(text) for role in ("source", "cue", "content") for start, end in a[role])
        assert a["kind"] in ("direct", "indirect", "mixed")
        if a["party"] is None:
            assert a["issue"] is a["polarity"] is a["commitment"] is a["about"] is None
        else:
            assert a["issue"]
            assert a["polarity"] in ("for", "against", "neutral")
    assert "the ban" in " ".join(text[start:end].lower() for a in row["attributions"] for start, end in a["content"])


def test_a_source_of_two_parties_gives_two_objects(extracted: Extracted) -> None:
    position = extracted.reading.positions[0]
    spoken = replace(position.attribution, source=(Span(0, 17),))
    other = replace(position, party="Sweden", attribution=spoken)
    own = replace(position, party="Norway", attribution=spoken)
    silent = Attribution((), (Span(3, 5),), (Span(7, 9),), AttributionKind.DIRECT, 0.5)
    reading = replace(extracted.reading, attributions=(spoken, silent), positions=(own, other))
    heard = (Voice("Norway", "their ministers", "both"), Voice("Sweden", "their ministers", "both"))
    first, second, third = json.loads(Extracted(reading, (heard, ())).to_json())["attributions"]
    assert (first["party"], second["party"], third["party"]) == ("Norway", "Sweden", None)
    assert first["source"] == second["source"] == [[0, 17]]
    assert first["issue"] == second["issue"] == position.issue.name
    assert (third["source"], third["cue"], third["content"]) == ([], [[3, 5]], [[7, 9]])
    assert third["speaker"] is None


def test_the_same_input_gives_the_same_line(extracted: Extracted, tmp_path: Path) -> None:
    (again,) = extract_articles([str(tmp_path / "a.txt")], Config())
    assert isinstance(again, Extracted)
    assert again.to_json() == extracted.to_json()
    assert "\n" not in extracted.to_json()


def test_failures_come_first_and_stop_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(ARTICLE, encoding="utf-8")
    (tmp_path / "z.txt").write_bytes(b"")
    failure, article = extract_articles([str(tmp_path)], Config())
    assert isinstance(failure, Failure)
    assert failure.origin.endswith("z.txt")
    assert isinstance(article, Extracted)


def test_doubtful_attributions_are_left_out_on_demand(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(ARTICLE, encoding="utf-8")
    (nothing,) = extract_articles([str(path)], Config(min_confidence=1.01))
    assert isinstance(nothing, Extracted)
    assert nothing.reading.attributions == nothing.reading.positions == nothing.voices == ()
    assert "no positions of tracked parties" in render_lines(nothing)


def test_for_a_person_there_is_a_line_for_each_position(extracted: Extracted) -> None:
    title, *lines = render_lines(extracted).split("\n")
    assert title.startswith("Two sides (2031-05-04, ")
    assert len(lines) == len(extracted.reading.positions)
    assert lines[0].startswith("  Norway [")


def test_nothing_of_the_past_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []

    def compare(understanding: object, history: object, *rest: object) -> Reading:
        asked.append(history)
        return compare_with_history(understanding, history, *rest)  # type: ignore[arg-type]

    compare_with_history = tracker.extract.compare_with_history
    monkeypatch.setattr(tracker.extract, "compare_with_history", compare)
    path = tmp_path / "a.txt"
    path.write_text(ARTICLE, encoding="utf-8")
    list(extract_articles([str(path)], Config()))
    assert asked == [tracker.extract.NO_HISTORY]
