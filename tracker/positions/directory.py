"""Who is who in one article: persons under their last names, organisations under short forms and abbreviations."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from tracker.model import ActorKind, Introduction
from tracker.positions.catalogue import Catalogue
from tracker.positions.links import Links
from tracker.positions.names import NameKind, find_name_kinds
from tracker.positions.pieces import Piece, PieceKind
from tracker.positions.roles import PERSONAL, RoleKind
from tracker.positions.words import Words

_PLAIN_BEGINNINGS = frozenset({"the", "national", "international", "european", "royal", "united", "new", "central"})
"""Words with which too many names begin to stand for one."""


@dataclass(frozen=True, slots=True)
class Person:
    """A person of the article: the full name, the piece that introduces them and the role word there."""

    name: str
    piece: int
    role: int | None
    gender: str
    """`m`, `f`, or empty where nothing in the article tells."""
    sure: bool = True
    """False where only the capitals say that this is a person."""
    meetings: tuple[tuple[int, int | None], ...] = ()
    """The places that name the person: the piece, and the role word that introduces them there."""


@dataclass(frozen=True, slots=True)
class _Meeting:
    """One place that names a person."""

    piece: Piece
    at: int
    role: int | None
    gender: str
    rank: int


@dataclass(frozen=True, slots=True)
class Directory:
    persons: Mapping[str, Person]
    """By first and last word of the name, lower case."""
    last_names: Mapping[str, Person]
    organisations: Mapping[str, str]
    """Every form that occurs or can be derived, lower case, to the full name."""
    kinds: Mapping[str, ActorKind]
    nouns: Mapping[str, Collection[str]]
    """By organisation: what the article calls it ("Verdiso, the services union")."""
    last_words: Mapping[str, Sequence[str]]
    """Organisations by the last word of their names, lower case."""
    first_names: Mapping[str, Person]
    """By first word, where only one person has it: family names come first in half of the world."""
    places: Collection[str] = frozenset()
    """Names that the article uses as places."""
    unsure: frozenset[str] = frozenset()
    """Names that are taken for bodies or places by few signs, or for nothing."""

    def find_person(self, name: str) -> Person | None:
        """The person with this full name, last name, or only first name."""
        low = name.lower()
        if " " in low:
            return self.persons.get(find_full_key(name))
        return self.last_names.get(low) or self.first_names.get(low) or self.persons.get(low)

    def find_organisation(self, name: str) -> str | None:
        """The full name of the organisation that is meant."""
        low = _key(name)
        return self.organisations.get(low) or (self.organisations.get(low[:-1]) if low.endswith("s") else None)


def _key(name: str) -> str:
    return name.lower().replace("’", "'")


def find_last_name(name: str) -> str:
    """The last name in lower case, "Jr" and its like aside."""
    parts = name.lower().split()
    return parts[-2] if len(parts) > 2 and parts[-1].rstrip(".") in ("jr", "sr", "ii", "iii") else parts[-1]


def find_directory(
    words: Words, pieces: Sequence[Piece], links: Links, catalogue: Catalogue, known: Mapping[str, Introduction]
) -> Directory:
    """The persons and organisations that the article introduces anywhere; `known` are those of earlier articles."""
    organisations: dict[str, str] = {}
    kinds: dict[str, ActorKind] = {}
    for piece in pieces:
        if piece.kind is PieceKind.ORGANISATION:
            full = piece.text.replace("’", "'")
            kinds.setdefault(full, piece.organisation or ActorKind.ORGANISATION)
            organisations.setdefault(_key(full), full)
    named, evident, unsure = find_name_kinds(words, pieces, links, catalogue, known)
    people = {form for text, kind in named.items() if kind is NameKind.PERSON for form in (_key(text), find_last_name(text))}
    for full in sorted(kinds, key=len):
        _shorten(full, organisations, people)
        if (parts := _key(full).split())[0] in catalogue.roles.first and len(parts) == 2:
            organisations.setdefault(parts[1], full)
    for k in range(len(pieces) - 1):
        first, second, gap = pieces[k], pieces[k + 1], links.gap(k, k + 1)
        bracketed = gap == ["("] and words.lowers[second.last : second.last + 1] == [")"]
        if (
            bracketed
            and first.kind in (PieceKind.ORGANISATION, PieceKind.NAME)
            and second.text.isupper()
            and second.kind is PieceKind.NAME
        ):
            full = organisations.setdefault(_key(first.text), first.text.replace("’", "'"))
            kinds.setdefault(full, ActorKind.ORGANISATION)
            organisations[_key(second.text)] = full
        elif (
            bracketed
            and second.kind is PieceKind.ORGANISATION
            and first.text.isupper()
            and " " not in first.text
            and not first.title
        ):
            organisations[_key(first.text)] = organisations.get(_key(second.text), second.text)
        if gap in ([",", "called"], [",", "known", "as"]) and second.kind in (
            PieceKind.ORGANISATION,
            PieceKind.NAME,
        ):
            organisations[_key(first.text)] = second.text.replace("’", "'")  # "the Greens, called Green Spring"
    last_words: dict[str, list[str]] = {}
    for full in kinds:
        last_words.setdefault(full.lower().split()[-1], []).append(full)
    nouns: dict[str, set[str]] = {}
    for k, piece in enumerate(pieces):
        if piece.kind in (PieceKind.NAME, PieceKind.ORGANISATION) and not piece.title and (noun := links.find_noun(k)):
            full = organisations.setdefault(_key(piece.text), piece.text.replace("\u2019", "'"))
            kinds.setdefault(
                full,
                ActorKind.COMPANY if noun in catalogue.roles.firms else catalogue.roles.heads.get(noun, ActorKind.ORGANISATION),
            )
            nouns.setdefault(full, set()).add(noun)
    for text in sorted(evident, key=len, reverse=True):
        full = organisations.setdefault(_key(text), text.replace("\u2019", "'"))
        kinds.setdefault(full, evident[text])
        if " " in text:
            _shorten(full, organisations, people)
    persons, last_names = _persons(words, pieces, links, catalogue, organisations, named)
    places = frozenset(text for text, kind in named.items() if kind is NameKind.PLACE)
    return Directory(persons, last_names, organisations, kinds, nouns, last_words, _first_names(persons), places, unsure)


def _shorten(full: str, organisations: dict[str, str], people: Collection[str]) -> None:
    """A longer form of a name takes its shorter ones along: its beginnings, its ends of two words, its initials.

    A person's name stays the person's: "Ann Lee" is no short form of the "Ann Lee Foundation".
    """
    parts = _key(full).split()
    for count in range(1, len(parts)):
        beginning, end = " ".join(parts[:count]), " ".join(parts[-count:])
        short = beginning.removesuffix("'s").removesuffix("'")
        if len(parts[0]) > 2 and short not in people and parts[0] not in _PLAIN_BEGINNINGS:
            organisations.setdefault(short, full)
        if count > 1:
            organisations.setdefault(end, full)
    initials = "".join(part[0] for part in parts if part not in ("of", "the", "for", "and", "on"))
    if len(initials) > 2:
        organisations.setdefault(initials, full)


def _persons(
    words: Words,
    pieces: Sequence[Piece],
    links: Links,
    catalogue: Catalogue,
    organisations: dict[str, str],
    named: Mapping[str, NameKind],
) -> tuple[dict[str, Person], dict[str, Person]]:
    """The persons by first and last word of their names, and by last name alone."""
    met: dict[str, list[_Meeting]] = {}
    for k, piece in enumerate(pieces):
        if piece.kind is not PieceKind.NAME or _key(piece.text) in organisations:
            continue
        if not piece.title and named.get(piece.text) in (NameKind.PLACE, NameKind.BODY):
            continue
        role = links.introduction(k)
        personal = role is not None and pieces[role].role in PERSONAL
        parts = piece.text.split()
        shout = piece.text.isupper() and len(parts) > 1
        if personal or piece.title or (2 <= len(parts) <= 4 and " of " not in piece.text and not shout):
            meeting = _Meeting(
                piece, k, role, _gender(piece, pieces[role].text if role is not None else "", catalogue), _rank(pieces, role)
            )
            met.setdefault(find_full_key(piece.text), []).append(meeting)
    longer: dict[str, str] = {}
    for key in met:
        if " " in key:
            for part in reversed(key.split()):
                longer.setdefault(part, key)
    for key in [key for key in met if " " not in key and key in longer]:
        met[longer[key]] += met.pop(key)  # "Mr. Doyle" is Ann Doyle where there is one
    lone = {
        piece.text.lower()
        for k, piece in enumerate(pieces)
        if piece.kind in (PieceKind.NAME, PieceKind.ACTOR)
        and " " not in piece.text
        and words.lowers[piece.last : piece.last + 1] != ["-"]
    }
    full: dict[str, Person] = {}
    last: dict[str, Person] = {}
    for key, meetings in met.items():
        person = _merge(meetings, lone)
        full[key] = person
        other = last.get(find_last_name(person.name))
        if other is None or (person.role is not None and other.role is None):
            last[find_last_name(person.name)] = person
    return full, last


def _merge(meetings: "list[_Meeting]", lone: set[str]) -> Person:
    """One person out of all places that name them: the name that is used most, the introduction that tells most."""
    counts: dict[str, int] = {}
    for meeting in meetings:
        counts[meeting.piece.text] = counts.get(meeting.piece.text, 0) + 1
    name = max(counts, key=lambda text: (" " in text, counts[text], len(text)))
    told = [m for m in meetings if m.rank or m is meetings[0]]
    best = max(told, key=lambda meeting: (meeting.role is not None, meeting.rank, -meeting.at))
    gender = next((meeting.gender for meeting in meetings if meeting.gender), "")
    sure = best.role is not None or any(meeting.piece.title for meeting in meetings) or find_last_name(name) in lone
    return Person(name, best.at, best.role, gender, sure, tuple((meeting.at, meeting.role) for meeting in meetings))


def _rank(pieces: Sequence[Piece], role: int | None) -> int:
    return 0 if role is None or pieces[role].role in (RoleKind.VAGUE, RoleKind.BYSTANDER, RoleKind.DOCUMENT, RoleKind.MEMBER) else 1


def find_full_key(name: str) -> str:
    """First and last name in lower case: middle names and initials come and go."""
    parts = name.lower().split()
    return f"{parts[0]} {find_last_name(name)}" if len(parts) > 1 else parts[0]


def _first_names(persons: Mapping[str, Person]) -> dict[str, Person]:
    found: dict[str, Person] = {}
    shared: set[str] = set()
    for person in persons.values():
        first = person.name.split()[0].lower()
        if first in found:
            shared.add(first)
        found[first] = person
    return {first: person for first, person in found.items() if first not in shared and " " in person.name}


def _gender(piece: Piece, role: str, catalogue: Catalogue) -> str:
    roles = catalogue.roles
    words = {piece.title, role}
    return "m" if words & roles.masculine else "f" if words & roles.feminine else ""
