"""What can be read off one statement alone: polarity, commitment, conditions, figures, deadlines. Pure.

The rungs follow the degrees of commitment of FactBank (Saurí and Pustejovsky 2009), spread out for the talk of parties; the
scope of a negation follows the *SEM 2012 task (Morante and Blanco 2012): its clause to the right, all of it where the subject
is negated.
"""

from dataclasses import dataclass
from functools import lru_cache

from tracker.language.amounts import find_deadlines, find_quantities
from tracker.language.clauses import Condition, find_conditions, find_content, select_words
from tracker.language.lexicon import Act, Expression, Lexicon
from tracker.language.words import Words, find_phrases, parse_words
from tracker.model import Commitment, Polarity, Stance

_REACH = 6
"""Words between an auxiliary and the stance word that takes over from it."""
_OBJECT_REACH = 8
"""Words between a verb and the "no" of its object ("will send no troops")."""
_CUES_KEPT = 5000
"""Cues of which it is kept what they govern: "said" comes again and again."""
_BREAKS = frozenset({",", ";", ":", "\u2013", "\u2014", ".", "!", "?"})

_NEGATED = {
    Commitment.RULES_OUT: Commitment.DOES_NOT_EXCLUDE,
    Commitment.OPPOSES: Commitment.OPEN_TO,
    Commitment.SEES_NO_NEED: Commitment.OPEN_TO,
    Commitment.DOES_NOT_EXCLUDE: Commitment.RULES_OUT,
    Commitment.CONSIDERS: Commitment.RULES_OUT,
    Commitment.OPEN_TO: Commitment.OPPOSES,
    Commitment.READY_TO: Commitment.OPPOSES,
    Commitment.OFFERS: Commitment.OPPOSES,
    Commitment.WILL: Commitment.RULES_OUT,
    Commitment.INSISTS: Commitment.OPPOSES,
}
_POLARITY = {
    Commitment.RULES_OUT: Polarity.AGAINST,
    Commitment.OPPOSES: Polarity.AGAINST,
    Commitment.SEES_NO_NEED: Polarity.AGAINST,
    Commitment.DOES_NOT_EXCLUDE: Polarity.NEUTRAL,
    Commitment.CONSIDERS: Polarity.NEUTRAL,
}
_REFUSALS = (Commitment.RULES_OUT, Commitment.OPPOSES, Commitment.SEES_NO_NEED)


@dataclass(frozen=True, slots=True)
class _Operator:
    """An expression in its place, with whether a negation governs it."""

    start: int
    end: int
    expression: Expression
    negated: bool


def find_stance(statement: str, cue: str | None, lexicon: Lexicon) -> Stance:
    """The stance of a statement: a bare verb phrase, a reported clause with or without who said it, or a quotation.

    `cue` are the words of the attribution where the caller knows them ("rejected"): they govern the statement unless they only
    report. What stands on no rung comes back with commitment None; nothing raises, and time is linear in the length.
    """
    words = find_content(parse_words(statement, lexicon), lexicon)
    conditions = find_conditions(words, lexicon)
    main = _main_clause(words, conditions)
    operators = _find_operators(main, lexicon)
    outer = _find_outer(cue, lexicon) if cue and cue not in statement else ()
    head = outer[0] if outer else _find_head(main, operators, lexicon)
    rest = operators if outer else [o for o in operators if head is not None and o.start >= head.end]
    polarity, commitment = _compose(head, rest, main if not outer else None, lexicon)
    text = None
    if head is not None:
        text = cue if outer else main.text[main.starts[_negator_start(main, head)] : main.ends[head.end - 1]]
    return Stance(
        polarity=polarity,
        commitment=commitment,
        cue=" ".join(text.split()) if text else None,
        conditions=tuple(words.between(c.start, c.end) for c in conditions),
        quantities=find_quantities(words, lexicon),
        deadlines=find_deadlines(words, lexicon),
    )


def find_recalled(clause: str, cue: str, lexicon: Lexicon) -> str | None:
    """The words by which the clause around `cue` tells what the party held earlier ("in March"); None where it does not.

    Empty where only the tense tells ("had rejected"). Only markers before the cue or right behind it count, for those further
    on belong to the content; "repeatedly" is none.
    """
    words = parse_words(clause, lexicon)
    cue_words = _parse_cue(cue, lexicon)
    at = _find_words(words.lower, cue_words)
    if at is None:
        return None
    behind = at + len(cue_words)
    before = select_words(words, list(range(max(0, at - 14), behind)))
    after = select_words(words, list(range(behind, min(behind + 4, len(words)))))
    if hits := find_phrases(before, lexicon.recalled):
        return before.between(hits[0][0], hits[0][1])
    hits = find_phrases(after, lexicon.recalled)
    if hits and hits[0][0] == 0:
        return after.between(hits[0][0], hits[0][1])
    month = next(
        (
            i
            for i in range(max(0, at - 3), at - 1)
            if words.lower[i] in _MONTH_OPENERS and words.lower[i + 1] in lexicon.months and i + 2 in (at, at + 1)
        ),
        None,
    )
    if month is not None:
        return words.between(month, month + 2)
    if behind + 1 < len(words) and words.lower[behind] == "in" and words.lower[behind + 1] in lexicon.months:
        return words.between(behind, behind + 2)
    reported = any(lemma in lexicon.say_verbs for lemma in words.lemmas[max(0, at - 14) : at])
    auxiliary = words.lower[at - 1] if at else ""
    return "" if auxiliary == "had" and not reported and words.lower[at] != words.lemmas[at] else None


@lru_cache(maxsize=_CUES_KEPT)
def _parse_cue(cue: str, lexicon: Lexicon) -> list[str]:
    return parse_words(cue, lexicon).lower


_MONTH_OPENERS = frozenset({"in", "since", "during", "back"})


def build_statement(cue: str, content: str, lexicon: Lexicon) -> str:
    """The content in one line, with the cue before it where the cue carries the stance ("rejected ceasefire proposals")."""
    line = " ".join(content.split())
    return f"{' '.join(cue.split())} {line}".strip() if _find_outer(cue, lexicon) else line


@lru_cache(maxsize=_CUES_KEPT)
def _find_outer(cue: str, lexicon: Lexicon) -> tuple[_Operator, ...]:
    """The expressions of a cue that govern what is said: none in one that only reports."""
    operators = _find_operators(parse_words(cue, lexicon), lexicon, is_cue=True)
    return tuple(operator for operator in operators if operator.expression.act not in (Act.PLAIN, Act.BELIEF))


def _main_clause(words: Words, conditions: list[Condition]) -> Words:
    """The words outside the conditions, all where nothing else is left."""
    if not conditions:
        return words
    masked = {i for c in conditions for i in range(c.start, c.end)}
    kept = [i for i in range(len(words)) if i not in masked]
    return select_words(words, kept) if kept else words


def _find_operators(words: Words, lexicon: Lexicon, is_cue: bool = False) -> list[_Operator]:
    """Every stance expression, left to right, with the negations that govern it counted; in a cue nouns count too."""
    negators = find_phrases(words, lexicon.negators)
    neutral = {i for start, end, negates in negators if not negates for i in range(start, end)}
    starts = [start for start, _, negates in negators if negates and start not in neutral]
    operators = []
    last_end = 0
    for start, end, expression in find_phrases(words, lexicon.expressions):
        if expression.act is Act.PLAIN or not (is_cue or _is_used(words, start, end, expression, lexicon)):
            continue
        # a negator inside the expression belongs to it ("will not hear of")
        between = [s for s in starts if last_end <= s < start and _governs(words, s, start, lexicon)]
        negations = len(between)
        if expression.weak and end < len(words) and words.lower[end] in ("not", "never"):
            negations, end = negations + 1, end + 1
        operators.append(_Operator(start, end, expression, negations % 2 == 1))
        last_end = end
    return operators


def _governs(words: Words, negator: int, start: int, lexicon: Lexicon) -> bool:
    """Whether the negator's scope reaches the expression: "do not" only its own verb, "no" and "nobody" the whole clause."""
    if negator and words.lemmas[negator - 1] in ("do", "be", "have"):
        return _is_group(words, negator + 1, start, lexicon)
    return not _crosses(words, negator, start, lexicon)


def _is_used(words: Words, start: int, end: int, expression: Expression, lexicon: Lexicon) -> bool:
    """Not a noun that only names a thing ("the offer", "the budget review"), nor an adverb ("give back")."""
    if end - start > 1 or expression.weak or not start:
        return True
    if expression.noun:
        return False
    before = words.lower[start - 1]
    if words.lower[start] == "need":
        return before not in lexicon.grammar.articles
    if words.lower[start] == words.lemmas[start] and words.lower[start] in lexicon.verbs:
        if before in lexicon.grammar.before_verb or (before.endswith("s") and before not in lexicon.grammar.articles):
            return True
        following = words.lower[end] if end < len(words) else ""
        return before not in lexicon.grammar.articles and following in lexicon.grammar.after_verb
    return before not in lexicon.grammar.articles


def _crosses(words: Words, start: int, end: int, lexicon: Lexicon) -> bool:
    return any(words.lower[i] in _BREAKS or words.lower[i] in lexicon.grammar.clause_ends for i in range(start, end))


def _find_head(words: Words, operators: list[_Operator], lexicon: Lexicon) -> _Operator | None:
    """The outermost expression: the first one, or the one that its auxiliary hands over to."""
    if not operators:
        return None
    # "Parents who refuse will ...": what a relative clause says is not what the statement says
    first = next(
        (k for k, o in enumerate(operators) if not o.start or words.lower[o.start - 1] not in lexicon.grammar.relatives), 0
    )
    head = operators[first]
    for following in operators[first + 1 :]:
        if (
            not head.expression.weak
            or following.start - head.end > _REACH
            or not _is_group(words, head.end, following.start, lexicon)
        ):
            break
        if following.expression.commitment is None:
            break
        # "must" and "should" keep their rung before a deed; "may" keeps it before "will" of another clause
        if head.expression.act is Act.DEMAND or (
            head.expression.act is Act.QUESTION and following.expression.act is not Act.QUESTION
        ):
            break
        head = _Operator(head.start, following.end, following.expression, head.negated != following.negated)
    return head


def _is_group(words: Words, start: int, end: int, lexicon: Lexicon) -> bool:
    """Whether only particles and adverbs stand between, so that both belong to one group of verbs."""
    return all(words.lemmas[i] in lexicon.grammar.group or words.lower[i].endswith("ly") for i in range(start, end))


def _compose(
    head: _Operator | None, rest: list[_Operator], words: Words | None, lexicon: Lexicon
) -> tuple[Polarity, Commitment | None]:
    """Polarity and rung of the head, turned by the negations and refusals that it governs or that govern it."""
    if head is None:
        denied = words is not None and any(
            word in ("not", "no", "nothing", "nobody", "never") and not _is_bound(words, i, lexicon)
            for i, word in enumerate(words.lower[:14])
        )
        return (Polarity.AGAINST if denied else Polarity.NEUTRAL), None
    expression, negated = head.expression, head.negated
    if words is not None and not negated and expression.polarity is not Polarity.AGAINST:
        negated = _negates_object(words, head, rest, lexicon)
    commitment, polarity = expression.commitment, expression.polarity
    if negated:
        if commitment is None:
            polarity = Polarity.AGAINST if polarity is Polarity.FOR else Polarity.NEUTRAL
        else:
            commitment = expression.negated or _NEGATED[commitment]
            polarity = _POLARITY.get(commitment, Polarity.FOR)
    inner = rest[0] if rest else None
    if (
        expression.act is Act.DEMAND
        and not negated
        and inner is not None
        and inner.negated
        and inner.expression.weak
        and (words is None or not {",", ";", "and", "but", "if"} & set(words.lower[head.end : inner.start]))
    ):
        return Polarity.AGAINST, Commitment.RULES_OUT  # "insists that it must not be closed"
    if inner is not None and commitment in _REFUSALS[:2] and not negated:
        near = inner.start - head.end <= 3 if words is not None else inner.start <= 3
        if near and inner.expression.commitment in _REFUSALS and not inner.negated:
            return Polarity.NEUTRAL, Commitment.DOES_NOT_EXCLUDE
    return polarity, commitment


def _negates_object(words: Words, head: _Operator, rest: list[_Operator], lexicon: Lexicon) -> bool:
    """ "will send no troops", "wants nothing to do": a negation behind the head, in its clause, before the next expression."""
    limit = min([head.end + _OBJECT_REACH, len(words), *(o.start for o in rest if o.expression.commitment is not None)])
    for i in range(head.end, limit):
        word = words.lower[i]
        if word in _BREAKS or word in lexicon.grammar.clause_ends:
            return False
        if word in ("not", "never") and not (head.expression.weak or head.expression.act is Act.DEMAND):
            return False
        if word in lexicon.grammar.object_negators:
            before = words.lower[i - 1]
            return before not in ("and", "or") and not _is_bound(words, i, lexicon)
    return False


def _is_bound(words: Words, i: int, lexicon: Lexicon) -> bool:
    """Whether the negator at `i` belongs to a bound ("no more than") or to a contrast ("not only", "nobody else")."""
    following = words.lower[i + 1 : i + 3]
    if following[:1] and following[0] in lexicon.grammar.comparatives:
        return following[1:] == ["than"]
    return following[:1] != [] and following[0] in lexicon.grammar.contrasts


def _negator_start(words: Words, head: _Operator) -> int:
    """The first word of the head with a negation right before it, for quoting."""
    start = head.start
    while start and head.start - start < 2 and words.lower[start - 1] in ("not", "no", "never", "longer", "be", "is", "are"):
        start -= 1
    return start


def _find_words(lower: list[str], wanted: list[str]) -> int | None:
    """Where `wanted` first stands in `lower`."""
    if not wanted:
        return None
    first, size = wanted[0], len(wanted)
    for i, word in enumerate(lower):
        if word == first and lower[i : i + size] == wanted:
            return i
    return None
