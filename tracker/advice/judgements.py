"""How a stance changed, asked of a language model. Only a label and words of the two statements are taken from the answer. Pure."""

from dataclasses import dataclass
from typing import Any, Final

from tracker.advice.questions import DATA, Question, RefusedError, check_object, compose_material
from tracker.model import Label

VERSION: Final = 1
LABELS: Final = (Label.RESTATED, Label.AMENDED, Label.SOFTENED, Label.HARDENED, Label.REVERSED, Label.UNRELATED)
ASPECTS: Final = ("commitment", "condition", "figure", "time", "scope", "deed", "order", "name", "words")
_NEEDS_EVIDENCE: Final = frozenset({Label.AMENDED, Label.SOFTENED, Label.HARDENED, Label.REVERSED})
_LONGEST: Final = 4000
_MOST_ROWS: Final = 5

INSTRUCTIONS: Final = f"""You compare two statements of one party, an earlier one (before) and a later one (after), and tell how the
party's stance changed. The labels:
- restated: the same stance, in the same or in other words. A promise kept or repeated is restated.
- amended: a detail differs (date, place, person, count, figure) and the stance is neither firmer nor milder.
- softened: the party gives way: a refusal becomes a perhaps, a demand gets smaller or later, an offer larger, a threat weaker.
- hardened: the opposite: a perhaps becomes a refusal or an insistence, a demand grows, an offer shrinks, a condition is added.
- reversed: the party now says the opposite about the same thing: would sign, would not sign.
- unrelated: the statements are about different matters, however alike their words.
Judge the stance, not the wording. Negation, conditions and figures count for more than likeness.
As evidence give up to {_MOST_ROWS} pairs of words that show the change, the most telling first: each side copied letter for
letter from its statement and as short as it can be ("will not", "at least 50 million"), empty where only the other statement has
something. For restated and unrelated evidence may be empty. Confidence is your own, from 0 to 1.
{DATA}
Answer with one JSON object that follows the schema, and nothing else."""

SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["label", "confidence", "evidence"],
    "properties": {
        "label": {"type": "string", "enum": [str(label) for label in LABELS]},
        "confidence": {"type": "number", "minimum": 0, "maximum": 1},
        "evidence": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["aspect", "before", "after"],
                "properties": {
                    "aspect": {"type": "string", "enum": list(ASPECTS)},
                    "before": {"type": "string", "description": "Copied from before, or empty."},
                    "after": {"type": "string", "description": "Copied from after, or empty."},
                },
            },
        },
    },
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """A label with the words that show it: rows of (aspect, before, after), each side verbatim in its statement or empty."""

    label: Label
    confidence: float
    evidence: tuple[tuple[str, str, str], ...]


def compose_question(before: str, after: str, party: str = "", subject: str = "") -> Question[Verdict]:
    """The question for two statements; very long ones are cut."""
    before, after = before[:_LONGEST], after[:_LONGEST]
    facts = {"party": party[:200], "before": before, "after": after}
    return Question(
        task="judge",
        version=VERSION,
        subject=subject,
        instructions=INSTRUCTIONS,
        material=compose_material(facts),
        schema=SCHEMA,
        parse=lambda value: parse_verdict(value, before, after),
    )


def parse_verdict(value: object, before: str, after: str) -> tuple[Verdict, int]:
    """The verdict in a decoded answer, and how many pieces of evidence were dropped since they do not stand in the statements.

    Raises RefusedError where the schema is not followed, or where a change is told without evidence that holds.
    """
    answer = check_object(value, {"label": str, "confidence": (int | float), "evidence": list})  # type: ignore[dict-item]
    if isinstance(answer["confidence"], bool) or not 0 <= answer["confidence"] <= 1:
        raise RefusedError("the answer does not follow the schema")
    label = next((label for label in LABELS if label == answer["label"]), None)
    if label is None:
        raise RefusedError("the answer does not follow the schema")
    rows = []
    for item in answer["evidence"]:
        row = check_object(item, {"aspect": str, "before": str, "after": str})
        if row["aspect"] not in ASPECTS:
            raise RefusedError("the answer does not follow the schema")
        rows.append((row["aspect"], row["before"].strip(), row["after"].strip()))
    kept = [row for row in rows if row[1] != row[2] and row[1] in before and row[2] in after][:_MOST_ROWS]
    if label in _NEEDS_EVIDENCE and not kept:
        raise RefusedError("the evidence does not stand in the statements")
    return Verdict(label, float(answer["confidence"]), tuple(kept)), len(rows) - len(kept)
