"""What each name of an article is: a person, a body or a place, by how the article uses it.

Every use of a name votes: "Volta, which" and "Volta's shareholders" for a body, "Mr Lee" and "Lee, who" for a person, "in Mora"
for a place. Two words of which the first also stands alone are a body's ("Volta Kredit ... Volta"), of which the last does, a
person's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tracker.model import ActorKind, Introduction
from tracker.positions.catalogue import Catalogue
from tracker.positions.links import Links
from tracker.positions.pieces import PERSON_PRONOUNS, THING_PRONOUNS, Piece, PieceKind
from tracker.positions.roles import PERSONAL, RoleKind
from tracker.positions.words import Words

_LOCATIVE = frozenset({"in", "near", "across", "outside", "around", "from", "to", "at", "towards", "toward"})
_DATELINE_WORDS = 6
_CLEAR, _LIKELY, _HINT = 3.0, 2.0, 1.0
_ASSETS = frozenset({"shares", "share", "stock", "shareholders", "members", "customers", "branches", "bid", "offer", "sales"})


class NameKind(StrEnum):
    """What a name stands for."""

    PERSON = "person"
    BODY = "body"
    PLACE = "place"


@dataclass(slots=True)
class _Votes:
    person: float = 0.0
    body: float = 0.0
    place: float = 0.0
    company: bool = False
    impersonal: bool = False
    """Whether it has what a person's name never has: "the" before it, or letters at its end."""

    def is_unsure(self) -> bool:
        """Whether the name may be a person's after all, for few signs speak against it."""
        return not (self.impersonal or self.company) and max(self.body, self.place) < _CLEAR

    def verdict(self) -> NameKind | None:
        if self.place > max(self.person, self.body):
            return NameKind.PLACE
        if self.body > max(self.person, _HINT):
            return NameKind.BODY
        return NameKind.PERSON if self.person > self.body else None


def find_name_kinds(
    words: Words, pieces: Sequence[Piece], links: Links, catalogue: Catalogue, known: Mapping[str, Introduction]
) -> tuple[dict[str, NameKind], dict[str, ActorKind], frozenset[str]]:
    """The kinds of names by text, as far as the article tells; the kinds of bodies among them; those that it says too little of."""
    votes: dict[str, _Votes] = {}
    lone = {p.text.lower() for p in pieces if p.kind is PieceKind.NAME and " " not in p.text and not _is_shout(p) and not p.title}
    titled = {p.text.lower() for p in pieces if p.kind is PieceKind.NAME and p.title}
    for k, piece in enumerate(pieces):
        if piece.kind is PieceKind.NAME:
            vote = votes.get(piece.text)
            if vote is None:
                vote = votes[piece.text] = _Votes()
                _weigh_form(vote, piece.text, lone, titled, known, catalogue)
            _weigh_use(vote, k, words, pieces, links)
    for k in range(1, len(pieces)):
        first, piece = pieces[k - 1], pieces[k]
        if piece.kind is PieceKind.NAME and first.kind is PieceKind.NAME and links.gap(k - 1, k) == ["of"]:
            other = votes[first.text]
            person = other.verdict() is NameKind.PERSON or (" " in first.text and not other.body)
            votes[piece.text].body += _LIKELY * (person or " " in piece.text)  # "Ann Lee of Volta"
    kinds = {text: kind for text, vote in votes.items() if (kind := vote.verdict())}
    bodies = {
        text: ActorKind.COMPANY if votes[text].company else ActorKind.ORGANISATION
        for text, kind in kinds.items()
        if kind is NameKind.BODY
    }
    unsure = frozenset(text for text, vote in votes.items() if vote.is_unsure() and not text.isupper())
    return kinds, bodies, unsure


def _is_shout(piece: Piece) -> bool:
    """Whether the name is a dateline's: capitals among the first words."""
    return piece.text.isupper() and len(piece.text) > 3 and piece.last < _DATELINE_WORDS


def _weigh_form(
    vote: _Votes, text: str, lone: set[str], titled: set[str], known: Mapping[str, Introduction], catalogue: Catalogue
) -> None:
    """What the name itself tells, and the short forms that the article uses for it."""
    parts = text.lower().split()
    if catalogue.find_setting(text):
        vote.place += _CLEAR
    if "and" in parts or "&" in parts:
        vote.body += 2 * _CLEAR
    one = known.get(f"{parts[0]} {parts[-1]}" if len(parts) > 1 else parts[0])
    if one is not None and one.kind is ActorKind.PERSON:
        vote.person += 2 * _CLEAR if one.clear else _LIKELY
    if 1 < len(parts) < 5:
        if parts[-1] in titled:
            vote.person += _CLEAR
        elif parts[-1] in lone:
            vote.person += _LIKELY
        elif parts[0] in lone and not catalogue.find_setting(parts[0]):
            vote.body += _LIKELY
    if len(parts) == 2 and len(parts[1]) < 5 and text.split()[1].isupper():
        vote.body += _LIKELY  # "Volta TV"
        vote.impersonal = True


def _weigh_use(vote: _Votes, k: int, words: Words, pieces: Sequence[Piece], links: Links) -> None:
    """What one use tells."""
    piece, roles, lowers = pieces[k], links.roles, words.lowers
    if piece.title:
        vote.person += _CLEAR
        return
    before = lowers[piece.first - 1] if piece.first else ""
    behind = lowers[piece.last] if piece.last < len(lowers) else "."
    vote.impersonal |= before == "the" and (behind in roles.verbs or not links.is_modifier(behind, False))
    if before == "and" and k and pieces[k - 1].last == piece.first - 1 and pieces[k - 1].kind is PieceKind.NAME:
        before = lowers[pieces[k - 1].first - 1] if pieces[k - 1].first else ""  # "in Mora and Lund"
    after = lowers[piece.last : piece.last + 2]
    if before == "at" and " " in piece.text:
        vote.body += _HINT
    elif before in _LOCATIVE:
        vote.place += _LIKELY if before not in ("to", "from", "at") else _HINT
    elif before in ("the", "called"):
        vote.body += _HINT
    elif _is_shout(piece):
        vote.place += _CLEAR
    if after == [",", "which"]:
        vote.body += _CLEAR
    elif after == [",", "who"]:
        vote.person += _CLEAR
    elif after == [",", "where"]:
        vote.place += _CLEAR
    elif after[:1] and (after[0] in _ASSETS or (after[0] in ("'", "'s") and after[1:] and after[1] in _ASSETS)):
        vote.body += _LIKELY
    if k + 1 < len(pieces) and pieces[k + 1].kind is PieceKind.PRONOUN and _opens(words, piece):
        same = words.sentences[pieces[k + 1].first] == words.sentences[piece.first]
        vote.body += _LIKELY * (same and pieces[k + 1].text in THING_PRONOUNS)  # "Volta is losing its patience"
        vote.person += _LIKELY * (same and pieces[k + 1].text in PERSON_PRONOUNS)
    role = links.introduction(k)
    if role is not None:
        kind = RoleKind.HOLDER if "who" in lowers[piece.last : pieces[role].first] else pieces[role].role
        vote.person += _CLEAR * (kind in PERSONAL)
        vote.body += _CLEAR * (kind is RoleKind.BODY)
        vote.company |= kind is RoleKind.BODY and pieces[role].text.split()[-1] in roles.firms
    elif k and pieces[k - 1].role is RoleKind.BODY and not links.gap(k - 1, k):
        vote.body += _CLEAR
        vote.company |= pieces[k - 1].text.split()[-1] in roles.firms
    if k and pieces[k - 1].role in PERSONAL and links.gap(k - 1, k) in (["of"], ["at"]) and pieces[k - 1].text in roles.corporate:
        vote.body += _LIKELY
        vote.place = max(0.0, vote.place - _HINT)
    if k + 1 < len(pieces) and pieces[k + 1].kind is PieceKind.ROLE:
        _weigh_office(vote, k, words, pieces, links)


def _opens(words: Words, piece: Piece) -> bool:
    return piece.first == 0 or words.sentences[piece.first - 1] != words.sentences[piece.first]


def _weigh_office(vote: _Votes, k: int, words: Words, pieces: Sequence[Piece], links: Links) -> None:
    """An office behind the name: "Volta chief executive", "Volta spokeswoman Ann Lee"."""
    office, gap, roles = pieces[k + 1], links.gap(k, k + 1), links.roles
    if office.text in roles.corporate and office.text not in roles.servants and gap in ([], ["'s"], ["'"]):
        vote.body += _CLEAR
        vote.company = True
    elif office.text in roles.leading and k + 2 < len(pieces) and not gap:
        follows = pieces[k + 2].kind is PieceKind.NAME and not links.gap(k + 1, k + 2)
        if follows and words.lowers[pieces[k].first - 1] != "the":
            vote.body += _CLEAR
