"""`tracker explain`: how a position or a change came about, for a person who doubts it."""

from tracker.digest.phrases import clean_text
from tracker.model import Position, Trace

LIMIT = 600
"""Characters of a text that are shown."""


def render_trace(trace: Trace) -> str:
    """Evidence, offsets, rules and the earlier position, one fact a line."""
    position = trace.position
    lines = [f"position {position.id}", *_describe(position), ""]
    text = trace.article.text
    context = _clean(text[trace.context.start : trace.context.end])
    lines += [f"  in the text   {context}", ""]
    for name, spans in (
        ("source", position.attribution.source),
        ("cue", position.attribution.cue),
        ("content", position.attribution.content),
    ):
        for span in spans:
            lines.append(f"  {name:13} {span.start}-{span.end}  {_clean(text[span.start : span.end])}")
    lines += [
        f"  party by      {position.rule or 'unknown'}",
        f"  confidence    {position.attribution.confidence:.2f} of {_clean(trace.extractor) or 'the tagger'}",
    ]
    if trace.change:
        judgement = trace.change.judgement
        lines += [
            "",
            f"change {trace.change.id}",
            f"  label         {judgement.label} (confidence {judgement.confidence:.2f})",
            f"  why           {_clean(judgement.why)}",
        ]
        if trace.judge:
            lines.append(f"  judged by     {_clean(trace.judge)}, a language model; its evidence stands in the statements")
        lines += [
            f"  {aspect:13} {_clean(before) or '-'} -> {_clean(after) or '-'}"
            for aspect, before, after in judgement.evidence
        ]
    if trace.earlier:
        lines += ["", f"earlier position {trace.earlier.id}", *_describe(trace.earlier)]
    elif not trace.change:
        lines += ["", "no earlier position of this party on this issue"]
    return "\n".join(lines)


def _describe(position: Position) -> list[str]:
    stance = position.stance
    described = [
        f"  party         {_clean(position.party)}, speaker {_clean(position.speaker)}",
        f"  issue         {_clean(position.issue.name)}",
        f"  statement     {_clean(position.statement)}",
        f"  stance        {stance.polarity}, {stance.commitment or 'no rung of the ladder'}",
        f"  article       {_clean(position.origin)}, {position.published:%Y-%m-%d}, {_clean(position.outlet)}",
    ]
    if stance.conditions:
        described.append(f"  conditions    {'; '.join(map(_clean, stance.conditions))}")
    if stance.quantities:
        described.append(f"  figures       {'; '.join(_clean(q.text) for q in stance.quantities)}")
    if position.recalled:
        described.append("  recalled      background, never compared")
    return described


def _clean(text: str) -> str:
    return clean_text(text, LIMIT)
