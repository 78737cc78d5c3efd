"""Which words of a statement to quote: the refusal with its verb, the stretch that differs, the names of its matter. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from tracker.changes.sides import Side
from tracker.language.lexicon import Lexicon
from tracker.language.words import Words, find_phrases, parse_words

_MOST_WORDS: Final = 60
"""Of a statement that are aligned; what differs beyond them is not quoted."""
_ALIKE: Final = 0.55
"""Share of words in common from which a stretch that differs means something."""
_STRETCH: Final = 8
"""Words of the longest stretch that is quoted."""
_NEAR: Final = 8
"""Words between a negation and its verb that are quoted together."""
_OPENING: Final = 7
_LONGEST: Final = 6
"""Words of a negation with its verb that are quoted; of a longer stretch the negation with what follows it."""
_SHORT: Final = 4
"""Letters of a word that says little by itself ("for", "down", "not")."""
_ADVERBS: Final = frozenset({"first", "soon", "already", "even", "always"})
_BREAKS: Final = frozenset(',;:.!?()—–"“”')
_LOOSE: Final = frozenset({"the", "a", "an", "its", "their", "his", "her", "of", "to", "that", "and", "or"})
"""No quotation ends with one of these."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Words of one side where the other has other words, or none: both verbatim, and how telling the difference is."""

    before: str
    after: str
    weight: float
    negated: bool
    """A negation stands on one side of it alone."""


def quote_stance(side: Side, lexicon: Lexicon) -> str:
    """The words that set the stance, with the negation that turns them; empty where no words do.

    A lone auxiliary ("will") comes with the verb that it leads to.
    """
    words = side.content
    cue = parse_words(side.stance.cue or "", lexicon)
    found = _find_should(words, lexicon) if cue.lower == ["should"] else _find(words, cue.lower)
    if found is None and cue.lower == ["should"]:
        return ""
    if found is None:
        return " ".join((side.stance.cue or "").split())
    start, end = found
    if words.lower[start] in ("not", "never", "no") and start and words.lemmas[start - 1] in ("do", "have", "be"):
        start -= 1
    if side.refusing and not _refuses(words, start, end, side, lexicon):
        start, end = _with_negation(words, start, end, lexicon)
    last = words.lower[end - 1]
    if last in lexicon.grammar.modals or last in ("not", "no", "never", "to", "be") or words.lemmas[end - 1] == "be":
        end = _with_verb(words, end, lexicon)
    return _join(words, start, end)


def quote_opening(side: Side) -> str:
    """The first words of the statement, up to a comma or a few; where it begins with its party's name, from the verb on."""
    words = side.content
    start = next((i for i, word in enumerate(words.lower) if word not in _BREAKS), 0)
    end = start
    while end < len(words) and end - start < _OPENING and (words.lower[end] not in _BREAKS or end - start < 3):
        end += 1
    while end > start + 2 and (words.lower[end - 1] in _LOOSE or words.lower[end - 1] in _BREAKS):
        end -= 1
    return _join(words, start, end)


def quote_lemma(side: Side, lemma: str) -> str:
    """The word of the statement whose base form that is; empty where there is none."""
    words = side.content
    return next((words.between(i, i + 1) for i, known in enumerate(words.lemmas) if known == lemma), "")


def find_stretches(before: Side, after: Side, lexicon: Lexicon) -> list[Stretch]:
    """Where two statements in nearly the same words differ, the most telling first; nothing where too little is common."""
    old, new = before.content, after.content
    here, there = old.lower[:_MOST_WORDS], new.lower[:_MOST_WORDS]
    matcher = SequenceMatcher(None, here, there, autojunk=False)
    if matcher.ratio() < _ALIKE:
        return []
    found = []
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag == "equal" or max(j - i, m - k) > _STRETCH:
            continue
        one, other = _content(old, i, j), _content(new, k, m)
        if not one and not other:
            continue
        negated = _negates(old, i, j, lexicon) != _negates(new, k, m, lexicon)
        facts = sum(w[0].isdigit() or w in lexicon.numbers or w in lexicon.temporal for w in (*one, *other))
        capitals = sum(words.text[words.starts[n]].isupper() for words, a, b in ((old, i, j), (new, k, m)) for n in range(a, b))
        weight = 4.0 * negated + min(facts, 2) + 0.5 * min(capitals, 3) + 0.2 * (bool(one) and bool(other)) + 0.1
        stretch = Stretch(*_widen(old, new, (i, j, k, m)), weight / (1 + 0.05 * (j - i + m - k)), negated)
        if stretch.before.lower() != stretch.after.lower():
            found.append(stretch)
    return sorted(found, key=lambda stretch: -stretch.weight)[:3]


def find_topics(side: Side, without: Collection[str], lexicon: Lexicon, most: int = 3) -> list[str]:
    """Words that tell what a statement is about and that `without` lacks (base forms): names and nouns before the rest."""
    words = side.content
    found: dict[str, float] = {}
    grammar = lexicon.grammar
    plain = (
        lexicon.stop_words, lexicon.time_joiners, lexicon.time_openers, grammar.function, grammar.modals, grammar.vague,
        grammar.prepositions, grammar.object_negators,
    )  # fmt: skip
    for i, (lower, lemma) in enumerate(zip(words.lower, words.lemmas, strict=True)):
        bare = lemma.removesuffix("s")
        if not lower[0].isalpha() or len(lower) < 3 or any(lower in known or lemma in known for known in plain):
            continue
        if lower in without or lemma in without or bare in without or lower.endswith("ly"):
            continue
        name = i > 0 and words.text[words.starts[i]].isupper()
        verb = lemma in lexicon.verbs and not name
        if name and i > 1 and lower in side.names and words.lower[i - 1] in side.names:
            continue  # told with the name that it belongs to
        end = i + 1
        while name and end < len(words) and words.lower[end] in side.names and words.lower[end] not in without:
            end += 1
        found.setdefault(words.between(i, end), 2.0 * name - verb - i / 1000)
    ranked = sorted(found, key=lambda word: -found[word])[:most]
    return sorted(ranked, key=lambda word: words.text.find(word))


def find_names(before: Side, after: Side) -> tuple[str, str]:
    """Names that stand on one side and nowhere in the other's whole statement, those in the same place first; else empty."""
    old, new = _own_names(before, after), _own_names(after, before)
    for lead, name in old:
        same = next((other for other_lead, other in new if other_lead == lead), None)
        if same:
            return name, same
    return (old[0][1] if old else ""), (new[0][1] if new else "")


def find_scopes(side: Side, lexicon: Lexicon) -> str:
    """The words that say how much of a thing is meant ("every", "some of"), each with the word behind it."""
    words = side.content
    hits = [(start, end) for start, end, _ in find_phrases(words, lexicon.scopes)]
    return _join(words, hits[0][0], min(hits[0][1] + 1, len(words))) if hits else ""


def _own_names(side: Side, other: Side) -> list[tuple[str, str]]:
    """Runs of capitalised words that the other statement does not have, each with the word before it."""
    words, elsewhere = side.content, other.content.text.lower()
    found, i = [], 0
    while i < len(words):
        end = i
        while end < len(words) and words.lower[end] in side.names:
            end += 1
        if end > i:
            name = words.between(i, end)
            if name.lower() not in elsewhere:
                found.append((words.lower[i - 1] if i else "", name))
            i = end
        i += 1
    return found


def _find_should(words: Words, lexicon: Lexicon) -> tuple[int, int] | None:
    """A "should" that leads to a verb; else, for "should prices rise" is a condition, the first other modal."""
    for i, word in enumerate(words.lower[:-1]):
        following = words.lemmas[i + 1]
        if word == "should" and (following in lexicon.verbs or following in lexicon.grammar.group or following == "not"):
            return i, i + 1
    return next(((i, i + 1) for i, w in enumerate(words.lower) if w in lexicon.grammar.modals and w != "should"), None)


def _find(words: Words, wanted: list[str]) -> tuple[int, int] | None:
    size = len(wanted)
    if not size:
        return None
    return next(((i, i + size) for i in range(len(words) - size + 1) if words.lower[i : i + size] == wanted), None)


def _refuses(words: Words, start: int, end: int, side: Side, lexicon: Lexicon) -> bool:
    """Whether the words of the cue refuse by themselves ("rules out", "will not")."""
    expression = side.expression
    by_itself = expression is not None and expression.commitment is side.stance.commitment
    return by_itself or _negates(words, start, end, lexicon)


def _negates(words: Words, start: int, end: int, lexicon: Lexicon) -> bool:
    return any(word in lexicon.grammar.object_negators or word in ("without",) for word in words.lower[start:end])


def _with_negation(words: Words, start: int, end: int, lexicon: Lexicon) -> tuple[int, int]:
    """The stretch with the nearest negation before or behind it that is near enough."""
    marks = [i for i, word in enumerate(words.lower) if word in lexicon.grammar.object_negators]
    near = [i for i in marks if (start - i if i < start else i - end) <= _NEAR]
    if not near:
        return start, end
    # one in the same clause before one behind a comma
    cut = {i for i in near if any(word in _BREAKS for word in words.lower[min(i, end) : max(i, start)])}
    mark = min(near, key=lambda i: (i in cut, start - i if i < start else i - end))
    if max(end, mark + 1) - min(start, mark) > _LONGEST:
        behind = next((i for i in range(mark, min(mark + 5, len(words))) if words.lower[i] in _BREAKS), min(mark + 5, len(words)))
        return mark, max(behind, mark + 1)
    return (mark, end) if mark < start else (start, mark + 1)


def _with_verb(words: Words, end: int, lexicon: Lexicon) -> int:
    """Behind the first word of content that follows, where one follows soon."""
    for i in range(end, min(end + 4, len(words))):
        if words.lower[i] in _BREAKS:
            break
        word = words.lower[i]
        if not (word in lexicon.grammar.group or word in lexicon.grammar.function or word in _ADVERBS or word.endswith("ly")):
            return i + 1
    return end


def _content(words: Words, start: int, end: int) -> list[str]:
    """Words of a stretch that can carry a difference; negations are among them, articles, "be", "have" and marks are not."""
    return [
        word
        for word, lemma in zip(words.lower[start:end], words.lemmas[start:end], strict=True)
        if word not in _LOOSE and word not in _BREAKS and lemma not in ("be", "have") and word[0].isalnum()
    ]


def _widen(old: Words, new: Words, place: tuple[int, int, int, int]) -> tuple[str, str]:
    """Both stretches; one of a single word takes in the word before or behind, so that it can be understood."""
    i, j, k, m = place
    while k == m and j < len(old) and i < j and old.lower[i] == old.lower[j] and old.lower[i] not in _LOOSE:
        i, j, k, m = i + 1, j + 1, k + 1, m + 1  # "ministry and the finance" ministry: and the finance ministry
    while i == j and m < len(new) and k < m and new.lower[k] == new.lower[m] and new.lower[k] not in _LOOSE:
        i, j, k, m = i + 1, j + 1, k + 1, m + 1
    bare = max(j - i, m - k) <= 2 and any(
        all(len(word) <= _SHORT and word.isalpha() for word in words.lower[a:b]) for words, a, b in ((old, i, j), (new, k, m))
    )
    if bare and i and k and old.lower[i - 1] not in _BREAKS and old.lower[i - 1] == new.lower[k - 1]:
        i, k = i - 1, k - 1
    negated = {"not", "no", "never"} & {*old.lower[i:j], *new.lower[k:m]}
    reach = 3 if negated else int(bare and min(j - i, m - k) == 1)
    while reach and j < len(old) and m < len(new) and old.lower[j] == new.lower[m] and old.lower[j] not in _BREAKS:
        reach = 0 if len(old.lower[j]) > _SHORT else reach - 1
        j, m = j + 1, m + 1
    return _join(old, i, j), _join(new, k, m)


def _join(words: Words, start: int, end: int) -> str:
    while start < end and words.lower[start] in _BREAKS:
        start += 1
    while end > start and words.lower[end - 1] in _BREAKS:
        end -= 1
    return words.between(start, end)
