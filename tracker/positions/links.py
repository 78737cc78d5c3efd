"""How neighbouring pieces of one noun phrase hang together: "Turkish | officials", "head | of its side"."""

from collections.abc import Sequence

from tracker.positions.catalogue import Catalogue
from tracker.positions.pieces import Piece, PieceKind
from tracker.positions.roles import PERSONAL, RoleKind
from tracker.positions.words import Words

_MODIFIERS = 4
_CLOSING = frozenset({",", ".", ";", ":", ")", "—", "–", "-", "that", "which", "representing", "behind"})
_NAMES = frozenset({PieceKind.NAME, PieceKind.ORGANISATION, PieceKind.ACTOR})
_ADVERBS = frozenset({"now", "also", "currently", "still"})
_JOINING = frozenset({"of", "for", "at", "from", "in", "inside", "with", "to", "within", "under"})


class Links:
    """Questions about the words between pieces. The article does not change, so what was found once is kept."""

    def __init__(self, words: Words, pieces: Sequence[Piece], catalogue: Catalogue) -> None:
        self.words = words
        self.pieces = pieces
        self.roles = catalogue.roles
        self.introductions: dict[int, int | None] = {}

    def gap(self, left: int, right: int) -> list[str]:
        """The words between two pieces, lower case; beyond eight only the first eight."""
        start, end = self.pieces[left].last, self.pieces[right].first
        return self.words.lowers[start : min(end, start + 8)]

    def is_modifier(self, low: str, after_noun: bool) -> bool:
        """Whether a word can stand between a side and its role word; behind a noun, forms of verbs cannot."""
        roles = self.roles
        if not low[0].isalnum() or low in roles.stops or low in roles.determiners or low in roles.prepositions:
            return False
        if after_noun and low.endswith("s") and low not in roles.plural_modifiers:
            return False
        return not low.endswith("ed") or low in ("united", "armed")

    def before(self, k: int) -> int | None:
        """The piece that stands before a role word as its side, adjective, possessive or compound; None where there is none."""
        j = k - 1
        if j < 0:
            return None
        piece, gap = self.pieces[j], self.gap(j, k)
        owned = gap[:1] in (["'s"], ["'"])
        if owned:
            gap = gap[1:]
        if len(gap) > _MODIFIERS or self.words.sentences[piece.first] != self.words.sentences[self.pieces[k].first]:
            return None
        if piece.kind is PieceKind.PRONOUN:
            if piece.text not in ("his", "her", "its", "their", "our", "my", "whose"):
                return None
        elif piece.kind is PieceKind.JOINT:
            return None
        noun = not owned and piece.kind is not PieceKind.PRONOUN and not (piece.name and not piece.name.bare)
        return j if all(self.is_modifier(low, noun) for low in gap) else None

    def after(self, k: int) -> tuple[int, str] | None:
        """The piece that a preposition ties to a role word, and the preposition."""
        j = k + 1
        if j >= len(self.pieces):
            return None
        gap = self.gap(k, j)
        if gap[:1] == ["who"] or not gap or gap[0] not in _JOINING:
            return None
        rest = gap[1:]
        while rest and rest[0] in self.roles.determiners:
            rest = rest[1:]
        if len(rest) <= _MODIFIERS and all(self.is_modifier(low, False) for low in rest):
            return j, gap[0]
        return None

    def head(self, k: int, last: int) -> int:
        """The last piece of the noun phrase whose first piece is `k`: "the ministry's spokesman" -> spokesman."""
        while k + 1 < len(self.pieces) and self.pieces[k + 1].last <= last:
            following = self.pieces[k + 1]
            if following.kind is PieceKind.ROLE and self.before(k + 1) == k:
                k += 1
            elif self._is_adjective(k + 1) and self.gap(k, k + 1) in ([], ["'s"], ["'"]) and self.before(k + 2) == k + 1:
                k += 2
            else:
                break
        return k

    def named(self, k: int) -> int:
        """The name right behind a noun for a body ("the rights group | Open Doors"), else the piece itself."""
        followed = self.pieces[k].role is RoleKind.BODY and k + 1 < len(self.pieces) and not self.gap(k, k + 1)
        return k + 1 if followed and self.pieces[k + 1].kind in _NAMES else k

    def _last_role(self, k: int, last: int) -> int:
        """The last role word of a noun phrase, whatever names stand in it: "veteran Harbour Party strategist"."""
        head = k
        while k + 1 < len(self.pieces) and self.pieces[k + 1].last <= last:
            gap = self.gap(k, k + 1)
            if not all(self.is_modifier(low, False) or low in ("'s", "'") for low in gap):
                break
            k += 1
            if self.pieces[k].kind is PieceKind.ROLE:
                head = k
        return head

    def _is_adjective(self, k: int) -> bool:
        name = self.pieces[k].name
        return bool(name and not name.bare) and k + 1 < len(self.pieces) and self.pieces[k + 1].kind is PieceKind.ROLE

    def introduction(self, k: int) -> int | None:
        """The role word that introduces the person named at `k`, before the name or in an apposition behind it."""
        if k not in self.introductions:
            self.introductions[k] = self._find_introduction(k)
        return self.introductions[k]

    def _find_introduction(self, k: int) -> int | None:
        pieces = self.pieces
        if k and self.words.sentences[pieces[k - 1].first] == self.words.sentences[pieces[k].first]:
            gap = self.gap(k - 1, k)
            if not gap and pieces[k - 1].kind is PieceKind.ROLE:
                return self._outer_role(k - 1)
            if gap[-1:] == [","] and gap.count(",") == 1 and (len(gap) == 1 or (len(gap) < 7 and gap[0] in _JOINING)):
                j = k - 1
                while j > 0 and k - j < 5 and self.after(j - 1) and not self.before(j):
                    j -= 1
                while j > 0 and k - j < 7 and self.before(j) is not None and self.after(j - 2) if j > 1 else False:
                    j -= 2
                if pieces[j].kind is PieceKind.ROLE and (self._definite(j) or j < k - 1):
                    return j
        if k + 1 >= len(pieces):
            return None
        gap = self.gap(k, k + 1)
        if gap[:1] == [","]:
            return self._apposition(k)
        if gap[:1] in (["is"], ["was"]) and pieces[k + 1].kind is PieceKind.ROLE and len(gap) < 5:
            free = (low in self.roles.determiners or low in _ADVERBS or self.is_modifier(low, False) for low in gap[1:])
            return k + 1 if all(free) else None  # "Ann Lee is now general secretary of the union"
        return None

    def _outer_role(self, role: int) -> int:
        """The role of which the one right before a name is an apposition: "its leader, the former captain Ann Lee"."""
        at = self.pieces[role].first
        while at and self.pieces[role].first - at < 4 and self.words.lowers[at - 1] != ",":
            low = self.words.lowers[at - 1]
            if low not in self.roles.determiners and not self.is_modifier(low, False):
                return role
            at -= 1
        j = role - 1
        if at < 2 or j < 0 or self.words.lowers[at - 1] != "," or self.pieces[j].last != at - 1:
            return role
        while j > 0 and role - j < 5 and self.after(j - 1) and not self.before(j):
            j -= 1
        while (
            j > 0 and role - j < 6 and self.pieces[j].kind is not PieceKind.ROLE and self.before(j + 1) == j and self.after(j - 1)
        ):
            j -= 1
        outer = self.pieces[j]
        same = self.words.sentences[outer.first] == self.words.sentences[at]
        return j if same and outer.role in PERSONAL and self._definite(j) else role

    def find_noun(self, k: int) -> str | None:
        """The noun that says what body the name `k` is: "the carmaker Volta", "Verdiso, the services union". None for a person."""
        pieces = self.pieces
        if k and not self.gap(k - 1, k) and pieces[k - 1].role is RoleKind.BODY:
            return pieces[k - 1].text
        if k + 1 < len(pieces) and self.gap(k, k + 1)[:1] == [","]:
            role = self._apposition(k)
            start = pieces[k].last + 1
            if role is not None and pieces[role].role is RoleKind.BODY and self.words.lowers[start] in self.roles.determiners:
                after = self.words.lowers[pieces[role].last : pieces[role].last + 1]
                # Without an end it is another clause: "seen by the Post, the union demands".
                return pieces[role].text if not after or after[0] in _CLOSING or after[0] in _JOINING else None
        return None

    def _is_predicate(self, verb: int | None, k: int) -> bool:
        """Whether a role word is what somebody is: "who is | president"."""
        between = self.words.lowers[verb + 1 : self.pieces[k].first] if verb is not None else [","]
        plain = all(low in self.roles.determiners or self.is_modifier(low, False) for low in between)
        return plain and len(between) < 4 and self.pieces[k].role in PERSONAL

    def _definite(self, j: int) -> bool:
        before = self.words.lowers[self.pieces[j].first - 1] if self.pieces[j].first else ""
        return before in self.roles.determiners or self.before(j) is not None or self.is_modifier(before or ".", False)

    def _apposition(self, k: int) -> int | None:
        lowers, start = self.words.lowers, self.pieces[k].last + 1
        # An age may stand first: "Jo Ray, 44, a councillor".
        if start + 1 < len(lowers) and lowers[start].isdigit() and lowers[start + 1] == ",":
            start += 2
        if start >= len(lowers):
            return None
        end = start
        while end < len(lowers) and end - start < 16 and lowers[end] not in (",", ".", ";", ":", "”", '"', "(", ")"):
            end += 1
        who = next((at for at in range(start, end) if lowers[at] in ("who", "which")), None)
        if who is not None:
            # "Ann Lee, who heads the union", "Ann Lee, a former miner who heads the union"
            verbs = (*self.roles.leads, "is", "was", "became")
            verb = next((at for at in range(who + 1, min(who + 4, len(lowers))) if lowers[at] in verbs), None)
            first = next((m for m in range(k + 1, min(k + 8, len(self.pieces))) if verb and self.pieces[m].first > verb), None)
            leads = verb is not None and lowers[verb] in self.roles.leads
            if first is not None and self.pieces[first].last <= end and (leads or self._is_predicate(verb, first)):
                return self.head(first, end)
            if who == start:
                return None
        if lowers[start] in self.roles.stops or lowers[start] in self.roles.prepositions:
            return None
        for m in range(k + 1, min(k + 5, len(self.pieces))):
            if self.pieces[m].first < start:
                continue
            if self.pieces[m].last > end:
                return None
            between = lowers[start : self.pieces[m].first]
            if len(between) > 6 or any(low in self.roles.stops or low in self.roles.prepositions for low in between):
                return None
            head = self._last_role(m, end)
            if head + 1 < len(self.pieces) and self.pieces[head + 1].kind is PieceKind.NAME and not self.gap(head, head + 1):
                return None  # "at Volta, chief executive Ann Lee said"
            return head if self.pieces[head].kind is PieceKind.ROLE else None
        return None
