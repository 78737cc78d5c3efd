"""Rules by which sources come to parties on beats without a known actor: one made-up scene for each rule."""

import pytest

from tracker.positions.actors import resolve_voices
from tracker.positions.catalogue import load_catalogue
from tracker.positions.pieces import PieceKind, find_pieces
from tracker.positions.words import find_words

from .test_actors import attribution, voices_of

CATALOGUE = load_catalogue()


@pytest.mark.parametrize(
    ("text", "source", "party"),
    [
        # What a name is: its uses tell.
        ("Volta Kredit has raised its bid. Volta will wait. The chief executive, Ann Lee, was calm.", "Ann Lee", "Volta Kredit"),
        ("Mora TV cut prices. Its director, Jo Berg, said more would come.", "Jo Berg", "Mora TV"),
        ("The Harbour Bank met in Sandvik and Lervik. Its chairman, Jo Berg, spoke.", "Jo Berg", "Harbour Bank"),
        ("Land and Sea won. Jo Berg, a farmer who leads Land and Sea, spoke. Land and Sea waits.", "Jo Berg", "Land and Sea"),
        ("Mia Holm draws maps. Mia drew first. She said it took years.", "She", "Mia Holm"),
        ("Mia Holm set up the Holm Prize, which is small. The Holm Prize is new. Holm said no.", "Holm said", "Mia Holm"),
        # Where a name ends.
        ("The Harbour Bank on Tuesday said no.", "The Harbour Bank", "Harbour Bank"),
        ("The Union of Young Doctors said no. Its president, Mia Holm, was firm.", "Mia Holm", "Union of Young Doctors"),
        ("Norwegian Regions called it unreal. Its chair, Jo Berg, spoke.", "Jo Berg", "Norwegian Regions"),
        ("The Canadian Council of Nurses said no.", "The Canadian Council of Nurses", "Canadian Council of Nurses"),
        ("In Washington, Secretary of State Jo Berg said no.", "Jo Berg", "United States"),
        # One side a person, whatever a single mention tells.
        ("“No,” said Mia Holm, a former keeper who leads the Players' Union. “Never,” Holm said.", "Holm said", "Players' Union"),
        ("The Players' Union said no. Mia Holm, who is president of the union, was firm.", "Mia Holm", "Players' Union"),
        ("The Left Bloc's Mia Holm said no.", "Mia Holm", "Left Bloc"),
        ("Mia Holm of Volta Air said no. The Port Board met. Its rivals left. Mia Holm waited.", "Mia Holm waited", "Volta Air"),
        # Which body an office fits.
        ("The Bakers' Guild met in Norway. Its chairwoman, Mia Holm, said no.", "Mia Holm", "Bakers' Guild"),
        ("At the Port Board, chief executive Mia Holm said no.", "Mia Holm", "Port Board"),
        ("The Port Board gave ground. The fee was fair, President Mia Holm said.", "Mia Holm", "Port Board"),
        ("Norwegian opposition leader Mia Holm said no.", "Mia Holm", "Opposition"),
        ("Mia Holm, the mediator, met the Port Board. Her office said talks go on.", "Her office", "Mia Holm"),
        # Who stands above the parties.
        (
            "The election gave no party a majority. Voters want a coalition. President Mia Holm of Norway said she would wait.",
            "Mia Holm",
            "Mia Holm",
        ),
        # Bodies named after their members, and the kind that "the club" is.
        ("The Northern Hauliers' Federation struck. The hauliers want more.", "The hauliers", "Northern Hauliers' Federation"),
        ("Sandvik City lost. The club wants a replay.", "The club", "Sandvik City"),
        ("The Harbour Bank met the Union of Bank Clerks. The bank said no.", "The bank", "Harbour Bank"),
    ],
)  # fmt: skip
def test_party(text: str, source: str, party: str) -> None:
    assert [voice.party for voice in voices_of(text, source)] == [party]


def test_both_are_the_two_who_spoke_last() -> None:
    text = "Mia Holm of the Bakers' Guild said no. Jo Berg of the Port Board said no. It was a report, which both deny."
    sources = [attribution(text.index(source), text.index(source) + len(source)) for source in ("Mia Holm", "Jo Berg", "both")]
    found = resolve_voices(text, sources, CATALOGUE)[2]
    assert sorted(voice.party or "" for voice in found) == ["Bakers' Guild", "Port Board"]


@pytest.mark.parametrize(
    "text",
    ["Mora TV raised its bid. Mora is patient. He said no.", "The Left is patient. The Left waits. He said no."],
)
def test_he_is_no_body(text: str) -> None:
    assert voices_of(text, "He said")[0].party is None


def test_a_dateline_is_no_antecedent() -> None:
    text = "VIENNA, March 3 (AWN) - Norway will open the mine, its foreign minister said."
    assert voices_of(text, "its foreign minister")[0].party == "Norway"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Sandvik-based Volta said so, and Volta left.", ["Volta", "Volta"]),
        ("He met Per Dahl, who chairs the board.", ["Per Dahl"]),
        ("It said Rovers and Rangers met.", ["Rovers", "Rangers"]),
    ],
)
def test_names(text: str, names: list[str]) -> None:
    pieces = find_pieces(find_words(text), CATALOGUE)
    assert [piece.text for piece in pieces if piece.kind in (PieceKind.NAME, PieceKind.ORGANISATION)] == names
