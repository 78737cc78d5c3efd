"""Figures and points in time in a statement, and which of two times comes first. Pure."""

from dataclasses import dataclass

from tracker.language.lexicon import Lexicon
from tracker.language.words import Words
from tracker.model import Quantity

_YEARS = range(1900, 2200)
_ORDINALS = ("st", "nd", "rd", "th")
_LEAD = frozenset({"a", "an", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"})
_HALF = frozenset({"half", "halve"})
_DAYS = {
    "minute": 1 / 1440,
    "hour": 1 / 24,
    "day": 1.0,
    "week": 7.0,
    "fortnight": 14.0,
    "month": 30.0,
    "quarter": 91.0,
    "year": 365.0,
}


def find_base(quantity: Quantity) -> Quantity:
    """Stretches of time in days, anything else as it is, so that two weeks and ten days can be told apart."""
    factor = _DAYS.get(quantity.unit)
    return quantity if factor is None else Quantity(quantity.value * factor, "day", quantity.text)


@dataclass(frozen=True, slots=True)
class Moment:
    """A time as (scale, value): only moments of one scale can be told apart."""

    scale: str
    value: float


def find_quantities(words: Words, lexicon: Lexicon) -> tuple[Quantity, ...]:
    """The figures with their units, thousands and millions multiplied out; years and days of a month are no figures."""
    return tuple(quantity for _, _, quantity in find_placed_quantities(words, lexicon))


def find_placed_quantities(words: Words, lexicon: Lexicon) -> list[tuple[int, int, Quantity]]:
    """As `find_quantities`, each as (first word, word behind the last, quantity)."""
    found: list[tuple[int, int, Quantity]] = []
    i = 0
    while i < len(words):
        word = words.lower[i]
        if not (word[0].isdigit() or word in lexicon.numbers or word in _LEAD or word in _HALF or "-" in word):
            i += 1
            continue
        parsed = _number_at(words, i, lexicon)
        if parsed is None:
            i += 1
            continue
        value, end = parsed
        if _is_date(words, i, end, value, lexicon):
            i = end
            continue
        start, unit, last = i, "", end
        if i and words.lower[i - 1] in lexicon.units and not words.lower[i - 1].isalpha():
            start, unit = i - 1, lexicon.units[words.lower[i - 1]]
        else:
            unit, last = _unit_at(words, end, lexicon)
        found.append((start, last, Quantity(value, unit, words.between(start, last))))
        i = end
    return found


def find_deadlines(words: Words, lexicon: Lexicon) -> tuple[str, ...]:
    """Expressions of time, verbatim with the word that opens them: "by Friday", "within 30 days", "before the end of the year"."""
    return tuple(words.between(start, end) for start, end in find_placed_deadlines(words, lexicon))


def find_placed_deadlines(words: Words, lexicon: Lexicon) -> list[tuple[int, int]]:
    """As `find_deadlines`, each as (first word, word behind the last)."""
    found = []
    i = 0
    while i < len(words):
        start = i
        if (word := words.lower[i]) not in lexicon.time_words and not word[0].isdigit():
            i += 1
            continue
        while i < len(words) and words.lower[i] in lexicon.time_openers and i - start < 2:
            i += 1
        end = _time_end(words, i, lexicon, opened=i > start)
        if end is None:
            i = start + 1
            continue
        found.append((start, end))
        i = end
    return found


def find_moment(text: Words, lexicon: Lexicon) -> Moment | None:
    """When it is, on a scale of its own kind: days ahead, weekday, day of the year, year; None where that cannot be told."""
    month = day = year = None
    for i, word in enumerate(text.lower):
        if word in lexicon.months:
            month = lexicon.months[word]
        elif word[0].isdigit():
            value = _figure(word)
            if value is None:
                continue
            if value in _YEARS:
                year = value
            elif i + 1 < len(text) and text.lower[i + 1] in lexicon.periods:
                return Moment("ahead", value * _DAYS.get(lexicon.units.get(text.lower[i + 1], text.lower[i + 1]), 1.0))
            elif value <= 31:
                day = value
        elif word in lexicon.numbers and i + 1 < len(text) and text.lower[i + 1] in lexicon.periods:
            unit = lexicon.units.get(text.lower[i + 1], text.lower[i + 1])
            return Moment("ahead", lexicon.numbers[word] * _DAYS.get(unit, 1.0))
        elif word in lexicon.weekdays:
            return Moment("weekday", lexicon.weekdays[word])
    if month is not None and year is None:
        return Moment("day", month * 31 + (day or 15))
    if year is not None:
        return Moment("year", year * 372 + (month or 6) * 31 + (day or 15))
    return None


def _number_at(words: Words, i: int, lexicon: Lexicon) -> tuple[float, int] | None:
    """The number that begins at word `i` and the word behind it: digits, words, fractions, scales."""
    word = words.lower[i]
    value: float | None = None
    end = i + 1
    if word[0].isdigit():
        value = _figure(word)
        if value is not None and end < len(words) and words.lower[end] in _ORDINALS and words.starts[end] == words.ends[i]:
            return None
    elif "-" in word:
        value = _compound(word, lexicon)
    elif word in lexicon.numbers:
        value = lexicon.numbers[word]
    elif word in _HALF:
        value = 0.5
        if words.lower[end : end + 1] in (["a"], ["an"]) and end + 1 < len(words) and words.lower[end + 1] in lexicon.scales:
            end += 1  # "half a million"
    if (word in _LEAD or value is not None) and end < len(words):
        following = words.lower[end]
        if following.rstrip("s") in lexicon.fractions and (following.endswith("s") or word in ("a", "an", "one")):
            part = (value or 1.0) * lexicon.fractions[following.rstrip("s")]
            # "a second" and "a third runway" are no fractions: a share is followed by "of" or "the"
            if word not in ("a", "an", "one") or (
                end + 1 < len(words) and words.lower[end + 1] in ("of", "the", "less", "more", ".")
            ):
                return part, end + 1
        if word in ("a", "an", "one") and (following in lexicon.scales or following == "dozen") and len(following) > 2:
            value = 12.0 if following == "dozen" else 1.0
            end = end + 1 if following == "dozen" else end
        elif following in lexicon.units and (
            word == "one" or (word in ("a", "an") and i and words.lower[i - 1] in lexicon.grammar.spans)
        ):
            value = 1.0
    if value is None:
        return None
    while end < len(words) and words.lower[end].rstrip("s") in lexicon.scales and end - i < 4:
        value *= lexicon.scales[words.lower[end].rstrip("s")]
        end += 1
    if end + 1 < len(words) and words.lower[end] == "and" and words.lower[end + 1] == "a" and end + 2 < len(words):
        extra = words.lower[end + 2]
        if extra in lexicon.fractions:
            return value + lexicon.fractions[extra], end + 3
    return value, end


def _figure(word: str) -> float | None:
    """ "1,200" and "3.5"; None for what is no single number ("1.2.3") or is too long to be one."""
    if len(word) > 18:
        return None
    whole, point, part = word.replace(",", "").partition(".")
    if "." in part or not whole.isdecimal() or (point and not part.isdecimal()):
        return None
    return float(f"{whole}.{part}" if point else whole)


def _compound(word: str, lexicon: Lexicon) -> float | None:
    left, _, right = word.partition("-")
    if right.rstrip("s") in lexicon.fractions and left in lexicon.numbers:
        return lexicon.numbers[left] * lexicon.fractions[right.rstrip("s")]
    if left in lexicon.numbers and right in lexicon.numbers and lexicon.numbers[left] >= 20:
        return lexicon.numbers[left] + lexicon.numbers[right]
    if left in lexicon.numbers and right in (*lexicon.units, *lexicon.periods):
        return lexicon.numbers[left]
    return None


def _unit_at(words: Words, end: int, lexicon: Lexicon) -> tuple[str, int]:
    """The unit or the counted noun behind a number, and the word behind it."""
    for i in range(end, min(end + 3, len(words))):
        word = words.lower[i]
        if word in lexicon.units:
            return lexicon.units[word], i + 1
        if word in lexicon.grammar.skipped:
            continue
        if not word[0].isalpha() or words.lemmas[i] in lexicon.grammar.no_unit:
            break
        return word.removesuffix("s"), i + 1
    return "", end


def _is_date(words: Words, start: int, end: int, value: float, lexicon: Lexicon) -> bool:
    before = words.lower[start - 1] if start else ""
    after = words.lower[end] if end < len(words) else ""
    if end - start > 1 or not words.lower[start][0].isdigit():
        return False
    if after in lexicon.months or (before in lexicon.months and value <= 31):
        return True
    plain = "," not in words.lower[start] and "." not in words.lower[start]
    return plain and value in _YEARS and (before in lexicon.time_openers or before in lexicon.months or before in ("of", "the"))


def _time_end(words: Words, i: int, lexicon: Lexicon, opened: bool) -> int | None:
    """The word behind the expression of time that begins at `i`, or None where there is none."""
    end = None
    first = i
    while i < len(words) and i - first < 9:
        word = words.lower[i]
        if word in lexicon.temporal:
            # the verbs and modals among the months need a day or an opener beside them
            if (
                word not in lexicon.grammar.ambiguous_times
                or (opened and words.lower[i - 1] not in lexicon.periods)
                or _digit(words, i + 1)
                or _digit(words, i - 1)
            ):
                end = i + 1
        elif word in lexicon.periods and i > first and (opened or words.lower[first] in lexicon.grammar.pointers):
            end = i + 1
        elif word[0].isdigit():
            value = _figure(word)
            if value is None or (opened and value in _YEARS):
                end = i + 1 if value is not None else end
            elif i > first and words.lower[i - 1] in lexicon.months and value <= 31:
                end = i + 1
            elif i + 1 < len(words) and words.lower[i + 1] in _ORDINALS:
                i += 1
        elif (word not in lexicon.time_joiners and word not in lexicon.numbers and word != ",") or (
            word == "," and (end != i or not _digit(words, i + 1))
        ):
            break
        i += 1
    return end


def _digit(words: Words, i: int) -> bool:
    return 0 <= i < len(words) and words.lower[i][0].isdigit()
