"""What the program knows about a language, read once from the TOML files of `lexicon/LANGUAGE/`.

The edge is `load_lexicon`; everything else here is plain data for the pure stages, which take the lexicon as an argument.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any, Generic, TypeVar

from tracker.errors import ConfigurationError
from tracker.language.inflection import inflect_noun, inflect_verb
from tracker.model import Commitment, Polarity

T = TypeVar("T")


class Act(StrEnum):
    """What somebody does by an expression: the kind of move, whatever it is about."""

    PLAIN = "plain"
    BELIEF = "belief"
    FORECAST = "forecast"
    DEMAND = "demand"
    OFFER = "offer"
    REFUSAL = "refusal"
    PLAN = "plan"
    SUPPORT = "support"
    OPPOSITION = "opposition"
    THREAT = "threat"
    QUESTION = "question"
    DENIAL = "denial"


class ConditionKind(StrEnum):
    """What a condition does to its clause: holds only where, does not hold where, holds all the same, comes after."""

    RESTRICT = "restrict"
    EXEMPT = "exempt"
    CONCEDE = "concede"
    ORDER = "order"


@dataclass(frozen=True, slots=True)
class Expression:
    """A word or phrase that sets a stance."""

    act: Act
    polarity: Polarity
    commitment: Commitment | None
    noun: bool = False
    force: float = 0.0
    """How hard it is toward the other side, 0 to 1."""
    weak: bool = False
    """An auxiliary: a stance word behind it takes over."""
    negated: Commitment | None = None
    """The rung under a negation, where it is not the usual one."""


@dataclass(frozen=True, slots=True)
class Phrases(Generic[T]):
    """Phrases as tuples of base forms, with their values."""

    values: Mapping[tuple[str, ...], T]
    by_first: Mapping[str, tuple[int, ...]]
    """By first word: how many words the phrases have that begin with it, longest first."""

    def find_at(self, lemmas: list[str], start: int) -> tuple[int, T] | None:
        """The length in words and the value of the longest phrase that begins at `start`, or None."""
        for size in self.by_first.get(lemmas[start], ()):
            words = tuple(lemmas[start : start + size])
            if words in self.values:
                return len(words), self.values[words]
        return None


@dataclass(frozen=True, slots=True)
class Grammar:
    """Closed classes of words; grammar.toml says what each is for."""

    modals: frozenset[str]
    finite: frozenset[str]
    clause_ends: frozenset[str]
    relatives: frozenset[str]
    articles: frozenset[str]
    no_verb: frozenset[str]
    before_verb: frozenset[str]
    after_verb: frozenset[str]
    group: frozenset[str]
    object_negators: frozenset[str]
    comparatives: frozenset[str]
    contrasts: frozenset[str]
    after_report: frozenset[str]
    asks: frozenset[str]
    not_a_subject: frozenset[str]
    prepositions: frozenset[str]
    skipped: frozenset[str]
    no_unit: frozenset[str]
    pointers: frozenset[str]
    spans: frozenset[str]
    ambiguous_times: frozenset[str]
    light_verbs: frozenset[str]
    function: frozenset[str]
    copula_subjects: frozenset[str]
    order_marks: frozenset[str]
    later_steps: frozenset[str]
    vague: frozenset[str]
    no_party: frozenset[str]


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """Everything the stance rules know of one language. One equals itself alone, so that what was found with it can be kept."""

    language: str
    grammar: Grammar
    stop_words: frozenset[str]
    """Words, in all their forms, that name no subject matter: function words and words of stance."""
    link_words: frozenset[str]
    """Those of `stop_words` that may stand inside a name."""
    edge_words: frozenset[str]
    """Words that may not stand at the edges of a name."""
    verbs: frozenset[str]
    """Base forms of verbs."""
    lemmas: Mapping[str, str]
    """Inflected form to base form; words that are missing are their own base."""
    expressions: Phrases[Expression]
    negators: Phrases[bool]
    """True where the phrase negates, False where it only looks like it."""
    conditions: Phrases[ConditionKind]
    """In the words' own forms, not their base forms."""
    recalled: Phrases[bool]
    numbers: Mapping[str, float]
    scales: Mapping[str, float]
    fractions: Mapping[str, float]
    units: Mapping[str, str]
    ceilings: Phrases[bool]
    """True before an upper bound, False before a lower one."""
    months: Mapping[str, int]
    weekdays: Mapping[str, int]
    temporal: frozenset[str]
    """Words that alone name a time: months, weekdays, feasts, seasons, days."""
    periods: frozenset[str]
    time_openers: frozenset[str]
    time_joiners: frozenset[str]
    time_words: frozenset[str]
    """Every word that an expression of time may begin with, figures aside."""
    antonyms: Mapping[str, frozenset[tuple[int, int]]]
    """Base form to (pair, side)."""
    giving: frozenset[str]
    burden: frozenset[str]
    scopes: Phrases[int]
    """+1 for words that widen, -1 for words that narrow."""
    pauses: Phrases[bool]
    forecasts: Phrases[bool]
    schedules: Phrases[bool]
    say_verbs: frozenset[str]
    """Base forms of the verbs that only report."""


@cache
def load_lexicon(language: str = "en") -> Lexicon:
    """The lexicon of a language, the same object each time; `ConfigurationError` where a file is missing or damaged."""
    folder = files("tracker.language") / "lexicon" / language
    data: dict[str, dict[str, Any]] = {}
    for name in ("cues", "ladder", "verbs", "negation", "conditions", "time", "amounts", "antonyms", "acts", "grammar"):
        try:
            data[name] = tomllib.loads((folder / f"{name}.toml").read_text(encoding="utf-8"))
        except (OSError, tomllib.TOMLDecodeError) as error:
            raise ConfigurationError(
                f"lexicon {language}/{name}.toml cannot be read ({error}): reinstall tracker or choose another language"
            ) from error
    try:
        return _build(language, data)
    except (KeyError, TypeError, ValueError) as error:
        raise ConfigurationError(f"lexicon {language} is damaged ({error!r}): reinstall tracker") from error


def _build(language: str, data: Mapping[str, Mapping[str, Any]]) -> Lexicon:
    cues, ladder, time, amounts, acts = (data[k] for k in ("cues", "ladder", "time", "amounts", "acts"))
    lemmas = _lemmas(data)
    expressions: dict[str, Expression] = {}
    for group in cues["cue"]:
        expression = _expression(group)
        for word in f"{group.get('verbs', '')} {group.get('adjectives', '')}".split():
            expressions.setdefault(word, expression)
        for word in group.get("nouns", "").split():
            expressions.setdefault(word, replace(expression, noun=True))
    for group in ladder["rung"]:
        for phrase in _listed(group["phrases"]):
            expressions[phrase] = _expression(group)
    grammar = {name: frozenset(words.split()) for name, words in data["grammar"].items()}
    others = {w for group in cues["cue"] for kind in ("nouns", "adjectives") for w in group.get(kind, "").split()}
    units: dict[str, str] = dict(amounts["signs"])
    for name, written in amounts["units"].items():
        units |= dict.fromkeys([form for word in written.split() for form in (word, inflect_noun(word))], name)
    antonyms: dict[str, set[tuple[int, int]]] = {}
    for number, line in enumerate(filter(None, map(str.strip, data["antonyms"]["pairs"].splitlines()))):
        for side, group in enumerate(line.split("|")):
            for word in group.split():
                antonyms.setdefault(word, set()).add((number, side))
    full = {name: i for i, name in enumerate(time["months"].split(), 1)}
    months = full | {short: next(i for name, i in full.items() if name.startswith(short)) for short in time["short_months"].split()}
    weekdays = {name: i for i, name in enumerate(time["weekdays"].split())}
    named = [*months, *weekdays, *(time["feasts"] + " " + time["seasons"] + " " + time["days"]).split()]
    return Lexicon(
        language=language,
        grammar=Grammar(**{name: words for name, words in grammar.items() if name not in ("link_words", "edge_words")}),
        link_words=grammar["link_words"],
        edge_words=grammar["link_words"] | grammar["edge_words"],
        stop_words=grammar["function"]
        | grammar["link_words"]
        | {f for f, base in lemmas.items() if base in expressions}
        | {*expressions},
        verbs=frozenset(lemmas.values()) - others,
        lemmas=lemmas,
        expressions=_phrases(expressions.items(), lemmas),
        negators=_phrases([*_valued(data["negation"]["negators"], True), *_valued(data["negation"]["neutral"], False)], lemmas),
        conditions=_phrases([pair for kind in ConditionKind for pair in _valued(data["conditions"][kind], kind)], {}),
        recalled=_phrases(_valued(time["recalled"], True), lemmas),
        numbers=amounts["numbers"],
        scales=amounts["scales"],
        fractions=amounts["fractions"],
        units=units,
        ceilings=_phrases([*_valued(amounts["ceilings"]["phrases"], True), *_valued(amounts["ceilings"]["floors"], False)], lemmas),
        months=months,
        weekdays=weekdays,
        temporal=frozenset(named),
        periods=frozenset(form for word in time["periods"].split() for form in (word, inflect_noun(word))),
        time_openers=frozenset(time["openers"].split()),
        time_joiners=frozenset(time["joiners"].split()),
        time_words=frozenset([*named, *time["openers"].split(), *time["joiners"].split(), *amounts["numbers"]]),
        antonyms={word: frozenset(found) for word, found in antonyms.items()},
        giving=frozenset(acts["giving"].split()),
        burden=frozenset(acts["burden"].split()),
        scopes=_phrases([*_valued(acts["scope_wide"], 1), *_valued(acts["scope_narrow"], -1)], lemmas),
        pauses=_phrases(_valued(acts["pause"], True), lemmas),
        forecasts=_phrases(_valued(acts["forecast"], True), lemmas),
        schedules=_phrases(_valued(acts["schedule"], True), lemmas),
        say_verbs=frozenset(w for group in cues["cue"] if group["act"] == Act.PLAIN for w in group["verbs"].split()),
    )


def _lemmas(data: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Forms of every verb that a file names; a word that is itself a base form or listed as it stands keeps its form."""
    verbs = data["verbs"]
    doubled = frozenset(verbs["doubled"].split())
    bases = [verb for group in data["cues"]["cue"] for verb in group.get("verbs", "").split()]
    bases += verbs["plain"].split() + verbs["doubled"].split() + f"{data['acts']['giving']} {data['acts']['burden']}".split()
    bases += data["antonyms"]["pairs"].replace("|", " ").split()
    irregular: dict[str, list[str]] = {}
    for entry in verbs["irregular"].replace("\n", ";").split(";"):
        if forms := entry.split():
            irregular[forms[0]] = forms[1:]
    lemmas: dict[str, str] = {}
    for base in dict.fromkeys([*irregular, *bases]):
        for form in (*inflect_verb(base, base in doubled), *irregular.get(base, ())):
            lemmas.setdefault(form, base)
    # nouns: the plural of a listed word
    for group in data["cues"]["cue"]:
        for word in group.get("nouns", "").split():
            lemmas.setdefault(inflect_noun(word), word)
    for base in dict.fromkeys([*irregular, *bases]):
        lemmas[base] = base
    lemmas["going"] = "going"  # "is going to" is a modal, "goes to" is not
    return lemmas


def _expression(group: Mapping[str, Any]) -> Expression:
    return Expression(
        act=Act(group["act"]),
        polarity=Polarity(group["polarity"]),
        commitment=Commitment(group["commitment"]) if "commitment" in group else None,
        force=group.get("force", 0.0),
        weak=group.get("weak", False),
        negated=Commitment(group["negated"]) if "negated" in group else None,
    )


def _listed(text: str) -> list[str]:
    return [" ".join(part.split()) for part in text.split(";") if part.strip()]


def _valued(text: str, value: T) -> list[tuple[str, T]]:
    return [(phrase, value) for phrase in _listed(text)]


def _phrases(entries: Iterable[tuple[str, T]], lemmas: Mapping[str, str]) -> Phrases[T]:
    found: dict[tuple[str, ...], T] = {}
    for phrase, value in entries:
        found[tuple(lemmas.get(word, word) for word in phrase.split())] = value
    sizes: dict[str, set[int]] = {}
    for words in found:
        sizes.setdefault(words[0], set()).add(len(words))
    return Phrases(found, {first: tuple(sorted(lengths, reverse=True)) for first, lengths in sizes.items()})
