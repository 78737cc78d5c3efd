"""The catalogue's names, its files, and the pieces that they cut a text into."""

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.model import Actor, ActorKind
from tracker.positions.catalogue import load_catalogue
from tracker.positions.pieces import PieceKind, find_pieces
from tracker.positions.words import find_words

CATALOGUE = load_catalogue()


@pytest.mark.parametrize(
    ("name", "party"),
    [
        ("Turkey", "Turkey"), ("Türkiye", "Turkey"), ("Czechia", "Czech Republic"), ("Swaziland", "Eswatini"),
        ("South Sudan",) * 2, ("U.S.", "United States"), ("the United States", "United States"), ("The Hague", "Netherlands"),
        ("Quai d'Orsay", "France"), ("European Commission", "European Union"), ("Kyiv", "Ukraine"), ("New Delhi", "India"),
        ("Houthis", "Houthis"), ("Riksbank", "Riksbank"), ("Kyrgyzstan",) * 2, ("North Macedonia",) * 2,
        ("Downing Street", "United Kingdom"), ("IMF", "International Monetary Fund"),
    ],
)  # fmt: skip
def test_names(name: str, party: str) -> None:
    actors = [piece for piece in find_pieces(find_words(f"Yesterday {name} said so"), CATALOGUE) if piece.kind is PieceKind.ACTOR]
    assert [piece.name.actor.party for piece in actors if piece.name] == [party]


def test_small_words_are_no_shouted_names() -> None:
    pieces = find_pieces(find_words("They told us who it is and who did it"), CATALOGUE)
    assert not [piece for piece in pieces if piece.kind is PieceKind.ACTOR]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ukrainian President Ada Bell", ["actor Ukrainian", "role president", "name Ada Bell"]),
        ("Deputy Foreign Minister Ada Bell", ["role deputy", "role minister", "name Ada Bell"]),
        ("the Harbour Pilots' Association", ["organisation Harbour Pilots' Association"]),
        ("the Bakers' and Millers' Guild", ["organisation Bakers' and Millers' Guild"]),
        (
            "Greta Moor, the North Lake People's Party leader",
            ["name Greta Moor", "organisation North Lake People's Party", "role leader"],
        ),
        ("the University of New Varn", ["organisation University of New Varn"]),
        ("the Russian Defence Ministry", ["actor Russian", "role defence ministry"]),
        ("Moscow Tram Works Corp", ["organisation Moscow Tram Works Corp"]),
        ("both sides", ["joint sides"]),
        ("general licences for all", []),
    ],
)
def test_pieces(text: str, expected: list[str]) -> None:
    found = find_pieces(find_words(f"It was {text}"), CATALOGUE)
    assert [f"{piece.kind} {piece.text}" for piece in found if piece.kind is not PieceKind.PRONOUN] == expected


def test_own_actors_replace_shipped_ones() -> None:
    own = Actor("Kremlin FC", ActorKind.ORGANISATION, "Kremlin FC", ("the Kremlin",))
    catalogue = load_catalogue([own])
    assert catalogue.names["kremlin",].actor is own
    assert catalogue.own == {"Kremlin FC"}


def test_every_party_is_a_name() -> None:
    parties = {name.actor.party for name in CATALOGUE.names.values()}
    named = {name.actor.name for name in CATALOGUE.names.values() if name.bare}
    assert parties <= named
    assert set(CATALOGUE.banks.values()) <= parties


def test_import_is_light() -> None:
    code = "import sys, tracker.positions.actors as a; sys.exit(any(m in sys.modules for m in ('numpy', 'onnxruntime', 'sumy')))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@given(st.text(alphabet="aA .,'’“”\"U\nsé-&+1", max_size=200))
@settings(max_examples=150, deadline=None)
def test_words_and_pieces_are_spans_of_the_text(text: str) -> None:
    words = find_words(text)
    assert [text[start:end] for start, end in zip(words.starts, words.ends, strict=True)] == words.texts
    assert words.starts == sorted(words.starts)
    pieces = find_pieces(words, CATALOGUE)
    ends = [0, *(piece.last for piece in pieces)]
    assert all(piece.first >= end and piece.last > piece.first for piece, end in zip(pieces, ends, strict=False))
