from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from tracker.digest.trace import LIMIT, render_trace
from tracker.model import Article, Attribution, AttributionKind, Change, DateSource, Judgement, Label, Quantity, Span, Trace

TEXT = "The envoy said on Monday that the quota stays.\nNobody else spoke."


def trace_of(make_change: Callable[..., Change], **fields: object) -> Trace:
    change = make_change(why="“is open to” is now “insists on”")
    attribution = Attribution((Span(0, 9),), (Span(10, 14),), (Span(30, 45),), AttributionKind.INDIRECT, 0.87)
    after = replace(change.after, attribution=attribution, rule="known by name")
    evidence = (("commitment", "is open to", "insists on"), ("condition", "", "only if"))
    judgement = Judgement(Label.HARDENED, change.judgement.why, 0.75, evidence)
    change = replace(change, after=after, judgement=judgement)
    article = Article(after.article_id, after.origin, "Quota", TEXT, after.outlet, None, after.published, DateSource.HEADER)
    return replace(Trace(after, change, change.before, article, Span(0, 46)), **fields)  # type: ignore[arg-type]


def test_a_trace_names_everything_that_led_to_the_change(make_change: Callable[..., Change]) -> None:
    trace = trace_of(make_change)
    lines = render_trace(trace).split("\n")
    assert lines[0] == f"position {trace.position.id}"
    assert f"  in the text   {TEXT[:46]}" in lines
    assert "  source        0-9  The envoy" in lines
    assert "  cue           10-14  said" in lines
    assert "  content       30-45  the quota stays" in lines
    assert "  party by      known by name" in lines
    assert "  confidence    0.87 of the tagger" in lines
    assert trace.change
    assert trace.earlier
    assert f"change {trace.change.id}" in lines
    assert "  label         hardened (confidence 0.75)" in lines
    assert "  why           “is open to” is now “insists on”" in lines
    assert "  commitment    is open to -> insists on" in lines
    assert "  condition     - -> only if" in lines
    assert f"earlier position {trace.earlier.id}" in lines
    assert lines.index(f"change {trace.change.id}") < lines.index(f"earlier position {trace.earlier.id}")


def test_a_first_position_has_nothing_before_it(make_change: Callable[..., Change]) -> None:
    told = render_trace(trace_of(make_change, change=None, earlier=None))
    assert told.endswith("no earlier position of this party on this issue")
    assert "change " not in told


def test_background_that_made_no_change_still_names_what_was_held(make_change: Callable[..., Change]) -> None:
    trace = trace_of(make_change, change=None)
    told = render_trace(replace(trace, position=replace(trace.position, recalled=True)))
    assert "background, never compared" in told
    assert "earlier position" in told
    assert "no earlier position" not in told


def test_conditions_and_figures_are_listed_where_there_are_some(make_change: Callable[..., Change]) -> None:
    trace = trace_of(make_change)
    stance = replace(
        trace.position.stance,
        conditions=("only if it rains", "unless it snows"),
        quantities=(Quantity(5000.0, "tonnes", "5,000 tonnes"),),
    )
    told = render_trace(replace(trace, position=replace(trace.position, stance=stance)))
    assert "  conditions    only if it rains; unless it snows" in told
    assert "  figures       5,000 tonnes" in told
    plain = render_trace(trace)
    assert "conditions" not in plain
    assert "figures" not in plain


def test_nothing_in_an_article_steers_the_terminal(make_change: Callable[..., Change]) -> None:
    trace = trace_of(make_change)
    wild = "\x1b[2J\x1b]0;title\x07red\r\n  why           forged\u202e" + "x" * 10_000
    position = replace(trace.position, party=wild, speaker=wild, statement=wild, origin=wild, outlet=wild)
    told = render_trace(replace(trace, position=position, article=replace(trace.article, text=wild), context=Span(0, len(wild))))
    assert not any(mark in told for mark in "\x1b\x07\r\u202e")
    assert not any(line.lstrip().startswith("why") and "forged" in line for line in told.split("\n"))
    assert max(map(len, told.split("\n"))) < 4 * LIMIT


def test_the_date_is_that_of_the_article(make_change: Callable[..., Change]) -> None:
    trace = trace_of(make_change)
    position = replace(trace.position, published=datetime(2031, 5, 4, tzinfo=UTC))
    assert "2031-05-04" in render_trace(replace(trace, position=position))
