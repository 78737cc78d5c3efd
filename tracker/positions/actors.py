"""Whose voice an attribution is.

The source phrase decides, with the introductions anywhere in the article and the nearest earlier mention. Names are matched
exactly, never by likeness. Ministries, ministers, capitals and seats of government speak for their state, an independent authority
for itself, experts for their institute, bystanders and vague groups for nobody.

    words         text -> words with sentence, paragraph, quotation
    pieces        words -> known actors, other names, role words, pronouns    (capitals: where names end; catalogue: the known ones)
    links         which pieces are one noun phrase
    names         which names are persons, bodies, places
    directory     who is who in the article: persons, organisations, short forms
    mentions      how prominent each piece is
    resolution    piece -> party, in text order    (coreference: pronouns; nominals, candidates, offices: lone role words)
    affiliations  person -> side, of all that tells it here and in earlier articles    (persons: what one mention tells)
    sources       attribution -> voices    (groups: "both", "the shipowners")
"""

from collections.abc import Iterable, Sequence

from tracker.model import Attribution, Introduction, Span, Voice
from tracker.positions.acquaintance import index_acquaintances
from tracker.positions.catalogue import Catalogue
from tracker.positions.pieces import Piece, PieceKind, find_pieces
from tracker.positions.sources import find_voices
from tracker.positions.words import Words, find_words


def resolve_voices(
    text: str, attributions: Sequence[Attribution], catalogue: Catalogue, outlet: str = ""
) -> list[tuple[Voice, ...]]:
    """The voices of `resolve_article` alone, for an article by itself."""
    return resolve_article(text, attributions, catalogue, outlet)[0]


def resolve_article(
    text: str, attributions: Sequence[Attribution], catalogue: Catalogue, outlet: str = "", known: Iterable[Introduction] = ()
) -> tuple[list[tuple[Voice, ...]], tuple[Introduction, ...]]:
    """For each attribution the voices of its source, in order (two for "Turkish and American officials"), and who is introduced.

    Never an empty tuple of voices: where nobody stands behind a source, or there is no source, the one voice has the party None.
    Offsets are characters into `text`; the outlet's name may tell the country; `known` are whom earlier articles introduced.
    """
    words = find_words(text)
    sources = {span.start: span.end for attribution in attributions for span in attribution.source}
    met = index_acquaintances(known)
    return find_voices(text, words, find_pieces(words, catalogue, sources, met), catalogue, attributions, outlet, met)


def find_about(text: str, content: Sequence[Span], catalogue: Catalogue, own: str | None) -> str | None:
    """The other party that a statement characterises as its subject: Russia in "Kyiv says | Moscow refuses". None where none is."""
    if not content:
        return None
    opening = text[content[0].start : min(content[0].end, content[0].start + 300)]
    if not any(letter.isupper() for word in opening.split(None, _MOST_BEFORE + 1)[: _MOST_BEFORE + 1] for letter in word):
        return None  # most statements name nobody so early
    if not _may_be_named(find_words(opening, _MOST_LOOKED_AT), catalogue):
        return None
    words = find_words(opening)
    for piece in find_pieces(words, catalogue):
        before = words.lowers[: piece.first]
        if len(before) > _MOST_BEFORE or any(low not in catalogue.roles.determiners and low not in _LEADING for low in before):
            return None
        if piece.name is None:
            continue
        party = piece.name.actor.party
        return party if party != own and _is_subject(words.lowers, piece) else None
    return None


_MOST_BEFORE = 3
"""Words and marks before the subject."""
_MOST_LOOKED_AT = 20
"""Words and marks from which a known name there can be told; the longest names have half as many."""
_LEADING = frozenset(["that", '"', "“", "‘", "'", "”", "but", "and", "if", "whether", ","])


def _may_be_named(words: Words, catalogue: Catalogue) -> bool:
    """Whether a known name stands among the first words, before pieces are looked for: they cost a hundred times as much."""
    for at, low in enumerate(words.lowers[: _MOST_BEFORE + 1]):
        if catalogue.find_name(words, at):
            return True
        if low not in catalogue.roles.determiners and low not in _LEADING:
            return False
    return False


def _is_subject(lowers: list[str], piece: Piece) -> bool:
    after = lowers[piece.last] if piece.last < len(lowers) else ""
    named = piece.name is not None and (piece.name.bare or piece.name.people)
    return piece.kind is PieceKind.ACTOR and named and after not in ("and", "or", ",")
