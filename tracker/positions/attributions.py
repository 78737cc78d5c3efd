"""Tagged spans to attributions: which cue belongs to which content, and whose words they are.

Within a paragraph cues and contents are paired one to one, cheapest pair first; the cost of a pair grows with the words, the
sentence ends and the other spans between them. A content that the tagger marked as going on with another joins it. A cue then
takes the nearest source at the like cost. Costs were fitted to the gold spans of PolNeAR's training split, where these rules
link 97 of 100 attributions right (docs/accuracy.md).
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from tracker.model import Attribution, AttributionKind, Role, Span, TaggedSpan
from tracker.positions.confidence import Calibration, find_features


@dataclass(frozen=True, slots=True)
class LinkCosts:
    """What stands between two spans, priced in words."""

    sentence: float = 12.0
    """Each sentence end between a cue and a content."""
    cue: float = 10.0
    """Each other cue between them."""
    source_sentence: float = 60.0
    """Each sentence end between a cue and a source: as much as `farthest`, for a source does not reach into the next sentence."""
    source_cue: float = 0.0
    source_content: float = 20.0
    behind: float = 15.0
    """A source behind its cue ("said the minister"): rarer than one before it."""
    farthest: float = 60.0
    """No pair costs more."""
    scrap: float = 10.0
    """A content of a few words: "both" in "reminded both states that ..." must not take the cue of the clause behind it."""


COSTS = LinkCosts()
RELATIVE = frozenset({"who", "which", "that", "whose"})
"""Sources that serve the verb of their own clause alone: in "Roth, who opposes the sale, said" the speaker is Roth."""
_SCRAP = 3
"""Words of a scrap at most."""
_UNSEEN, _LEAST, _VERB = 0.5, 0.6, 3
"""The confidence of a cue that the tagger did not see, the least of its content, and the words that it may have."""
_ASIDE = 3
"""Words that may stand between a reporting clause and the content on either side of it ("told | reporters, | since ...")."""
MAX_PER_PARAGRAPH = 400
"""Spans of one paragraph that are linked; what follows them in a paragraph of that kind is noise."""


Linked = tuple[list[TaggedSpan], TaggedSpan, TaggedSpan | None]
"""A content's spans, its cue, and its source where it has one."""


def find_attributions(
    text: str,
    spans: Sequence[TaggedSpan],
    sentences: Sequence[Span],
    costs: LinkCosts = COSTS,
    calibration: Calibration | None = None,
) -> list[Attribution]:
    """The attributions of a text in order of their content. Every one has a content and a cue; a source may be wanting.

    Without a calibration the confidence is the bare product of the tagger's.
    """
    quotes = find_quotations(text)
    made = []
    for content, cue, source in link_spans(text, spans, sentences, costs):
        parts = tuple(part.span for part in content)
        kind = find_kind(text, parts, quotes)
        if calibration:
            confidence = calibration.find_chance(find_features(text, content, cue, source, kind))
        else:
            confidence = _confidence(content, cue)
        made.append(Attribution((source.span,) if source else (), (cue.span,), parts, kind, confidence))
    return sorted(made, key=lambda a: a.content)


def link_spans(text: str, spans: Sequence[TaggedSpan], sentences: Sequence[Span], costs: LinkCosts = COSTS) -> list[Linked]:
    """Which content, cue and source belong together, paragraph by paragraph."""
    breaks = [s.end for s in sentences]
    found: list[Linked] = []
    pending: TaggedSpan | None = None  # a cue that announces what the next paragraph says ("Peskov continued:")
    pending_source: TaggedSpan | None = None
    last: list[TaggedSpan] | None = None
    for _, group in groupby(spans, key=lambda s: s.paragraph):
        members = list(group)[:MAX_PER_PARAGRAPH]
        sources = [s for s in members if s.role is Role.SOURCE]
        cues = [s for s in members if s.role is Role.CUE]
        contents, joined = _group_contents(members, last)
        whole = [part for group in contents if _count_words(text, group) > _SCRAP for part in group]
        between = _Between(text, breaks, _Row(cues), _Row(whole))
        pairs = between.pair(cues, contents, costs)
        used = {id(cue) for _, cue in pairs}
        free = [g for g in contents if not any(g is content for content, _ in pairs)]
        if pending and free and free[0][0] is members[0]:
            found.append((free.pop(0), pending, pending_source))
        linked = [(content, cue, between.find_source(cue, sources, costs)) for content, cue in pairs]
        linked = between.join_halves(linked, free, members)
        found += linked + between.find_unseen_cues(linked, free, members)
        idle = [c for c in cues if id(c) not in used]
        pending = pending_source = None
        if idle and (idle[-1] is members[-1] or text[idle[-1].span.end : members[-1].span.end + 2].strip().endswith(":")):
            pending = idle[-1]
            pending_source = between.find_source(pending, sources, costs)
        last = contents[-1] if contents else (last if joined else None)
    return found


def find_touched(attributions: Sequence[Attribution], starts: Sequence[int]) -> set[int]:
    """Numbers of the sentences, which begin at `starts`, that hold a part of an attribution."""
    touched: set[int] = set()
    for a in attributions:
        for span in (*a.source, *a.cue, *a.content):
            touched.update(range(max(0, bisect_right(starts, span.start) - 1), bisect_left(starts, span.end)))
    return touched


def _confidence(content: Sequence[TaggedSpan], cue: TaggedSpan) -> float:
    chance = cue.confidence
    for part in content:
        chance *= part.confidence
    return round(chance, 4)


def _count_words(text: str, content: Sequence[TaggedSpan]) -> int:
    return sum(text.count(" ", part.span.start, part.span.end) + 1 for part in content)


def _group_contents(members: Sequence[TaggedSpan], last: list[TaggedSpan] | None) -> tuple[list[list[TaggedSpan]], bool]:
    """Contents as groups of spans; a continuing span joins the group before it, also that of the paragraph before."""
    groups: list[list[TaggedSpan]] = []
    joined = False
    for span in members:
        if span.role is not Role.CONTENT:
            continue
        if span.continues and groups:
            groups[-1].append(span)
        elif span.continues and last is not None:
            last.append(span)
            joined = True
        else:
            groups.append([span])
    return groups, joined


class _Row:
    """Spans of one kind, counted by place."""

    def __init__(self, spans: Sequence[TaggedSpan]) -> None:
        self.spans = sorted(one.span for one in spans)
        self.starts = [span.start for span in self.spans]

    def count_within(self, start: int, end: int) -> int:
        first, last = bisect_left(self.starts, start), bisect_right(self.starts, end)
        return sum([span.end <= end for span in self.spans[first:last]])

    def begins_within(self, start: int, end: int) -> bool:
        return bisect_left(self.starts, start) < bisect_left(self.starts, end)


@dataclass(frozen=True, slots=True)
class _Between:
    """Prices of what stands between the spans of one paragraph."""

    text: str
    breaks: Sequence[int]
    cues: _Row
    contents: _Row

    def count_breaks(self, start: int, end: int) -> int:
        return bisect_right(self.breaks, end) - bisect_right(self.breaks, start - 1)

    def price(self, a: Span, b: Span, costs: LinkCosts, sentence: float, cue: float, content: float) -> float:
        """What stands between two spans, priced; not to the full where it is beyond the farthest already. 0 where they touch."""
        if a.end <= b.start:
            start, end = a.end, b.start
        elif b.end <= a.start:
            start, end = b.end, a.start
        else:
            return 0.0
        price = self.text.count(" ", start, end) + sentence * self.count_breaks(start, end)
        if price > costs.farthest:
            return price
        if cue:
            price += cue * self.cues.count_within(start, end)
        if content:
            price += content * self.contents.count_within(start, end)
        return price

    def pair(
        self, cues: Sequence[TaggedSpan], contents: Sequence[list[TaggedSpan]], costs: LinkCosts
    ) -> list[tuple[list[TaggedSpan], TaggedSpan]]:
        scraps = [costs.scrap if _count_words(self.text, content) <= _SCRAP else 0.0 for content in contents]

        def find_price(cue: TaggedSpan, content: list[TaggedSpan]) -> float:
            return min(self.price(cue.span, part.span, costs, costs.sentence, costs.cue, costs.cue) for part in content)

        priced = (
            (find_price(cue, content) + scraps[j], i, j)
            for i, cue in enumerate(cues)
            for j, content in enumerate(contents)
        )
        taken_cues: set[int] = set()
        taken: set[int] = set()
        pairs = []
        for _, i, j in sorted(one for one in priced if one[0] <= costs.farthest):
            if i not in taken_cues and j not in taken:
                taken_cues.add(i)
                taken.add(j)
                pairs.append((contents[j], cues[i]))
        return pairs

    def join_halves(
        self, linked: Sequence[Linked], free: Sequence[list[TaggedSpan]], members: Sequence[TaggedSpan]
    ) -> list[Linked]:
        """With the contents that stand on the other side of a reporting clause: "| X |, she told reporters, | since Y |".

        The nearer half has taken the cue; the other one, left without any, is of the same report.
        """
        found = list(linked)
        for half in free:
            if _count_words(self.text, half) < _SCRAP:
                continue
            for k, (content, cue, source) in enumerate(found):
                if self._are_halves(half, content, (cue, source) if source else (cue,), members):
                    found[k] = (sorted([*content, *half], key=lambda part: part.span), cue, source)
                    break
        return found

    def find_unseen_cues(
        self, linked: Sequence[Linked], free: Sequence[list[TaggedSpan]], members: Sequence[TaggedSpan]
    ) -> list[Linked]:
        """Contents without a cue right behind a source: the few words between them are one ("[the envoy] favours [a truce]")."""
        taken = {id(part) for content, _, _ in linked for part in content}
        groups = {id(group[0]): group for group in free if id(group[0]) not in taken}
        found: list[Linked] = []
        for before, first in pairwise(members):
            content = groups.get(id(first))
            if content is None or before.role is not Role.SOURCE or first.confidence < _LEAST:
                continue
            words = self.text[before.span.end : first.span.start].split()
            if _count_words(self.text, content) > 1 and 0 < len(words) <= _VERB and all(word.isalpha() for word in words):
                start = self.text.index(words[0], before.span.end)
                cue = Span(start, before.span.end + len(self.text[before.span.end : first.span.start].rstrip()))
                found.append((content, TaggedSpan(Role.CUE, cue, first.paragraph, _UNSEEN), before))
        return found

    def _are_halves(
        self, half: Sequence[TaggedSpan], content: Sequence[TaggedSpan], clause: Sequence[TaggedSpan], members: Sequence[TaggedSpan]
    ) -> bool:
        """Whether two contents of one sentence stand around a reporting clause, the first one right at it."""
        start, end = min(part.span.start for part in clause), max(part.span.end for part in clause)
        if half[-1].span.end <= start and end <= content[0].span.start:
            gap = Span(half[-1].span.end, start)
        elif content[-1].span.end <= start and end <= half[0].span.start:
            gap = Span(end, half[0].span.start)
        else:
            return False
        whole = Span(min(half[0].span.start, content[0].span.start), max(start, half[0].span.start, content[0].span.start))
        return (
            not self.count_breaks(whole.start, whole.end)
            and len(self.text[gap.start : gap.end].split()) <= _ASIDE
            and not any(gap.start <= other.span.start < gap.end for other in members)
        )

    def is_next(self, cue: Span, source: Span) -> bool:
        """Whether the cue is the first one behind the source."""
        return source.end <= cue.start and not self.cues.begins_within(source.end, cue.start)

    def find_source(self, cue: TaggedSpan, sources: Sequence[TaggedSpan], costs: LinkCosts) -> TaggedSpan | None:
        best, least = None, costs.farthest
        for source in sources:
            if self.text[source.span.start : source.span.end].lower() in RELATIVE and not self.is_next(cue.span, source.span):
                continue
            price = self.price(cue.span, source.span, costs, costs.source_sentence, costs.source_cue, costs.source_content)
            if source.span.start >= cue.span.end:
                price += costs.behind
            if price < least:
                best, least = source, price
        return best


# ---- quotation marks --------------------------------------------------------------------------------------------------------

_OPENING, _CLOSING = "“„«", "”»"
_WORD = re.compile(r"\w+")


def find_quotations(text: str) -> list[Span]:
    """Stretches between quotation marks, marks included. A mark without its partner is closed at the end of its paragraph."""
    found = []
    for start, paragraph in _paragraphs(text):
        opened: int | None = None
        for m in re.finditer('[“”„«»"]', paragraph):
            mark = m[0]
            if opened is None and mark in _OPENING + '"':
                opened = start + m.start()
            elif opened is not None and (mark in _CLOSING or mark == '"'):
                found.append(Span(opened, start + m.end()))
                opened = None
        if opened is not None:
            found.append(Span(opened, start + len(paragraph)))
    return found


def _paragraphs(text: str) -> list[tuple[int, str]]:
    found, start = [], 0
    for line in text.splitlines(keepends=True):
        found.append((start, line))
        start += len(line)
    return found


def find_kind(text: str, content: Sequence[Span], quotations: Sequence[Span]) -> AttributionKind:
    """Direct where every word stands in quotation marks, indirect where none does, else mixed."""
    if not any(q.start < span.end and span.start < q.end for span in content for q in quotations):
        return AttributionKind.INDIRECT
    inside = outside = 0
    starts = [q.start for q in quotations]
    for span in content:
        for word in _WORD.finditer(text, span.start, span.end):
            at = bisect_right(starts, word.start()) - 1
            if at >= 0 and word.start() < quotations[at].end:
                inside += 1
            else:
                outside += 1
    if not inside:
        return AttributionKind.INDIRECT
    return AttributionKind.MIXED if outside else AttributionKind.DIRECT
