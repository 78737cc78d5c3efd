"""Which change: the label of two statements of one party, by a trained judge and rules over the structured comparison. Pure.

The judge (`language/judge.py`) reads both statements and gives every label a chance; the rules look at their structure:
polarity, commitment, conditions, times and figures are looked at before likeness. Likeness decides only whether the two may be
compared at all, and how the wording moved. A step from one end of the ladder of `model.Commitment` to the other is a reversal;
a step that begins or ends between them is a move.
"""

import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tracker.changes.evidence import Features, find_evidence
from tracker.changes.explain import compose_evidence, compose_why
from tracker.language.lexicon import Lexicon
from tracker.model import Judgement, Label, Stance

_SIGN = re.compile(r"(?<!\S)[-−](?=\d)")
_SAME_WORDING = 0.98
_FEW_SHARED = 0.34
"""Below this share of common content words two statements of a pair hang together by meaning alone."""
_LINE = (0.30, 0.60)
"""Likeness at least expected of statements on one matter: the first number and the second times the surface likeness."""
_UNDECIDED = 0.25
"""Confidence where no rule holds."""
_RULES_WEIGHT = 0.3
"""How much the rules count beside the judge; fitted to domains that the judge was not trained on."""
_RESTATED = 4.0
"""How much likelier a party repeats itself in the news than in the judge's training, where all labels are as frequent."""
_SURE = 0.7
"""Chance of a move, of whatever kind, from which the news tells one."""
_SUSPECTED = 0.5
"""Chance of a move from which `why` tells of the suspicion."""
_NEARLY = 0.9999
"""Only the same words are certain to say the same."""
_CERTAIN = 0.8
"""Confidence from which a reversal that the rules do not see is called one without "possible"."""
_FLOOR = 0.25
"""Cosine below which two statements are taken for different matters whatever their words."""


@dataclass(frozen=True, slots=True)
class _Rule:
    """A test on the features, the label that it gives, and how often that label is right where the rule fires."""

    name: str
    label: Label | None
    """None: hardened or softened, by the sign of the move."""
    confidence: float
    holds: Callable[[Features], bool]


def compare_stances(
    before: str,
    after: str,
    before_stance: Stance,
    after_stance: Stance,
    lexicon: Lexicon,
    likeness: float | None = None,
    chances: Mapping[Label, float] | None = None,
) -> Judgement:
    """How the later statement stands to the earlier one, with the reason in words.

    `likeness` is the cosine of the two sentence vectors, where the caller has them; without it shared words stand in. `chances`
    are the judge's; without them the rules decide alone. Nothing raises; the time is bounded whatever the length. The same text
    twice is always `restated`; with the statements swapped, `hardened` and `softened` swap and every other label stays.
    """
    words = _plain(before)
    if words == _plain(after) and (words or before.split() == after.split()):
        return Judgement(Label.RESTATED, "same position: the same words", 1.0)
    if not (before.strip() and after.strip()):
        return Judgement(Label.UNRELATED, "another matter: one statement is empty", 1.0)
    comparison = find_evidence(before, after, before_stance, after_stance, lexicon, likeness)
    ruled, share = find_label(comparison.features)
    label, confidence = _weigh(chances, ruled, share) if chances else (ruled, share)
    evidence = compose_evidence(comparison, label, lexicon)
    why = compose_why(label, evidence)
    if chances and label is Label.REVERSED and ruled is not label and confidence < _CERTAIN:
        why = f"possible reversal: {why}"
    return Judgement(label, why, confidence, evidence)


def compare_news(
    before: str,
    after: str,
    before_stance: Stance,
    after_stance: Stance,
    lexicon: Lexicon,
    likeness: float,
    chances: Mapping[Label, float],
    related: float,
) -> Judgement:
    """How the news reports it, for statements that are about one matter with the chance `related`: never `unrelated`.

    Most statements repeat the last one, so that a move has to be surer than its opposite: what is not sure enough counts as
    restated, and what was suspected stays in `why`. A reader who is alarmed for nothing stops reading. `confidence` is the
    chance of a move where one is told.
    """
    if _plain(before) == _plain(after):
        return Judgement(Label.RESTATED, "same position: the same words", 1.0)
    comparison = find_evidence(before, after, before_stance, after_stance, lexicon, likeness)
    ruled, share = find_label(comparison.features)
    weighed: dict[Label, float] = {label: chance for label, chance in chances.items() if label is not Label.UNRELATED}
    weighed[Label.RESTATED] *= _RESTATED
    posterior = _combine(weighed, ruled, share)
    moves = {label: chance for label, chance in posterior.items() if label is not Label.RESTATED}
    label, moved = max(moves, key=lambda label: moves[label]), related * sum(moves.values())
    if moved >= _SURE:
        evidence = compose_evidence(comparison, label, lexicon)
        why = compose_why(label, evidence)
        if label is Label.REVERSED and ruled is not label and related * posterior[label] < _CERTAIN:
            why = f"possible reversal: {why}"
        return Judgement(label, why, min(round(moved, 4), _NEARLY), evidence)
    if moved < _SUSPECTED:
        evidence = compose_evidence(comparison, Label.RESTATED, lexicon)
        return Judgement(Label.RESTATED, compose_why(Label.RESTATED, evidence), min(round(1 - moved, 4), _NEARLY), evidence)
    evidence = compose_evidence(comparison, label, lexicon)
    why = f"no clear change, perhaps {label}: {compose_why(label, evidence)}"
    return Judgement(Label.RESTATED, why, min(round(1 - moved, 4), _NEARLY), evidence)


def _plain(text: str) -> list[str]:
    """The words alone, for two outlets set marks, capitals and a leading "that" differently; signs of numbers are no marks."""
    kept = _SIGN.sub("minus ", text.lower().replace("’", "'"))
    words = "".join(c if c.isalnum() or c in "'%" or unicodedata.category(c)[0] in "MS" else " " for c in kept).split()
    return words[1:] if words[:1] == ["that"] else words


def _weigh(chances: Mapping[Label, float], ruled: Label, share: float) -> tuple[Label, float]:
    """The likeliest label and its chance."""
    posterior = _combine(chances, ruled, share)
    best = max(posterior, key=lambda label: posterior[label])
    return best, round(posterior[best], 4)


def _combine(chances: Mapping[Label, float], ruled: Label, share: float) -> dict[Label, float]:
    """The product of the judge's chance and, to the power of `_RULES_WEIGHT`, the rules' one; all add up to 1."""
    other = (1 - share) / (len(Label) - 2)  # `new` aside
    scores = {
        label: math.log(max(chance, 1e-6)) + _RULES_WEIGHT * math.log(max(share if label is ruled else other, 1e-6))
        for label, chance in chances.items()
    }
    most = max(scores.values())
    total = sum(math.exp(score - most) for score in scores.values())
    return {label: math.exp(score - most) / total for label, score in scores.items()}


def find_label(features: Features) -> tuple[Label, float]:
    """The first rule that holds decides; its share of right answers on the training pairs is the confidence."""
    for rule in _RULES:
        if rule.holds(features):
            if rule.label is not None:
                return rule.label, rule.confidence
            return (Label.HARDENED if find_move(features) > 0 else Label.SOFTENED), rule.confidence
    return Label.RESTATED, _UNDECIDED


def find_move(features: Features) -> float:
    """How far the later statement is harder (positive) or milder (negative) than the earlier one, from all that has a direction."""
    f = features
    if f.demand and f.figure_step:
        return f.figure_step  # where a figure and the wording change together, the direction of the demand decides
    condition = f.condition_step if abs(f.ladder_step) < 0.3 else 0.0
    return (
        1.0 * f.ladder_step + 0.4 * condition + 0.4 * f.figure_step + 0.3 * f.time_step + 0.12 * f.scope_step + 0.3 * f.pause_step
    )


def _is_distant(f: Features) -> bool:
    """Few words in common: whatever differs between them may be wording alone."""
    return f.shared < _FEW_SHARED


def _is_other_matter(f: Features) -> bool:
    """The frame is the same and the meaning is not: much in common on the surface for so little likeness."""
    expected = _LINE[0] + _LINE[1] * max(f.wording, f.word_set)
    return bool(f.likeness_known) and not _is_distant(f) and f.likeness < expected


def _is_moved(f: Features) -> bool:
    """Whether the structure differs although the words are the same."""
    return bool(f.opposed or f.denied or f.condition_step or f.scope_step or _is_fact(f)) or abs(find_move(f)) >= 0.1


def _is_fact(f: Features) -> bool:
    return bool(f.figures_changed or f.time_changed or f.names_changed)


_RULES = (
    _Rule("order", Label.REVERSED, 0.88, lambda f: bool(f.order)),
    _Rule("same wording", Label.RESTATED, 0.7, lambda f: f.word_set >= _SAME_WORDING and not _is_moved(f)),
    _Rule("far apart", Label.UNRELATED, 0.7, lambda f: bool(f.likeness_known) and f.likeness < _FLOOR),
    _Rule("opposed", Label.REVERSED, 0.91, lambda f: bool(f.opposed) and not f.antonyms and not _is_distant(f)),
    _Rule(
        "antonym",
        Label.REVERSED,
        0.85,
        lambda f: bool(f.antonyms) and not (f.opposed or _is_distant(f)) and abs(f.ladder_step) < 0.3,
    ),
    _Rule("move in other words", None, 0.55, lambda f: _is_distant(f) and f.likeness >= 0.6 and abs(f.ladder_step) >= 0.4),
    _Rule("paraphrase", Label.RESTATED, 0.7, _is_distant),
    _Rule("ladder", None, 0.77, lambda f: abs(f.ladder_step) >= 0.2 and abs(find_move(f)) >= 0.1),
    _Rule("fact", Label.AMENDED, 0.86, lambda f: _is_fact(f) and abs(find_move(f)) < 0.1),
    _Rule("move", None, 0.7, lambda f: abs(find_move(f)) >= 0.1 and not _is_other_matter(f)),
    _Rule("other matter", Label.UNRELATED, 0.73, _is_other_matter),
    _Rule("schedule", Label.AMENDED, 0.68, lambda f: bool(f.schedule or f.forecast) and f.shared < 1),
)
