"""One statement of a party as the comparison sees it: its deed, whom that favours, its words, names, conditions, figures. Pure."""

import math
from dataclasses import dataclass

from tracker.language.amounts import Moment, find_base, find_moment, find_placed_deadlines, find_placed_quantities
from tracker.language.clauses import Condition, find_conditions, find_content, select_words
from tracker.language.lexicon import Act, ConditionKind, Expression, Lexicon
from tracker.language.words import Words, find_phrases, parse_words
from tracker.model import Commitment, Quantity, Stance

_DEED_REACH = 7
"""Words behind the expression among which its deed is looked for."""
_REFUSALS = (Commitment.RULES_OUT, Commitment.OPPOSES, Commitment.SEES_NO_NEED)
_MIDDLE = (Commitment.DOES_NOT_EXCLUDE, Commitment.CONSIDERS)
_HARDNESS = {
    Commitment.RULES_OUT: (1.0, 0.05),
    Commitment.OPPOSES: (0.9, 0.1),
    Commitment.SEES_NO_NEED: (0.7, 0.25),
    Commitment.DOES_NOT_EXCLUDE: (0.45, 0.45),
    Commitment.CONSIDERS: (0.45, 0.45),
    Commitment.OPEN_TO: (0.3, 0.55),
    Commitment.READY_TO: (0.15, 0.75),
    Commitment.OFFERS: (0.15, 0.75),
    Commitment.WILL: (0.1, 0.95),
}
_OFF_LADDER = {Act.DEMAND: 0.5, Act.OPPOSITION: 0.6, Act.THREAT: 0.7}
"""How hard a rung is on the other side: for a deed that yields, and for one that burdens."""


@dataclass(frozen=True, slots=True)
class Side:
    """One statement as the comparison sees it."""

    content: Words
    stance: Stance
    expression: Expression | None
    bearing: int
    """-1 where its deed burdens the other side, +1 where it yields, 0 where that is not known."""
    deeds: tuple[str, ...]
    """Base forms of the words outside the expression that set the rung."""
    lemmas: frozenset[str]
    names: frozenset[str]
    conditions: tuple[Condition, ...]
    restriction: float
    figures: tuple[tuple[Quantity, bool], ...]
    """Each with whether it is a ceiling ("no more than")."""
    moment: Moment | None
    breadth: int
    pauses: bool
    forecast: bool
    schedule: bool

    @property
    def refusing(self) -> bool:
        return self.stance.commitment in _REFUSALS

    @property
    def demanding(self) -> bool:
        return self.expression is not None and self.expression.act is Act.DEMAND and not self.refusing


def find_side(text: str, stance: Stance, lexicon: Lexicon) -> Side:
    """All that the comparison needs of one statement; its length is bounded by the words that are read."""
    whole = parse_words(text, lexicon)
    content = find_content(whole, lexicon)
    cue = parse_words(stance.cue or "", lexicon)
    expression = _expression(cue, lexicon)
    conditions = tuple(find_conditions(content, lexicon))
    masked = {i for c in conditions for i in range(c.start, c.end)}
    main = select_words(content, [i for i in range(len(content)) if i not in masked])
    bearing = _bearing(main, cue, expression, lexicon)
    quantities = find_placed_quantities(content, lexicon)
    ceilings = [(start, end) for start, end, is_ceiling in find_phrases(content, lexicon.ceilings) if is_ceiling]
    times = find_placed_deadlines(main, lexicon)
    return Side(
        content=content,
        stance=stance,
        expression=expression,
        bearing=bearing,
        deeds=tuple(lemma for lemma in dict.fromkeys(content.lemmas) if lemma not in cue.lemmas),
        lemmas=frozenset(_stem(lemma) for lemma in content.lemmas if lemma[0].isalpha() and lemma not in lexicon.grammar.function),
        names=_names(content, lexicon),
        conditions=conditions,
        restriction=math.fsum(_restriction(content, c) for c in conditions),
        figures=tuple((find_base(q), any(end in (start, start - 1) for _, end in ceilings)) for start, _, q in quantities),
        moment=find_moment(select_words(main, list(range(*times[0]))), lexicon) if times else None,
        breadth=sum(value for _, _, value in find_phrases(main, lexicon.scopes)),
        pauses=bool(find_phrases(main, lexicon.pauses)),
        forecast=_is_forecast(whole, content, stance, lexicon),
        schedule=bool(find_phrases(main, lexicon.schedules)),
    )


def _expression(cue: Words, lexicon: Lexicon) -> Expression | None:
    """The expression that set the rung, from the words that `find_stance` kept as its cue."""
    hits = [value for _, _, value in find_phrases(cue, lexicon.expressions)]
    strong = [value for value in hits if not value.weak and value.act is not Act.PLAIN]
    return next(iter(strong or hits), None)


def _bearing(main: Words, cue: Words, expression: Expression | None, lexicon: Lexicon) -> int:
    """What the deed of the statement does to the other side: its first word that is listed as yielding or as a burden."""
    default = int(expression is not None and expression.act is Act.OFFER and not expression.weak)
    start = 0
    if len(cue):
        start = next((i + len(cue) for i in range(len(main)) if main.lower[i : i + len(cue)] == cue.lower), 0)
    light = expression is None or not expression.weak
    for i in range(start, min(start + _DEED_REACH, len(main))):
        lemma = main.lemmas[i]
        # "rules out closing the border" refuses a burden, "rules out a freeze" is a plain refusal
        if lemma in lexicon.burden and (not light or lemma != main.lower[i] or (i and main.lower[i - 1] == "to")):
            return -1
        if lemma in lexicon.giving:
            return 1
        if lemma in lexicon.verbs and not light and lemma not in lexicon.grammar.light_verbs and i > start - 1:
            break
    return default


def _restriction(content: Words, condition: Condition) -> float:
    if condition.kind is ConditionKind.CONCEDE:
        return -1.0
    parts = sum(word == "and" for word in content.lower[condition.start : condition.end])
    loosened = sum(word == "or" for word in content.lower[condition.start : condition.end])
    return 1.0 + 0.5 * condition.strict + 0.5 * parts - 0.25 * loosened


def _is_forecast(whole: Words, content: Words, stance: Stance, lexicon: Lexicon) -> bool:
    """A count or an expectation: no move of the party's own."""
    if any(
        (hit := lexicon.expressions.find_at(whole.lemmas, i)) is not None
        and hit[1].act in (Act.FORECAST, Act.BELIEF)
        and not hit[1].noun
        for i, lemma in enumerate(whole.lemmas)
        if lemma in lexicon.expressions.by_first
    ):
        return True
    return stance.commitment is None and bool(find_phrases(content, lexicon.forecasts))


def _stem(lemma: str) -> str:
    if len(lemma) > 4 and lemma.endswith("s") and not lemma.endswith(("ss", "us", "is")):
        return lemma[:-1]
    return lemma


def _names(content: Words, lexicon: Lexicon) -> frozenset[str]:
    """Capitalised words within the statement; the first word, months and weekdays are left out."""
    names = set()
    for i, (lower, start) in enumerate(zip(content.lower, content.starts, strict=True)):
        if (
            i
            and content.text[start].isupper()
            and lower not in lexicon.temporal
            and lower not in lexicon.grammar.function
            and len(lower) > 1
        ):
            names.add(lower)
    return frozenset(names)


def find_hardness(side: Side, bearing: int) -> float | None:
    """How hard the statement is on the other side, 0 to 1, given what its deed does to it; None off the ladder."""
    commitment, expression = side.stance.commitment, side.expression
    if commitment is None:
        return _OFF_LADDER.get(expression.act) if expression is not None else None
    if commitment is Commitment.INSISTS:
        return 0.4 + 0.45 * (expression.force if expression is not None else 0.6)
    yielding, burdening = _HARDNESS[commitment]
    return burdening if bearing < 0 else yielding


def find_steps(side: Side, lexicon: Lexicon) -> tuple[frozenset[str], frozenset[str]] | None:
    """What comes first and what second, as word sets: "A before B", "B only after A", "first A, then B"."""
    words = side.content
    mark = next((i for i, w in enumerate(words.lower) if w in lexicon.grammar.order_marks), None)
    first = next((i for i, w in enumerate(words.lower) if w == "first" and i), None)

    def part(start: int, end: int) -> frozenset[str]:
        lemmas = words.lemmas[start:end]
        return frozenset(
            _stem(w) for w in lemmas if w[0].isalpha() and w not in lexicon.grammar.function and w not in ("first", "then")
        )

    if mark is None and first is not None:
        joint = next((i for i in range(first, len(words)) if words.lower[i] in ("and", ",", ";")), None)
        if joint is None or not lexicon.grammar.later_steps & set(words.lower[joint:]):
            return None
        return part(0, first), part(joint, len(words))
    if mark is None:
        return None
    if words.lower[mark] == "then" and words.lower[0] != "first":
        return None
    head = part(0, mark)
    tail = part(mark + 1, len(words))
    if mark <= 1 and words.lower[mark] != "then":
        comma = next((i for i in range(mark, len(words)) if words.lower[i] == ","), None)
        if comma is None:
            return None
        tail, head = part(mark + 1, comma), part(comma + 1, len(words))
    if not head or not tail:
        return None
    return (head, tail) if words.lower[mark] in ("before", "then") else (tail, head)
