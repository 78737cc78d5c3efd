"""From the sources of attributions to their voices."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from tracker.model import Attribution, AttributionKind, Introduction, Span, Voice
from tracker.positions.acquaintance import find_introductions
from tracker.positions.affiliations import find_present
from tracker.positions.catalogue import Catalogue
from tracker.positions.directory import find_directory
from tracker.positions.groups import find_last_two, find_members
from tracker.positions.links import Links
from tracker.positions.mentions import Mention, Scene
from tracker.positions.pieces import FIRST_PRONOUNS, Piece, PieceKind
from tracker.positions.resolution import resolve_mentions
from tracker.positions.roles import RoleKind
from tracker.positions.setting import find_setting, is_domestic
from tracker.positions.words import Words

_LONGEST_SPEAKER = 120
_COORDINATIONS = (["and"], ["and", "the"], [","], [",", "the"], [",", "and"], ["and", "its"], ["or"])
_CIRCUMSTANCES = frozenset({"in", "from", "near", "to", "on", "outside", "between", "across", "through", "around"})
_BEFORE_SUBJECTS = frozenset({"that", '"', "“", "‘", "'", "”", "but", "and", "if", "whether", ",", "the"})
_NO_VOICE = Voice(None, None, "no source")


def find_voices(
    text: str,
    words: Words,
    pieces: Sequence[Piece],
    catalogue: Catalogue,
    attributions: Sequence[Attribution],
    outlet: str,
    known: Mapping[str, Introduction],
) -> tuple[list[tuple[Voice, ...]], tuple[Introduction, ...]]:
    """The voices of each attribution, and who the article introduces; see `actors.resolve_article`."""
    if not words.starts:
        return [(_NO_VOICE,)] * len(attributions), ()
    sources = _Sources(text, words, pieces, catalogue, attributions, outlet, known)
    return sources.voices(), find_introductions(sources.scene, sources.affiliations)


def read_mentions(
    text: str, words: Words, pieces: Sequence[Piece], catalogue: Catalogue, attributions: Sequence[Attribution]
) -> list[Mention]:
    """What each piece of an article came to: for measuring and for looking into the rules."""
    return _Sources(text, words, pieces, catalogue, attributions).mentions


class _Sources:
    """An article whose pieces are resolved, asked for one source after another."""

    def __init__(
        self,
        text: str,
        words: Words,
        pieces: Sequence[Piece],
        catalogue: Catalogue,
        attributions: Sequence[Attribution],
        outlet: str = "",
        known: Mapping[str, Introduction] | None = None,
    ) -> None:
        self.text, self.words, self.pieces, self.attributions = text, words, pieces, attributions
        self.outlet = outlet
        self.links = Links(words, pieces, catalogue)
        self.starts = [words.starts[piece.first] for piece in pieces]
        sources = frozenset(k for a in attributions for span in a.source for k in self._within(span))
        contents = frozenset(k for a in attributions for span in a.content for k in self._within(span)) - sources
        introductions = (self.links.introduction(k) for k in range(len(pieces)) if pieces[k].kind is PieceKind.NAME)
        same: dict[str, list[int]] = {}
        for k, piece in enumerate(pieces):
            if piece.kind is PieceKind.NAME and len(same.setdefault(piece.text, [])) < 20:
                same[piece.text].append(k)
        directory = find_directory(words, pieces, self.links, catalogue, known or {})
        introducing = frozenset(role for role in introductions if role is not None)
        prominence = Counter(
            person.name for piece in pieces if piece.kind is PieceKind.NAME and (person := directory.find_person(piece.text))
        )
        home = find_setting(words, pieces, catalogue, outlet)
        domestic = is_domestic(words, pieces, catalogue)
        counts: Counter[str] = Counter(piece.name.actor.party for piece in pieces if piece.name is not None)
        self.scene = Scene(
            words=words,
            pieces=pieces,
            catalogue=catalogue,
            links=self.links,
            directory=directory,
            sources=sources,
            contents=contents,
            introducing=introducing,
            same_names=same,
            prominence=prominence,
            home=home,
            domestic=domestic,
            counts=counts,
            known=known or {},
        )
        self.mentions, self.affiliations = resolve_mentions(self.scene)
        self.order = sorted(range(len(attributions)), key=lambda i: _start(attributions[i]))
        self.place = {i: place for place, i in enumerate(self.order)}

    def voices(self) -> list[tuple[Voice, ...]]:
        found: dict[int, tuple[Voice, ...]] = {}
        previous: int | None = None
        for i in self.order:
            found[i] = self._voice(i, previous, found[previous] if previous is not None else ())
            previous = i
        return [self._complete(found[i], self.attributions[i]) for i in range(len(self.attributions))]

    def _complete(self, voices: tuple[Voice, ...], attribution: Attribution) -> tuple[Voice, ...]:
        """With whom each voice speaks to and of, other than itself."""
        if not (attribution.cue and attribution.content and any(voice.party for voice in voices)):
            return voices
        addressee, about = self._addressee(attribution), self._about(attribution)
        if addressee is None and about is None:
            return voices
        return tuple(
            replace(voice, addressee=addressee if addressee != voice.party else None, about=about if about != voice.party else None)
            for voice in voices
        )

    def _addressee(self, attribution: Attribution) -> str | None:
        """The one party right behind a cue that takes a hearer: "urged | the union | to", "called on | Kyiv"."""
        cue = attribution.cue[-1]
        at = bisect_left(self.words.starts, cue.end)
        tail = self.words.lowers[max(0, at - 3) : at]
        if not any(low in self.scene.catalogue.roles.addressing for low in tail):
            return None
        for low in self.words.lowers[at : at + 2]:
            if low not in ("on", "to", "of", "from", "against", "with", "for"):
                break
            at += 1
        return self._party_at(at, 3)

    def _about(self, attribution: Attribution) -> str | None:
        """The party that is the subject of the content."""
        at = bisect_left(self.words.starts, attribution.content[0].start)
        while at < len(self.words.lowers) and self.words.lowers[at] in _BEFORE_SUBJECTS:
            at += 1
        k = bisect_left(self.starts, self.words.starts[at]) if at < len(self.words.starts) else len(self.pieces)
        if k >= len(self.pieces) or self.pieces[k].kind is PieceKind.PRONOUN:
            return None
        head = self.links.head(k, self.pieces[k].last + 8)
        after = self.words.lowers[self.pieces[head].last] if self.pieces[head].last < len(self.words.lowers) else "."
        return None if after in ("'s", "'", "and", "or", ",") else self._party_at(at, 3)

    def _party_at(self, at: int, reach: int) -> str | None:
        """The one party of the noun phrase that begins at a word: its name, or somebody who speaks for it."""
        if at >= len(self.words.starts):
            return None
        k = bisect_left(self.starts, self.words.starts[at])
        if k >= len(self.pieces) or self.pieces[k].first - at >= reach:
            return None
        between = self.words.lowers[at : self.pieces[k].first]
        if any(not self.links.is_modifier(low, False) and low not in self.scene.catalogue.roles.determiners for low in between):
            return None
        head = self.links.head(k, self.pieces[k].last + 8)
        name = self.pieces[head].name
        mention = self.mentions[head]
        if len(mention.parties) != 1 or (name is not None and not name.bare and not name.people):
            return None
        return None if mention.rule in ("named in the article", "a name with no side") else mention.parties[0]

    def _within(self, span: Span) -> range:
        """The pieces that begin inside a span of characters."""
        return range(bisect_left(self.starts, span.start), bisect_left(self.starts, span.end))

    def _pieces_of(self, spans: Sequence[Span]) -> list[int]:
        return [k for span in sorted(spans) for k in self._within(span)]

    def _voice(self, i: int, previous: int | None, earlier: tuple[Voice, ...]) -> tuple[Voice, ...]:
        attribution = self.attributions[i]
        if not attribution.source:
            return self._sourceless(attribution, previous, earlier)
        phrase = self._phrase(attribution)
        if phrase.isupper() and self._asks(phrase):
            return (Voice(None, phrase, "who asks"),)
        ks = self._pieces_of(attribution.source)
        if not ks:
            return self._bare(attribution, phrase)
        if self._is_first_person(ks[0]):
            return self._quoted(i)
        if self._is_circumstance(ks[0], attribution.source[0].start):
            return (Voice(None, phrase, "no known word before the place"),)
        return self._named(ks, attribution, phrase)

    def _named(self, ks: list[int], attribution: Attribution, phrase: str) -> tuple[Voice, ...]:
        voices: list[Voice] = []
        for head in self._heads(ks, max(span.end for span in attribution.source)):
            mention = self.mentions[head]
            pronoun = self.pieces[head].kind is PieceKind.PRONOUN
            speaker = (mention.speaker if mention.personal or pronoun else None) or phrase
            if self._is_dangling(head, attribution.source):
                mention = Mention((), None, "adjective without a role")
            rule = mention.rule or "nobody behind it"
            voices.extend(Voice(party, speaker, rule) for party in mention.parties)
            if not mention.parties and (full := find_members(self.scene.directory, find_present(self.affiliations), phrase)):
                voices.append(Voice(full, speaker, "members of the body"))
            elif not mention.parties:
                voices.append(Voice(None, speaker, rule))
        named = {voice.party: voice for voice in reversed(voices) if voice.party}
        return tuple(reversed(named.values())) or tuple(voices[:1])

    def _asks(self, phrase: str) -> bool:
        """Whether a speaker in capitals is the outlet's interviewer: "Q", its initials, or its name."""
        parts = self.outlet.lower().split()
        return phrase in ("Q", "Q.") or phrase.lower() in ("".join(part[0] for part in parts), *parts, self.outlet.lower())

    def _is_circumstance(self, k: int, start: int) -> bool:
        """Whether the first known word only tells where an unknown noun is: "a dentist from Lund"."""
        at = self.pieces[k].first
        if self.words.starts[at] <= start or self.pieces[k].kind not in (PieceKind.ACTOR, PieceKind.NAME):
            return False
        at -= self.words.lowers[at - 1] in ("the", "a", "an")
        return self.words.starts[at] > start and self.words.lowers[at - 1] in _CIRCUMSTANCES

    def _bare(self, attribution: Attribution, phrase: str) -> tuple[Voice, ...]:
        """A source without any known word; "that" and its like go back to the piece before them."""
        k = bisect_left(self.starts, attribution.source[0].start) - 1
        if phrase.lower() in ("that", "which", "who") and k >= 0 and self.mentions[k].parties:
            speaker = self.mentions[k].speaker or self.scene.verbatim(k)
            return tuple(Voice(party, speaker, "relative clause") for party in self.mentions[k].parties)
        if full := find_members(self.scene.directory, find_present(self.affiliations), phrase):
            return (Voice(full, phrase, "members of the body"),)
        if phrase.lower() == "both" and len(parties := find_last_two(self.scene, self.mentions, k)) == 2:
            return tuple(Voice(party, phrase, "the two who spoke last") for party in parties)
        return (Voice(None, phrase, "no known word in the source"),)

    def _heads(self, ks: list[int], end: int) -> list[int]:
        """The pieces that the source phrase is about: one, or each of a coordination."""
        limit = bisect_left(self.words.starts, end)
        heads: list[int] = []
        n = 0
        while n < len(ks):
            head = self.links.named(self.links.head(ks[n], limit))
            n = min(n + 1 + head - ks[n], len(ks))
            person = next((k for k in ks[n : n + 8] if self._introduces(head, k)), None)
            owned = (
                n < len(ks) and self.scene.is_owner(head) and self.pieces[ks[n]].kind in (PieceKind.NAME, PieceKind.ORGANISATION)
            )
            if person is not None:
                head, n = person, ks.index(person) + 1
            elif owned:
                head, n = ks[n], n + 1
            heads.append(head)
            if n >= len(ks) or len(heads) > 3 or (gap := self.links.gap(ks[n] - 1, ks[n])) not in _COORDINATIONS:
                break
            if (
                gap[0] == ","
                and gap[-1] != "and"
                and not any(low in ("and", "or") for low in self.words.lowers[self.pieces[ks[n]].last : limit])
            ):
                if self.pieces[heads[-1]].kind is PieceKind.ROLE and not self.mentions[ks[n]].personal:
                    heads[-1] = self.links.head(ks[n], limit)  # "the operator, Volta Energy,"
                break  # an apposition, no list
            if self.pieces[ks[n]].kind is PieceKind.ROLE and self.pieces[ks[n - 1]].kind is PieceKind.NAME:
                break
        heads[0] = self._document_of(heads[0])
        return heads

    def _document_of(self, k: int) -> int:
        """ "Reports from Ukrainian sources" are the sources', "a poll by the institute" is the institute's."""
        piece = self.pieces[k]
        if piece.role not in (RoleKind.VAGUE, RoleKind.DOCUMENT) or k + 1 >= len(self.pieces):
            return k
        gap = [low for low in self.links.gap(k, k + 1) if low not in self.scene.catalogue.roles.determiners]
        if gap[:1] == ["from"] or (gap[:1] == ["by"] and len(gap) < 4):
            return self.links.named(self.links.head(k + 1, self.pieces[k + 1].last + 8))
        return k

    def _introduces(self, head: int, k: int) -> bool:
        """Whether the role word at `head` introduces the person named at `k`."""
        if self.pieces[k].kind is PieceKind.ACTOR:
            return self.mentions[k].personal and k == head + 1 and self.links.gap(head, k) in ([], [","])
        if self.pieces[k].kind is not PieceKind.NAME:
            return False
        person = self.scene.directory.find_person(self.pieces[k].text)
        return self.links.introduction(k) == head or (person is not None and person.role == head)

    def _is_dangling(self, head: int, source: tuple[Span, ...]) -> bool:
        """Whether an adjective or name only qualifies a noun that is no role: "American farmers", "Kremlin insiders"."""
        piece = self.pieces[head]
        if piece.kind is not PieceKind.ACTOR or piece.name is None or self.mentions[head].personal:
            return False
        end = max(span.end for span in source)
        if piece.last >= len(self.words.starts) or self.words.starts[piece.last] >= end:
            # The tagger may cut a source behind its adjective.
            cut = self.links.head(head, piece.last + 8) != head
            return not piece.name.bare and not piece.name.people and not cut
        after = self.words.lowers[piece.last]
        return after not in ("'s", "'") and self.links.is_modifier(after, False) and self.words.texts[piece.last][0].islower()

    def _phrase(self, attribution: Attribution) -> str:
        parts = [" ".join(self.text[span.start : min(span.end, span.start + 300)].split()) for span in sorted(attribution.source)]
        return " ".join(parts[:5]).strip(" ,;:\u2014\u2013-")[:_LONGEST_SPEAKER]

    # ---- first persons and attributions without a source -----------------------------------------------------------------------

    def _is_first_person(self, k: int) -> bool:
        return self.pieces[k].kind is PieceKind.PRONOUN and self.pieces[k].text in FIRST_PRONOUNS

    def _quoted(self, i: int) -> tuple[Voice, ...]:
        """ "I" and "we" inside a quotation are whoever is quoted, as the nearest attributions of the paragraph tell."""
        at = min(span.start for span in self.attributions[i].source)
        place = self.place[i]
        near = [j for j in self.order[max(0, place - 4) : place + 5] if j != i and self.attributions[j].source]
        covering = [j for j in near if any(span.start <= at < span.end for span in self.attributions[j].content)]
        beside = [j for j in near if self._paragraph(self.attributions[j].source[0].start) == self._paragraph(at)]
        for j in (*covering, *sorted(beside, key=lambda j: abs(self.attributions[j].source[0].start - at))):
            ks = self._pieces_of(self.attributions[j].source)
            if ks and not self._is_first_person(ks[0]) and not self.words.quoted[self.pieces[ks[0]].first]:
                return self._named(ks, self.attributions[j], self._phrase(self.attributions[j]))
        return (Voice(None, self._phrase(self.attributions[i]), "first person outside a quotation"),)

    def _sourceless(self, attribution: Attribution, previous: int | None, earlier: tuple[Voice, ...]) -> tuple[Voice, ...]:
        """A quotation goes on with the one before it; a passive belongs to the one place or agent beside its cue."""
        if not attribution.cue:
            direct = attribution.kind is AttributionKind.DIRECT and previous is not None and earlier and earlier[0].speaker
            if direct and previous is not None:
                apart = self._paragraph(_start(attribution)) - self._paragraph(_start(self.attributions[previous]))
                if apart <= 1:
                    return tuple(Voice(v.party, v.speaker, f"quotation goes on, {v.rule}"[:80]) for v in earlier)
            return (_NO_VOICE,)
        at = min(bisect_left(self.words.starts, attribution.cue[0].start), len(self.words.starts) - 1)
        sentence, first = self.words.sentences[at], bisect_left(self.starts, attribution.cue[0].start)
        near = range(max(0, first - 12), min(len(self.pieces), first + 12))
        ks = [k for k in near if self.pieces[k].first and self.words.sentences[self.pieces[k].first] == sentence]
        agents = [k for k in ks if self._governor(k) == "by"]
        places = [k for k in ks if self._governor(k) == "in" and self.scene.is_place(k) and k not in self.scene.contents]
        for found, rule in ((agents, "agent of a passive"), (places, "place of a passive")):
            if len(found) == 1 and (parties := self.mentions[self.links.head(found[0], self.pieces[found[0]].last + 8)].parties):
                return tuple(Voice(party, self.scene.verbatim(found[0]), rule) for party in parties)
        return (_NO_VOICE,)

    def _governor(self, k: int) -> str:
        """The word before a noun phrase, its article aside."""
        at = self.pieces[k].first - 1
        return self.words.lowers[at - 1 if self.words.lowers[at] == "the" and at else at]

    def _paragraph(self, start: int) -> int:
        return self.words.paragraphs[min(bisect_left(self.words.starts, start), len(self.words.starts) - 1)]


def _start(attribution: Attribution) -> int:
    return min((span.start for span in (*attribution.source, *attribution.cue, *attribution.content)), default=0)
