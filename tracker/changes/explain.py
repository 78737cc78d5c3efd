"""Why a change has its label, in one plain sentence made from the structured evidence. Pure."""

from tracker.changes.evidence import Comparison
from tracker.changes.sides import Side
from tracker.model import Label

Row = tuple[str, str, str]
"""(aspect, before, after); what only one statement has leaves the other side empty."""

_LONGEST = 80
_MOST_WORDS = 4
_FACTS = frozenset({"figure", "time", "name"})


def compose_evidence(comparison: Comparison, label: Label) -> tuple[Row, ...]:
    """What differs between the statements, verbatim, the most telling for `label` first."""
    f = comparison.features
    old, new = comparison.before, comparison.after
    weighed: list[tuple[float, Row]] = []
    if f.order:
        weighed.append((4.0, ("order", _whole(old), _whole(new))))
    if f.opposed or f.ladder_step:
        weighed.append((3.0 if f.opposed else abs(f.ladder_step), (_commitment_aspect(comparison, label), _rung(old), _rung(new))))
    elif f.denied:
        weighed.append((0.3, ("negation", _rung(old), _rung(new))))
    if f.antonyms:
        weighed.append((2.0, ("deed", *comparison.antonyms[0])))
    weighed.extend((0.4 * abs(f.condition_step), row) for row in _conditions(comparison))
    weighed.extend(_figures(comparison))
    if f.time_changed:
        one, other = (next(iter(side.stance.deadlines), "") for side in (old, new))
        weighed.append((0.3 * abs(f.time_step), ("time", one, other)))
    if f.scope_step:
        wider = new.breadth > old.breadth
        weighed.append((0.12 * abs(f.scope_step), ("scope", "narrower" if wider else "wider", "wider" if wider else "narrower")))
    if f.names_changed:
        weighed.append((0.05, ("name", _own_words(old, old.names - new.names), _own_words(new, new.names - old.names))))
    words = ("words", _own_words(old, old.lemmas - new.lemmas), _own_words(new, new.lemmas - old.lemmas))
    weighed.append((9.0 if label is Label.UNRELATED else 0.0, words))
    if label is Label.AMENDED:
        weighed = [(weight + 5 * (row[0] in _FACTS), row) for weight, row in weighed]
    ordered = sorted(weighed, key=lambda pair: -pair[0])
    return tuple((aspect, _short(one), _short(other)) for _, (aspect, one, other) in ordered if one or other)


def compose_why(label: Label, evidence: tuple[Row, ...]) -> str:
    """One sentence, without a full stop, that names the first evidence for the label."""
    aspect, before, after = next(iter(evidence), ("words", "", ""))
    if label is Label.RESTATED:
        return "same position: in other words" if before or after else "same position: the same words in another order"
    if label is Label.UNRELATED:
        return f"another matter: it was about {before or 'less'}, it is now about {after or 'less'}"
    match aspect:
        case "condition" if not before:
            return f"condition added: '{after}'"
        case "condition" if not after:
            return f"condition dropped: '{before}'"
        case "scope":
            return f"scope: {after} than before"
        case "name":
            return f"detail changed: {before or 'nobody'} before, {after or 'nobody'} now"
        case "words":
            return f"detail changed: '{before or 'nothing'}' before, '{after or 'nothing'}' now"
        case "order" | "negation" | "deed" | "time" | "condition":
            opening = {"order": "order of steps turned round", "negation": "negation moved", "deed": "opposite deed"}.get(aspect)
            return f"{opening or aspect + ' changed'}: '{before or 'none'}' is now '{after or 'none'}'"
        case "figure" | "demand raised" | "demand lowered" | "offer raised" | "offer lowered" | "threat raised" | "threat lowered":
            return f"{aspect if ' ' in aspect else 'figure changed'} from {_without_tail(before, after)} to {after}"
        case _:
            return f"{aspect}: '{before}' is now '{after}'"


def _commitment_aspect(comparison: Comparison, label: Label) -> str:
    """What happened on the ladder, in words."""
    was, now = comparison.before.refusing, comparison.after.refusing
    if was and not now:
        return "refusal dropped"
    if now and not was:
        return "now refused"
    return "firmer" if label is Label.HARDENED else "milder" if label is Label.SOFTENED else "commitment"


def _figures(comparison: Comparison) -> list[tuple[float, Row]]:
    f = comparison.features
    role = "demand" if f.demand else "offer" if f.giving else "threat" if f.burden else ""
    rows = []
    for one, other in comparison.figures[:3]:
        aspect = f"{role} {'raised' if other.value > one.value else 'lowered'}" if role and f.figure_step else "figure"
        rows.append((1.5 if f.demand and f.figure_step else 0.4 * abs(f.figure_step), (aspect, one.text, other.text)))
    return rows


def _conditions(comparison: Comparison) -> list[Row]:
    """Conditions of one side that the other does not have, paired in order."""
    old, new = ([side.content.between(c.start, c.end) for c in side.conditions] for side in (comparison.before, comparison.after))
    gone = [c for c in old if c not in new]
    come = [c for c in new if c not in old]
    size = min(max(len(gone), len(come)), 3)
    return [("condition", gone[k] if k < len(gone) else "", come[k] if k < len(come) else "") for k in range(size)]


def _rung(side: Side) -> str:
    return side.stance.cue or str(side.stance.commitment or "")


def _whole(side: Side) -> str:
    return side.content.between(0, len(side.content))


def _own_words(side: Side, wanted: frozenset[str]) -> str:
    """The first words of the statement, verbatim, that stand for those in `wanted`."""
    words = side.content
    found = [
        words.between(i, i + 1)
        for i, (lower, lemma) in enumerate(zip(words.lower, words.lemmas, strict=True))
        if lower in wanted or lemma in wanted or lemma.removesuffix("s") in wanted
    ]
    return ", ".join(list(dict.fromkeys(found))[:_MOST_WORDS])


def _without_tail(text: str, other: str) -> str:
    """`text` without the words at its end that `other` ends in too: "50 billion euros" and "80 billion euros" give "50"."""
    left, right = text.split(), other.split()
    while len(left) > 1 and right and left[-1] == right[-1]:
        left.pop()
        right.pop()
    return " ".join(left)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST].rsplit(' ', 1)[0]} ..."
