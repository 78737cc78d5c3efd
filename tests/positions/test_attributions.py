"""Link rules on tag sequences made by hand: `[s ...]` source, `[q ...]` cue, `[c ...]` content, `[j ...]` content that goes on."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.language.sentences import find_sentences
from tracker.language.windows import find_paragraphs
from tracker.model import Attribution, AttributionKind, Role, Span, TaggedSpan
from tracker.positions.attributions import find_attributions, find_kind, find_quotations

ROLES = {"s": Role.SOURCE, "q": Role.CUE, "c": Role.CONTENT, "j": Role.CONTENT}


def read(marked: str) -> tuple[str, list[TaggedSpan]]:
    text, spans, opened = "", [], []
    for part in re.split(r"(\[[sqcj] |\])", marked):
        if part.startswith("["):
            opened.append((part[1], len(text)))
        elif part == "]":
            kind, start = opened.pop()
            spans.append((kind, Span(start, len(text))))
        else:
            text += part
    paragraphs = find_paragraphs(text)
    number = {s: next(i for i, p in enumerate(paragraphs) if p.start <= s.start < p.end) for _, s in spans}
    return text, sorted(
        (TaggedSpan(ROLES[kind], span, number[span], 0.9, kind == "j") for kind, span in spans), key=lambda s: s.span
    )


def link(marked: str) -> list[tuple[str, str, str]]:
    text, spans = read(marked)
    found = find_attributions(text, spans, find_sentences(text))
    return [tuple(" … ".join(text[s:e] for s, e in part) for part in (a.source, a.cue, a.content)) for a in found]  # type: ignore[misc]


@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        ("[s The minister] [q said] [c talks would go on].", [("The minister", "said", "talks would go on")]),
        (
            "[c “We stay,”] [q said] [s Ana Roth], the envoy. [j “We are needed.”]",
            [("Ana Roth", "said", "“We stay,” … “We are needed.”")],
        ),
        (
            "[s Kyiv] [q wants] [c a truce], while [s Moscow] [q refuses] [c to talk].",
            [("Kyiv", "wants", "a truce"), ("Moscow", "refuses", "to talk")],
        ),
        (
            "[s She] [q rejected] [c the offer] and [q called for] [c a new one].",
            [("She", "rejected", "the offer"), ("She", "called for", "a new one")],
        ),
        ("[c The strike is off], it was [q announced].", [("", "announced", "The strike is off")]),
        (
            "[s The envoy] was calm. [q Asked] about the bridge, nobody [q knew] [c who had built it].",
            [("", "knew", "who had built it")],
        ),
        ("[s Peskov] [q continued]:\n\n[c “There is no plan.”]", [("Peskov", "continued", "“There is no plan.”")]),
        (
            "[c The bridge will open in May], [s the mayor] [q told] reporters, [c since the steel had come].",
            [("the mayor", "told", "The bridge will open in May … since the steel had come")],
        ),
        (
            "[c The steel has come], [s she] [q said]; [c nine trucks of it had crossed].",
            [("she", "said", "The steel has come … nine trucks of it had crossed")],
        ),
        (
            "[s The mayor] [q reminded] [c both] towns [c that the bridge must pay for itself].",
            [("The mayor", "reminded", "that the bridge must pay for itself")],
        ),
        ("[c The steel has come]. [s She] [q said] [c the bridge would open].", [("She", "said", "the bridge would open")]),
        ("[s The envoy] favours [c a truce in May].", [("The envoy", "favours", "a truce in May")]),
        ("[s The envoy], 50, who favours [c a truce in May], left.", []),
        ("[c No cue at all here.]", []),
        ("[s Nobody] [q said].", []),
    ],
)
def test_links(marked: str, expected: list[tuple[str, str, str]]) -> None:
    assert link(marked) == expected


def test_a_continuation_joins_the_paragraph_before() -> None:
    marked = "[s The union] [q said]: [c “We go out.]\n\n[j “And we stay out.”]"
    assert link(marked) == [("The union", "said", "“We go out. … “And we stay out.”")]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("“all of it”", AttributionKind.DIRECT),
        ('"all of it,"', AttributionKind.DIRECT),
        ("«all of it»", AttributionKind.DIRECT),
        ("none of it", AttributionKind.INDIRECT),
        ("some of “it”", AttributionKind.MIXED),
    ],
)
def test_kind(text: str, kind: AttributionKind) -> None:
    assert find_kind(text, [Span(0, len(text))], find_quotations(text)) is kind


def test_an_open_quotation_ends_with_its_paragraph() -> None:
    text = "He said “it is open.\nThis is “closed” again."
    assert [text[s:e] for s, e in find_quotations(text)] == ["“it is open.\n", "“closed”"]


WORDS = st.lists(st.sampled_from(["a", "b.", "“c", "d”", "\n\n", "e,"]), min_size=1, max_size=40)


@given(WORDS, st.data())
@settings(max_examples=150, deadline=None)
def test_any_tags_link_to_attributions_without_overlap(words: list[str], data: st.DataObject) -> None:
    text, spans, at = "", [], []
    for word in words:
        at.append((len(text), len(text) + len(word)))
        text += word + " "
    paragraphs = find_paragraphs(text)
    for start, end in at:
        role = data.draw(st.sampled_from([None, *Role]))
        number = next((i for i, p in enumerate(paragraphs) if p.start <= start < p.end), None)
        if role and number is not None:
            spans.append(TaggedSpan(role, Span(start, end), number, 0.5, role is Role.CONTENT and data.draw(st.booleans())))
    found = find_attributions(text, spans, find_sentences(text))
    assert all(a.content and a.cue for a in found)
    used = [s for a in found for s in a.content]
    assert len(used) == len(set(used))
    cues = [s for a in found for s in a.cue]
    assert len(cues) == len(set(cues))
    for a in found:
        for span in (*a.source, *a.cue):
            assert all(span.end <= c.start or c.end <= span.start for c in a.content)
    assert found == find_attributions(text, spans, find_sentences(text))
    assert all(isinstance(a, Attribution) and 0 <= a.confidence <= 1 for a in found)
