"""The structured comparison of two statements of one party: what differs, and whom the difference favours. Pure.

Every signed figure is positive where the later statement is harder on the other side; swapping the statements turns its sign
and leaves everything else as it is.
"""

from dataclasses import dataclass
from typing import NamedTuple

from rapidfuzz import fuzz

from tracker.changes.sides import Side, find_hardness, find_side, find_steps
from tracker.language.lexicon import Lexicon
from tracker.model import Commitment, Polarity, Quantity, Stance

_MOST_FIGURES = 20


class Features(NamedTuple):
    """The comparison as numbers for a small model. Ratios are 0 to 1, flags 0 or 1, steps signed (positive: harder)."""

    likeness: float
    likeness_known: float
    wording: float
    """rapidfuzz's ratio of the contents."""
    word_set: float
    """rapidfuzz's ratio of the sorted words."""
    shared: float
    """Shared content words over those of the shorter statement."""
    opposed: float
    """The stances stand at opposite ends of the ladder."""
    denied: float
    """One statement is negated, the other is not, and neither or only one stands on a rung."""
    antonyms: float
    order: float
    """The order of two steps is turned round."""
    both_on_ladder: float
    ladder_step: float
    rung_before: float
    rung_after: float
    condition_step: float
    conditions_changed: float
    figure_step: float
    figures_changed: float
    time_step: float
    time_changed: float
    scope_step: float
    names_changed: float
    demand: float
    burden: float
    giving: float
    forecast: float
    schedule: float
    pause_step: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two sides, their features, and the pairs of words and figures that the features stand on."""

    before: Side
    after: Side
    features: Features
    antonyms: tuple[tuple[str, str], ...]
    figures: tuple[tuple[Quantity, Quantity], ...]


def find_features(
    before: str,
    after: str,
    before_stance: Stance,
    after_stance: Stance,
    lexicon: Lexicon,
    likeness: float | None = None,
) -> Features:
    """The structured comparison as named numbers, for a trained judge; the arguments are those of `compare_stances`."""
    return find_evidence(before, after, before_stance, after_stance, lexicon, likeness).features


def find_evidence(
    before: str, after: str, before_stance: Stance, after_stance: Stance, lexicon: Lexicon, likeness: float | None = None
) -> Comparison:
    """Everything that differs between two statements; linear in their length, which is bounded."""
    old, new = find_side(before, before_stance, lexicon), find_side(after, after_stance, lexicon)
    demand = old.demanding or new.demanding
    burden = min(old.bearing, new.bearing) < 0 and not demand
    giving = not demand and not burden and (max(old.bearing, new.bearing) > 0)
    # who asks for more or threatens with more is harder, who gives more is milder; of others a figure is a mere fact
    direction = 1 if demand or burden else -1 if giving else 0
    if (old.refusing and new.refusing) or old.forecast or new.forecast:
        direction = 0
    figures = _changed_figures(old, new)
    antonyms = _antonyms(old, new, lexicon)
    opposed = _opposed(old, new)
    denied = (old.stance.polarity is Polarity.AGAINST) != (new.stance.polarity is Polarity.AGAINST) and not opposed
    hardness_before, hardness_after = find_hardness(old, old.bearing or new.bearing), find_hardness(new, new.bearing or old.bearing)
    comparable = hardness_before is not None and hardness_after is not None
    ladder_step = (hardness_after or 0.0) - (hardness_before or 0.0) if comparable else 0.0
    if old.stance.commitment is new.stance.commitment and not (old.demanding and new.demanding):
        ladder_step = 0.0
    condition_step = _condition_step(old, new)
    time_step = _time_step(old, new, 0 if (old.schedule or new.schedule) and not demand and not burden else direction)
    left, right = " ".join(old.content.lower), " ".join(new.content.lower)
    return Comparison(
        before=old,
        after=new,
        antonyms=antonyms,
        figures=figures,
        features=Features(
            likeness=likeness if likeness is not None else 0.0,
            likeness_known=float(likeness is not None),
            wording=fuzz.ratio(left, right) / 100,
            word_set=fuzz.token_sort_ratio(left, right) / 100,
            shared=_shared(old.lemmas, new.lemmas),
            opposed=float(opposed),
            denied=float(denied),
            antonyms=float(len(antonyms) % 2),
            order=float(_is_turned(old, new, lexicon)),
            both_on_ladder=float(comparable),
            ladder_step=ladder_step,
            rung_before=_rung(old.stance),
            rung_after=_rung(new.stance),
            condition_step=condition_step,
            conditions_changed=float(old.restriction != new.restriction),
            figure_step=_figure_step(figures, old, new, direction),
            figures_changed=float(bool(figures)),
            time_step=time_step,
            time_changed=float(_times_differ(old, new)),
            scope_step=_scope_step(old, new),
            names_changed=float(bool(old.names - new.names and new.names - old.names)),
            demand=float(demand),
            burden=float(burden),
            giving=float(giving),
            forecast=float(old.forecast or new.forecast),
            schedule=float(old.schedule and new.schedule),
            pause_step=(float(old.pauses) - float(new.pauses)) * (1.0 if burden or demand else 0.5),
        ),
    )


def _rung(stance: Stance) -> float:
    return stance.commitment.rung / 9 if stance.commitment is not None else 0.5


def _opposed(old: Side, new: Side) -> bool:
    """One side at the refusing end of the ladder, the other at the willing end or demanding the same thing."""
    one, other = old.stance.commitment, new.stance.commitment
    if one is None or other is None:
        return False
    low, high = sorted((one.rung, other.rung))
    if Commitment.INSISTS in (one, other) and any(
        side.stance.commitment is Commitment.OPEN_TO and side.stance.polarity is Polarity.NEUTRAL for side in (old, new)
    ):
        return True  # "need not" and "must"
    return low <= Commitment.OPPOSES.rung and high >= Commitment.READY_TO.rung


def _shared(one: frozenset[str], other: frozenset[str]) -> float:
    smaller = min(len(one), len(other))
    return len(one & other) / smaller if smaller else 0.0


def _condition_step(old: Side, new: Side) -> float:
    """A condition added is harder on a promise and milder on a refusal, a demand or a threat."""
    step = new.restriction - old.restriction
    holds_back = (old.refusing and new.refusing) or (
        not (old.refusing or new.refusing) and min(old.bearing, new.bearing) < 0 and not (old.demanding or new.demanding)
    )
    return -step if holds_back else step


def _changed_figures(old: Side, new: Side) -> tuple[tuple[Quantity, Quantity], ...]:
    """Figures of one unit that stand on both sides with another value, smallest with smallest."""
    here, there = ([q for q, _ in side.figures[:_MOST_FIGURES]] for side in (old, new))
    changed: list[tuple[Quantity, Quantity]] = []
    for unit in sorted({q.unit for q in here} & {q.unit for q in there}):
        left, right = ({q.value: q for q in figures if q.unit == unit} for figures in (here, there))
        gone, come = ([a[value] for value in sorted(a.keys() - b.keys())] for a, b in ((left, right), (right, left)))
        changed.extend(zip(gone, come, strict=False))
    if not changed and len(here) == len(there) == 1 and here[0].unit != there[0].unit and here[0].value != there[0].value:
        one, other = here[0], there[0]
        if not one.unit or not other.unit or old.forecast or new.forecast or _alike(old, new):
            changed.append((one, other))
    return tuple(changed)


def _alike(old: Side, new: Side) -> bool:
    """Whether no measured unit stands in the way: two counted nouns may name the same things."""
    units = ("percent", "euro", "dollar", "pound", "day")
    return all(quantity.unit not in units for side in (old, new) for quantity, _ in side.figures) and old.breadth == new.breadth


def _figure_step(figures: tuple[tuple[Quantity, Quantity], ...], old: Side, new: Side, direction: int) -> float:
    """-1, 0 or 1: which way the changed figures go for the party; a lower ceiling asks for more."""
    if not figures or not direction:
        return 0.0
    rises = sum(1 if other.value > one.value else -1 for one, other in figures)
    changed = {id(q) for pair in figures for q in pair}
    ceiling = direction > 0 and any(bound for side in (old, new) for q, bound in side.figures if id(q) in changed)
    return float(max(-1, min(1, rises)) * direction * (-1 if ceiling else 1))


def _times_differ(old: Side, new: Side) -> bool:
    return old.moment is not None and new.moment is not None and old.moment != new.moment


def _time_step(old: Side, new: Side, direction: int) -> float:
    """An earlier time is harder on the other side where the party demands or threatens, milder where it yields."""
    one, other = old.moment, new.moment
    if one is None or other is None or one.scale != other.scale or one.value == other.value:
        return 0.0
    return float(direction) * (1.0 if other.value < one.value else -1.0)


def _scope_step(old: Side, new: Side) -> float:
    """A wider demand, threat or refusal is harder, a wider concession milder."""
    step = max(-2, min(2, new.breadth - old.breadth))
    yields = (old.bearing > 0 or new.bearing > 0) and not (old.refusing or new.refusing or old.demanding or new.demanding)
    return float(-step if yields else step)


def _antonyms(old: Side, new: Side, lexicon: Lexicon) -> tuple[tuple[str, str], ...]:
    """Words of one side whose opposite stands only on the other."""
    found = []
    table = lexicon.antonyms
    here, there = ([w for w in side.deeds if w in table] for side in (old, new))
    for one in here:
        for other in there:
            if (
                one != other
                and one not in there
                and other not in here
                and any((number, 1 - side) in table[other] for number, side in table[one])
            ):
                found.append((one, other))
    return tuple(found[:4])


def _is_turned(old: Side, new: Side, lexicon: Lexicon) -> bool:
    """Whether two steps stand in the one order here and in the other order there."""
    one, other = find_steps(old, lexicon), find_steps(new, lexicon)
    if one is None or other is None:
        return False
    straight = min(_shared(one[0], other[0]), _shared(one[1], other[1]))
    turned = min(_shared(one[0], other[1]), _shared(one[1], other[0]))
    return turned > straight and turned >= 0.5
