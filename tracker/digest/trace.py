"""`tracker explain`: how a position or a change came about, for a person who doubts it."""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise

from tracker.digest.differences import compare_words, join_pieces
from tracker.digest.phrases import clean_text, count_noun
from tracker.model import Correction, Corrector, Position, Trace, Version

LIMIT = 600
"""Characters of a text that are shown."""
MOST_LINES = 200
"""Lines of a comparison of two texts that are shown."""


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
            f"  {aspect:13} {_clean(before) or '-'} -> {_clean(after) or '-'}" for aspect, before, after in judgement.evidence
        ]
    if trace.earlier:
        lines += ["", f"earlier position {trace.earlier.id}", *_describe(trace.earlier)]
    elif not trace.change:
        lines += ["", "no earlier position of this party on this issue"]
    for correction in trace.corrections:
        lines += ["", *_correct(correction)]
    if len(trace.versions) > 1:
        lines += ["", render_versions(trace.versions)]
    return "\n".join(lines)


def render_versions(versions: Sequence[Version]) -> str:
    """Every text of an article, and word by word what its outlet changed from one to the next: lines that are gone with "-",
    lines that came with "+", in both the words that differ between *asterisks*."""
    lines = [f"article {versions[0].first}", f"  {_clean(versions[0].article.origin)}, {count_noun(len(versions), 'text')}"]
    for version in versions:
        read = f"read {version.seen:%Y-%m-%d %H:%M}, {len(version.article.text):,} characters"
        lines.append(f"  text {version.number:<9}{version.article.id[:8]}  {read}: {_clean(version.article.title)}")
    for old, new in pairwise(versions):
        edits = list(_compare(old.article.text, new.article.text))
        left = len(edits) - MOST_LINES
        lines += ["", f"from text {old.number} to text {new.number}", *(edits[:MOST_LINES] or ["  the same words"])]
        lines += [f"  … and {left:,} more lines"] if left > 0 else []
    return "\n".join(lines)


def _compare(old: str, new: str) -> Iterator[str]:
    left, right = ([line for line in text.splitlines() if line.strip()] for text in (old, new))
    for what, i, j, k, m in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if what == "equal":
            continue
        gone, come = " ".join(left[i:j]), " ".join(right[k:m])
        marks = compare_words(gone, come) if gone and come else ((False,) * len(gone.split()), (False,) * len(come.split()))
        for sign, text, changed in (("-", gone, marks[0]), ("+", come, marks[1])):
            if text:
                pieces = join_pieces(text.split(), changed)
                yield f"  {sign} {clean_text(' '.join(f'*{p.text}*' if p.changed else p.text for p in pieces), 20 * LIMIT)}"


def _correct(correction: Correction) -> list[str]:
    if correction.by is Corrector.OUTLET:
        lines = [f"edited by {_clean(correction.outlet) or 'the outlet'}, seen {correction.recorded:%Y-%m-%d}"]
        lines += [f"  before        {_clean(correction.before)}", f"  now           {_clean(correction.after) or 'taken out'}"]
    else:
        by = "by a reader" if correction.by is Corrector.READER else "for the history is known otherwise by now"
        told = f"{correction.was or 'a position'}, now {correction.label or 'no change'}"
        lines = [f"corrected {correction.recorded:%Y-%m-%d} {by}: stored as {told}"]
    if correction.note.strip():
        lines.append(f"  because       {_clean(correction.note)}")
    return lines


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
