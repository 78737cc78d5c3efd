import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.language.lexicon import load_lexicon
from tracker.language.sentences import find_sentences
from tracker.model import Attribution, AttributionKind, Role, Span, TaggedSpan
from tracker.positions.continuations import find_continuations

LEXICON = load_lexicon()


def read(marked: str, kind: AttributionKind = AttributionKind.INDIRECT) -> tuple[str, list[Attribution]]:
    """A text whose reports are marked as "[source] {cue} <content>" in any order, and its attributions."""
    text, attributions, open_at, parts = "", [], 0, {}
    for letter in marked:
        if letter in "[{<":
            open_at = len(text)
        elif letter in "]}>":
            parts[letter] = (Span(open_at, len(text)),)
            if "}" in parts and ">" in parts:
                attributions.append(Attribution(parts.pop("]", ()), parts.pop("}"), parts.pop(">"), kind, 0.9))
        else:
            text += letter
    return text, attributions


def go_on(marked: str, kind: AttributionKind = AttributionKind.INDIRECT) -> list[str]:
    text, attributions = read(marked, kind)
    found = find_continuations(text, attributions, find_sentences(text), LEXICON)
    assert all((c.source, c.cue) == (attributions[0].source, attributions[0].cue) for c in found)
    return [text[span.start : span.end] for c in found for span in c.content]


REPORT = "[The union] {said} <it would strike on Friday>. "


@pytest.mark.parametrize(
    ("marked", "contents"),
    [
        (REPORT + "Every port would close for a week.", ["Every port would close for a week"]),
        (REPORT + "Ferries would stop. Trains wouldn't.", ["Ferries would stop", "Trains wouldn't"]),
        (REPORT + "The last strike ended in May.", []),
        (REPORT + "The last strike ended in May. Ports would close again.", []),
        (REPORT + "“Ports would close,” read a banner.", []),
        (REPORT + "The would-be strikers met in a hall.", []),
        (REPORT + "If the employers had paid, nobody would stand here.", []),
        (REPORT + "\n\nEvery port would close for a week.", []),
        ("<It would strike on Friday>, [the union] {said} on Monday. Ports would close.", ["Ports would close"]),
        ("<It would strike>, [the union] {said} before the crews went out to meet their families. Ports would close.", []),
        ("<It would strike>, [the head of the union, Ms Ann Lee,] {told} us. Ports would close.", ["Ports would close"]),
        ("[The union] {has said} <it would strike on Friday>. Ports would close.", []),
        ("[The union] {expects} <a strike>. Ports would close.", []),
        ("{Reportedly} <it would strike on Friday>. Ports would close.", []),
        ("[The union] {said} <it would strike> and [the port] {said} <it would not>. Ports would close.", []),
    ],
)  # fmt: skip
def test_which_sentences_go_on_with_a_report(marked: str, contents: list[str]) -> None:
    assert go_on(marked) == contents


def test_it_goes_on_with_the_nearest_report() -> None:
    text, attributions = read("[The union] {said} <it would strike>. [The port] {said} <it would pay>. Ships would wait.")
    (found,) = find_continuations(text, attributions, find_sentences(text), LEXICON)
    assert found.source == attributions[1].source


def test_behind_a_quotation_the_reporter_goes_on_in_its_tense() -> None:
    quoted = "“<We strike on Friday>,” [the union] {said}. "
    assert go_on(quoted + "Ports would close.", AttributionKind.DIRECT) == ["Ports would close"]


def tell_loose(marked: str) -> list[tuple[str, str, str]]:
    """Source, cue and content of what is found; "(...)" marks a content without a cue, "/.../" a source without one."""
    plain, open_at, loose, sources = "", 0, [], []
    for letter in marked:
        if letter in "(/" and not (letter == "/" and open_at):
            open_at = sum(c not in "[]{}<>" for c in plain) + 1
        elif letter in ")/":
            size = sum(c not in "[]{}<>" for c in plain)
            (loose if letter == ")" else sources).append(Span(open_at - 1, size))
            open_at = 0
        else:
            plain += letter
    text, attributions = read(plain)
    spans = [TaggedSpan(Role.CONTENT, span, 0, 0.9) for span in loose] + [TaggedSpan(Role.SOURCE, span, 0, 0.9) for span in sources]
    spans += [TaggedSpan(Role.CONTENT, span, 0, 0.9) for a in attributions for span in a.content]
    found = find_continuations(text, attributions, find_sentences(text), LEXICON, spans)

    def words(parts: tuple[Span, ...]) -> str:
        return " ".join(text[s.start : s.end] for s in parts)

    return [(words(a.source), words(a.cue), words(a.content)) for a in found]


@pytest.mark.parametrize(
    ("marked", "told"),
    [
        ("[The mayor] {dropped} <one demand>: (“The bridge can wait.”)", [("The mayor", ":", "“The bridge can wait.”")]),
        ("/The mayor/ came back to the bridge: (it was too narrow).", [("The mayor", ":", "it was too narrow")]),
        (REPORT + "About money it is firm: (nine is too little).", [("The union", ":", "nine is too little")]),
        ("About money nothing changed: (nine is too little).", []),
        (REPORT + "(Its members will meet on Monday).", [("The union", "said", "Its members will meet on Monday")]),
        (REPORT + "(“We have waited long enough.”)", [("The union", "said", "“We have waited long enough.”")]),
        (REPORT + "(Trains have become scarce).", []),
        (REPORT + "For the towns (the ports will stay closed).", []),
        ("(Its members will meet on Monday).", []),
    ],
)  # fmt: skip
def test_whose_a_content_without_a_cue_is(marked: str, told: list[tuple[str, str, str]]) -> None:
    assert tell_loose(marked) == told


def test_confidence_falls() -> None:
    text, attributions = read(REPORT + "Ports would close. Ferries would stop.")
    first, second = find_continuations(text, attributions, find_sentences(text), LEXICON)
    assert attributions[0].confidence > first.confidence > second.confidence > 0


@given(st.text(alphabet="ab. \nwould“”'", max_size=60), st.integers(0, 60), st.integers(0, 60))
def test_continuations_overlap_nothing(text: str, start: int, size: int) -> None:
    start, end = min(start, len(text)), min(start + size, len(text))
    reports = [Attribution((Span(0, start),), (), (Span(start, end),), AttributionKind.INDIRECT, 0.9)] if 0 < start < end else []
    for found in find_continuations(text, reports, find_sentences(text), LEXICON):
        (content,) = found.content
        assert end <= content.start < content.end <= len(text)
