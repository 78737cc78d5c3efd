"""Voices of whole articles: each article stands beside what its sources come to."""

import json
from pathlib import Path

import pytest

from tracker.model import Attribution, AttributionKind, Span, Voice
from tracker.positions.actors import resolve_voices
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
            wrong.append(f"{row['source']!r} at {row['at']}: {parties} by {speaker!r} ({voices[0].rule}), not {row['parties']} {row['speaker']}")
    assert not wrong, "\n".join(wrong)
