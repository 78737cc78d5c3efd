"""The state that an article is set in: whose minister "the minister" is where the text does not say.

Names, adjectives and capitals of states count, and so do cities and regions; what stands in the dateline and in the outlet's name
counts more. A state leads where it has twice as much as the next one.
"""

from collections.abc import Sequence

from tracker.model import ActorKind
from tracker.positions.catalogue import Catalogue
from tracker.positions.pieces import Piece, PieceKind, find_pieces
from tracker.positions.words import Words, find_words

_DATELINE, _OUTLET, _PLACE, _ADJECTIVE = 3.0, 3.0, 2.0, 0.5
_LEAD = 2.0
_DATELINE_WORDS = 6
_ELECTORAL = 5
"""Different words of elections and coalitions."""


def find_setting(words: Words, pieces: Sequence[Piece], catalogue: Catalogue, outlet: str = "") -> str | None:
    """The name of the state, or None where none leads."""
    weights: dict[str, float] = {}
    for piece in pieces:
        if state := _find_state(piece, catalogue):
            dateline = piece.last < _DATELINE_WORDS and words.texts[piece.first].isupper() and len(piece.text) > 3
            # Who writes of Shimla writes from India; whoever writes of America may be anywhere.
            bare = piece.name is None or piece.name.bare
            weight = _DATELINE if dateline else _PLACE if piece.kind is not PieceKind.ACTOR else 1.0 if bare else _ADJECTIVE
            weights[state] = weights.get(state, 0.0) + weight
    if outlet:
        named = {state for piece in find_pieces(find_words(f"the {outlet}"), catalogue) if (state := _find_state(piece, catalogue))}
        for state in named:
            weights[state] = weights.get(state, 0.0) + _OUTLET
    ranked = sorted(weights.items(), key=lambda pair: (-pair[1], pair[0]))
    if not ranked or (len(ranked) > 1 and ranked[0][1] < _LEAD * ranked[1][1]):
        return None
    return ranked[0][0]


def is_domestic(words: Words, pieces: Sequence[Piece], catalogue: Catalogue) -> bool:
    """Whether the article is about parties and elections of one state: there its president is a side of their own."""
    counts: dict[str, int] = {}
    for piece in pieces:
        if piece.kind is PieceKind.ACTOR and piece.name is not None and piece.name.actor.kind is ActorKind.STATE:
            counts[piece.name.actor.party] = counts.get(piece.name.actor.party, 0) + 1
    if sum(count > 1 for count in counts.values()) > 1:
        return False
    return len(catalogue.roles.electoral.intersection(words.lowers)) >= _ELECTORAL


def _find_state(piece: Piece, catalogue: Catalogue) -> str | None:
    if piece.kind is PieceKind.ACTOR and piece.name is not None:
        actor = piece.name.actor
        return actor.party if actor.kind is ActorKind.STATE else None
    if piece.kind in (PieceKind.NAME, PieceKind.ORGANISATION) and not piece.title:
        return catalogue.find_setting(piece.text) or catalogue.find_setting(piece.text.split()[0])
    return None
