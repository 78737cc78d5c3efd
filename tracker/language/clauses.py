"""The parts of a statement: the speaker's reporting clause, the content, the conditions. Pure; linear in the number of words."""

from dataclasses import dataclass

from tracker.language.amounts import find_placed_deadlines
from tracker.language.lexicon import ConditionKind, Lexicon
from tracker.language.words import QUOTES, STOPS, Words, find_phrases

_NEAR = 16
"""Most words between the beginning or a comma and the verb of a reporting clause."""
_LONGEST_CONDITION = 40
_BREAKS = frozenset({",", ";", ":", ".", "!", "?", "\u2013", "\u2014"})


@dataclass(frozen=True, slots=True)
class Condition:
    """A conditional clause as words `start` up to `end`, with what it does."""

    start: int
    end: int
    kind: ConditionKind
    strict: bool
    """Whether its opener says "only" or "not until"."""


def find_content(words: Words, lexicon: Lexicon) -> Words:
    """The statement without the clause that reports it ("..., the minister said", "The Kremlin said that ...") and without
    quotation marks. A statement that has no such clause comes back whole, and so does one that would be left with nothing.
    """
    kept = _direct(words, lexicon)
    if kept is None:
        kept = _indirect(words, [i for i, word in enumerate(words.lower) if word not in QUOTES], lexicon)
    return select_words(words, kept) if any(words.lower[i][0].isalnum() for i in kept) else words


def select_words(words: Words, kept: list[int]) -> Words:
    """Only the words with these numbers."""
    if len(kept) == len(words):
        return words
    return Words(
        words.text,
        [words.lower[i] for i in kept],
        [words.lemmas[i] for i in kept],
        [words.starts[i] for i in kept],
        [words.ends[i] for i in kept],
    )


def find_conditions(words: Words, lexicon: Lexicon) -> list[Condition]:
    """The conditional clauses from their opener to the next comma or end, left to right; expressions of time are none."""
    found: list[Condition] = []
    openers = find_phrases(words, lexicon.conditions, exact=True)
    timed = any(kind is ConditionKind.ORDER for _, _, kind in openers)
    times = {start for start, _ in find_placed_deadlines(words, lexicon)} if timed else set()
    end = 0
    for start, behind, kind in openers:
        opener = words.lower[start:behind]
        if start < end or (behind >= len(words) and kind is not ConditionKind.CONCEDE):
            continue
        if kind is ConditionKind.ORDER and (start in times or behind - 1 in times):
            continue
        following = words.lower[behind] if behind < len(words) else ""
        if opener == ["once"] and (following in ("a", "every", "per", "each") or (start and words.lower[start - 1] == "at")):
            continue
        if opener == ["whatever"] and following in lexicon.grammar.not_a_subject:
            continue
        if opener == ["if"] and start and (words.lemmas[start - 1] in lexicon.grammar.asks):
            continue
        end = behind
        while end < len(words) and end - start < _LONGEST_CONDITION and words.lower[end] not in _BREAKS:
            if opener[-1] in lexicon.grammar.prepositions and words.lower[end] in lexicon.grammar.modals and end > behind:
                break
            end += 1
        found.append(Condition(start, end, kind, "only" in opener or opener[:2] == ["not", "until"]))
    if inverted := _inverted(words, found):
        found.append(inverted)
    return found


def _inverted(words: Words, found: list[Condition]) -> Condition | None:
    """ "... will leave should the sanctions return"."""
    for i, word in enumerate(words.lower):
        if word == "should" and i and not any(c.start <= i < c.end for c in found):
            clause = i
            while clause and words.lower[clause - 1] not in _BREAKS and words.lower[clause - 1] not in ("that", "and", "who"):
                clause -= 1
            if any(lemma in ("will", "would", "shall") for lemma in words.lemmas[clause:i]):
                end = i + 1
                while end < len(words) and end - i < _LONGEST_CONDITION and words.lower[end] not in _BREAKS:
                    end += 1
                return Condition(i, end, ConditionKind.RESTRICT, False)
    return None


def _direct(words: Words, lexicon: Lexicon) -> list[int] | None:
    """The words inside the quotation marks, where all that stands outside is who said them."""
    marks = [i for i, word in enumerate(words.lower) if word in QUOTES]
    if not marks:
        return None
    spans = [(marks[k] + 1, marks[k + 1] if k + 1 < len(marks) else len(words)) for k in range(0, len(marks), 2)]
    inside = [i for start, end in spans for i in range(start, end)]
    outside = len(words) - len(inside) - len(marks)
    if len(inside) < 4:
        return None
    first = marks[0]
    led = first == 0 or words.lower[first - 1] in (":", ",") or _is_report(words, first - 1, lexicon)
    spoken = [i for i in range(len(words)) if not any(s <= i < e for s, e in spans)]
    reported = any(words.lemmas[i] in lexicon.say_verbs or _is_inflected_cue(words, i, lexicon) for i in spoken)
    if outside == 0 or (led and (reported or outside <= 2)):
        return inside
    return None


def _indirect(words: Words, kept: list[int], lexicon: Lexicon) -> list[int]:
    lower, lemmas = words.lower, words.lemmas
    for k, i in enumerate(kept[:-1]):
        if lower[i] == "according" and lower[kept[k + 1]] == "to":
            return _without_source(words, kept, k)
    comma: int | None = None
    stance_seen = False
    for k, i in enumerate(kept):
        if lower[i] in _BREAKS:
            comma = k
            continue
        told = lemmas[i] in lexicon.say_verbs and lemmas[i] != lower[i]
        if told and not _is_noun(words, kept, k, lexicon):
            behind = [j for j in kept[k + 1 :] if lower[j] not in STOPS]
            if comma is not None and k - comma <= _NEAR and (stance_seen or comma > 4) and _ends(words, behind, lexicon):
                tail = next((n for n in range(k + 1, min(k + 6, len(kept))) if lower[kept[n]] == ","), None)
                return kept[:comma] + (kept[tail:] if tail is not None else [])
            if not stance_seen and k <= _NEAR:
                return kept[_content_start(words, kept, k, lexicon) :]
        elif comma is not None and comma > 4 and k - comma <= _NEAR and _is_inflected_cue(words, i, lexicon):
            behind = [j for j in kept[k + 1 :] if lower[j] not in STOPS]
            if len(behind) <= 4 and not _is_noun(words, kept, k, lexicon) and k - comma > 1:
                return kept[:comma]
        if lemmas[i] in lexicon.expressions.by_first and lemmas[i] not in lexicon.say_verbs and k:
            hit = lexicon.expressions.find_at(lemmas, i)
            stance_seen = stance_seen or (hit is not None and hit[1].polarity != "neutral")
    return kept


def _ends(words: Words, behind: list[int], lexicon: Lexicon) -> bool:
    """Whether nothing but an address, a place or a time stands behind the verb of a trailing reporting clause."""
    if "that" in (words.lower[j] for j in behind[:6]):
        return False
    if len(behind) <= 4 or words.lower[behind[0]] in (",", "but", "and") or words.lower[behind[0]] in lexicon.grammar.after_report:
        return True
    return len(behind) <= 10 and "that" not in (words.lower[j] for j in behind)


def _is_noun(words: Words, kept: list[int], k: int, lexicon: Lexicon) -> bool:
    return k > 0 and words.lower[kept[k - 1]] in lexicon.grammar.no_verb


def _is_report(words: Words, i: int, lexicon: Lexicon) -> bool:
    return 0 <= i < len(words) and words.lemmas[i] in lexicon.say_verbs


def _is_inflected_cue(words: Words, i: int, lexicon: Lexicon) -> bool:
    if words.lemmas[i] == words.lower[i] or words.lemmas[i] not in lexicon.expressions.by_first:
        return False
    hit = lexicon.expressions.find_at(words.lemmas, i)
    return hit is not None and hit[0] == 1


def _content_start(words: Words, kept: list[int], k: int, lexicon: Lexicon) -> int:
    """Where the content begins behind the reporting verb at `k`: behind "that" where it is near, else behind the verb."""
    reach = min(k + 10, len(kept))
    for n in range(k + 1, reach):
        if words.lower[kept[n]] in _BREAKS or words.lemmas[kept[n]] in lexicon.grammar.finite:
            break
        if words.lower[kept[n]] == "that":
            return n + 1
    return k + 1


def _without_source(words: Words, kept: list[int], k: int) -> list[int]:
    """Without "according to ..." at `k`: up to the next comma at the beginning, from the comma before it further on."""
    ending = next((n for n in range(k, len(kept)) if words.lower[kept[n]] in _BREAKS), len(kept))
    start = k - 1 if k and words.lower[kept[k - 1]] == "," else k
    return kept[:start] + kept[ending:]
