"""Why a change has its label, in one plain sentence made from the structured evidence. Pure."""

from collections.abc import Sequence

from tracker.changes.evidence import Comparison
from tracker.changes.quotation import (
    find_names,
    find_scopes,
    find_stretches,
    find_topics,
    quote_lemma,
    quote_opening,
    quote_stance,
)
from tracker.language.clauses import Condition
from tracker.language.lexicon import ConditionKind, Lexicon
from tracker.language.words import Words, parse_words
from tracker.model import Label

Row = tuple[str, str, str]
"""(aspect, before, after); what only one statement has leaves the other side empty."""
Weighed = tuple[float, float, Row]
"""How telling a row is, which way it goes (positive: harder, 0: neither), and the row."""

_LONGEST = 80
_AGAINST = 0.02
"""What is left of a row's weight where it goes against the label."""
_FACTS = frozenset({"figure", "time", "name"})
_TURNS = frozenset({"order", "refusal dropped", "now refused", "deed", "negation", "turned round"})
_WAYS = {Label.HARDENED: 1.0, Label.SOFTENED: -1.0}
_OPENINGS = {Label.HARDENED: "firmer", Label.SOFTENED: "milder", Label.REVERSED: "turned round"}


def compose_evidence(comparison: Comparison, label: Label, lexicon: Lexicon) -> tuple[Row, ...]:
    """What differs between the statements, verbatim, the most telling for `label` first; of a restatement what is the same."""
    old, new = comparison.before, comparison.after
    if label is Label.UNRELATED:
        return _short_rows([("words", *_topics(comparison, lexicon))])
    if label is Label.RESTATED:
        both = [word for word in find_topics(new, (), lexicon, 8) if _is_shared(word, comparison, lexicon)]
        shared = ", ".join(both[:3])
        one, other = quote_stance(old, lexicon) or quote_opening(old), quote_stance(new, lexicon) or quote_opening(new)
        stretches = find_stretches(old, new, lexicon)
        if one.lower() == other.lower() and stretches and all(found := (stretches[0].before, stretches[0].after)):
            one, other = found
        return _short_rows([("stance", one, other), ("shared", shared, shared)])
    rows = [*_steps(comparison, label, lexicon), *_conditions(comparison, lexicon), *_figures(comparison, label)]
    rows += [*_details(comparison, lexicon), *_words(comparison, label, lexicon)]
    ordered = sorted(((_weigh(row, label), row[2]) for row in rows), key=lambda pair: -pair[0])
    told: dict[tuple[str, str], Row] = {}
    for _, row in ordered:
        told.setdefault(row[1:], row)
    return _short_rows(list(told.values()))


def compose_why(label: Label, evidence: Sequence[Row]) -> str:
    """One sentence, without a full stop, that names the first evidence for the label."""
    aspect, before, after = next(iter(evidence), ("words", "", ""))
    if label is Label.RESTATED:
        return _tell_restated(evidence)
    if label is Label.UNRELATED:
        return f"another matter: it was about {before or 'less'}, it is now about {after or 'less'}"
    opening = ""
    match aspect:
        case "condition" if not (before and after):
            return f"condition added: '{after}'" if after else f"condition dropped: '{before}'"
        case "concession" if not (before and after):
            return f"now whatever comes: '{after}'" if after else f"no longer whatever comes: '{before}' left out"
        case "demand raised" | "demand lowered" | "offer raised" | "offer lowered" | "threat raised" | "threat lowered" | "figure":
            opening = "figure changed" if aspect == "figure" else aspect
            return (
                f"{opening} from {_without_tail(before, after)} to {after}"
                if before and after
                else f"{opening}: '{before or after}'"
            )
        case "refusal dropped" | "now refused" | "firmer" | "milder":
            opening = aspect
        case "order":
            opening = "order of steps turned round"
        case "deed":
            opening = "opposite deed"
        case "condition" | "concession" | "time":
            opening = f"{aspect} changed"
        case "scope":
            opening = _OPENINGS.get(label, "scope changed")
        case _:
            opening = _OPENINGS.get(label, "detail changed")
    if before and after:
        return f"{opening}: '{before}' is now '{after}'"
    return f"{opening}: '{after}' added" if after else f"{opening}: '{before}' left out"


def _tell_restated(evidence: Sequence[Row]) -> str:
    rows = {aspect: (before, after) for aspect, before, after in evidence}
    before, after = next((pair for aspect, pair in rows.items() if aspect != "shared" and all(pair)), ("", ""))
    shared = rows.get("shared", ("", ""))[0]
    both = f"; in both: {shared}" if shared else ""
    if before and after and before.lower() != after.lower():
        return f"same position in other words: '{before}' then, '{after}' now{both}"
    if before and after:
        return f"same position: '{after}' then and now{both}"
    return f"same position in other words{both}" if evidence else "same position: the same words in another order"


# ---- rows -------------------------------------------------------------------------------------------------------------------


def _weigh(row: Weighed, label: Label) -> float:
    """How telling the row is for the label."""
    weight, way, (aspect, *_) = row
    if label is Label.AMENDED:
        return weight + 5 * (aspect in _FACTS)
    if label is Label.REVERSED:
        return weight if aspect in _TURNS or aspect == "words" else 0.001 * weight
    wanted = _WAYS.get(label, 0.0)
    return weight * (1.0 if way * wanted > 0 else _AGAINST if way * wanted < 0 else 0.5)


def _steps(comparison: Comparison, label: Label, lexicon: Lexicon) -> list[Weighed]:
    """Rows of the ladder, of negation, of opposite deeds and of the order of steps."""
    f, old, new = comparison.features, comparison.before, comparison.after
    found: list[Weighed] = []
    if f.order:
        found.append((1.0, 0.0, ("order", quote_opening(old), quote_opening(new))))
    one, other = quote_stance(old, lexicon), quote_stance(new, lexicon)
    if old.refusing != new.refusing:
        one, other = one or quote_opening(old), other or quote_opening(new)
    if (f.opposed or f.ladder_step or old.refusing != new.refusing) and one and other and one.lower() != other.lower():
        aspect = _OPENINGS.get(label, "commitment")
        if old.refusing and not new.refusing and label is not Label.HARDENED:
            aspect = "refusal dropped"
        elif new.refusing and not old.refusing and label is not Label.SOFTENED:
            aspect = "now refused"
        # whatever its deed does to the other side: the words that set the stance show best why the judge told a step
        found.append((3.0 if f.opposed else max(abs(f.ladder_step), 0.25), _WAYS.get(label, 0.0), (aspect, one, other)))
    for pair in comparison.antonyms[:1]:
        said = quote_lemma(old, pair[0]), quote_lemma(new, pair[1])
        if all(said) and not any(lemma in lexicon.grammar.function or lemma in lexicon.grammar.prepositions for lemma in pair):
            found.append((2.0 if label is Label.REVERSED else 0.0005, 0.0, ("deed", *said)))
    return found


def _figures(comparison: Comparison, label: Label) -> list[Weighed]:
    f = comparison.features
    step = f.figure_step if f.figure_step * _WAYS.get(label, f.figure_step) > 0 else 0.0
    role = "demand" if f.demand else "offer" if f.giving else "threat" if f.burden else ""
    rows = []
    for one, other in comparison.figures[:3]:
        aspect = f"{role} {'raised' if other.value > one.value else 'lowered'}" if role and step else "figure"
        rows.append((1.5 if f.demand and step else 0.5, step, (aspect, one.text, other.text)))
    return rows


def _conditions(comparison: Comparison, lexicon: Lexicon) -> list[Weighed]:
    """Conditions of one side that the other does not have, paired in order."""
    step = comparison.features.condition_step
    gone, come = (_clauses(side.content, side.conditions, lexicon) for side in (comparison.before, comparison.after))
    kept = {text for _, text in gone} & {text for _, text in come}
    if len(gone) == len(come) == 1 and gone[0][0] is not come[0][0]:
        gone, come = [(False, gone[0][1])], [(False, come[0][1])]  # "even if" is now "unless"
    rows: list[Weighed] = []
    differing = " ".join(f"{s.before} {s.after}" for s in find_stretches(comparison.before, comparison.after, lexicon)).lower()
    for concedes in (False, True):
        left, right = ([text for kind, text in clauses if kind is concedes and text not in kept] for clauses in (gone, come))
        for k in range(min(max(len(left), len(right)), 3)):
            row = left[k] if k < len(left) else "", right[k] if k < len(right) else ""
            # where all else is the same, what is no part of the difference is no evidence ("without exception accept it")
            if differing and not all(row) and not any(_begins(text, differing) for text in row):
                continue
            rows.append((0.1 if concedes else 0.4 * max(abs(step), 0.5), step, ("concession" if concedes else "condition", *row)))
    return rows


def _begins(clause: str, differing: str) -> bool:
    """Whether the clause, with its first words at least, stands in what differs."""
    return bool(clause) and " ".join(clause.lower().split()[:4]) in differing


def _clauses(words: Words, conditions: Sequence[Condition], lexicon: Lexicon) -> list[tuple[bool, str]]:
    """Each condition as (whether it concedes, its words); what has an opener and no clause behind it is none."""
    found = []
    for c in conditions:
        opener, rest = words.lower[c.start], range(c.start + 1, c.end)
        clause = any(words.lemmas[i] in lexicon.verbs or words.lower[i] in lexicon.grammar.finite for i in rest)
        if opener == "once" and words.lower[c.start + 1 : c.start + 2] == ["in"]:
            continue  # "once in five years"
        if len(rest) >= 2 and (clause or opener not in lexicon.grammar.prepositions or opener == "without"):
            found.append((c.kind is ConditionKind.CONCEDE, words.between(c.start, c.end)))
    return found


def _details(comparison: Comparison, lexicon: Lexicon) -> list[Weighed]:
    """Rows of time, scope and names."""
    f, old, new = comparison.features, comparison.before, comparison.after
    found: list[Weighed] = []
    one, other = (next(iter(side.stance.deadlines), "") for side in (old, new))
    if not f.time_changed and one and other and one.lower() != other.lower():
        found.append((0.0005, 0.0, ("time", one, other)))
    if f.time_changed:
        found.append((0.3 + 0.3 * abs(f.time_step), f.time_step, ("time", one, other)))
    scopes = find_scopes(old, lexicon), find_scopes(new, lexicon)
    if f.scope_step and scopes[0].lower() != scopes[1].lower():
        found.append((0.12 * abs(f.scope_step) if all(scopes) else 0.0005, f.scope_step, ("scope", *scopes)))
    if f.names_changed and all(names := find_names(old, new)):
        found.append((0.0005, 0.0, ("name", *names)))
    return found


def _words(comparison: Comparison, label: Label, lexicon: Lexicon) -> list[Weighed]:
    """The stretches in which two statements of nearly the same words differ; of unlike ones their first words."""
    old, new = comparison.before, comparison.after
    found: list[Weighed] = []
    for stretch in find_stretches(old, new, lexicon):
        aspect = "turned round" if label is Label.REVERSED else "words"
        found.append(
            (
                0.15 * stretch.weight + (1.2 if label is Label.REVERSED else 0.2) * stretch.negated,
                0.0,
                (aspect, stretch.before, stretch.after),
            )
        )
    one, other = quote_stance(old, lexicon), quote_stance(new, lexicon)
    if not one or not other or one.lower() == other.lower():
        one, other = quote_opening(old), quote_opening(new)
    if one.lower() != other.lower():
        found.append((0.001, 0.0, ("words", one, other)))
    return found


def _topics(comparison: Comparison, lexicon: Lexicon) -> tuple[str, str]:
    old, new = comparison.before, comparison.after
    one, other = (
        {form for text in (side.content.text,) for words in (parse_words(text, lexicon),) for form in (*words.lower, *words.lemmas)}
        for side in (old, new)
    )
    return _enumerate(find_topics(old, other, lexicon)), _enumerate(find_topics(new, one, lexicon))


def _is_shared(word: str, comparison: Comparison, lexicon: Lexicon) -> bool:
    words = parse_words(word, lexicon)
    return bool(words.lemmas) and (
        words.lemmas[0] in comparison.before.content.lemmas or words.lower[0] in comparison.before.content.lower
    )


def _enumerate(words: Sequence[str]) -> str:
    return ", ".join(words) if len(words) < 2 else f"{', '.join(words[:-1])} and {words[-1]}"


def _without_tail(text: str, other: str) -> str:
    """`text` without the words at its end that `other` ends in too: "50 billion euros" and "80 billion euros" give "50"."""
    left, right = text.split(), other.split()
    while len(left) > 1 and right and left[-1] == right[-1]:
        left.pop()
        right.pop()
    return " ".join(left)


def _short_rows(rows: Sequence[Row]) -> tuple[Row, ...]:
    return tuple((aspect, _short(one), _short(other)) for aspect, one, other in rows if one or other)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST].rsplit(' ', 1)[0]} ..."
