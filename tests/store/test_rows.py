"""Rows go out and come back as the values they were."""

import sqlite3
from datetime import UTC, datetime, timedelta, timezone
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tracker.model import (
    Actor,
    ActorKind,
    Article,
    Attribution,
    AttributionKind,
    Change,
    Commitment,
    DateSource,
    Failure,
    Issue,
    Judgement,
    Label,
    Polarity,
    Position,
    Quantity,
    Reading,
    Span,
    Stance,
    Summary,
)
from tracker.store import Store, cells, open_rehearsal, rows

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
TEXTS = st.lists(TEXT, max_size=3).map(tuple)
TIMES = st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))
SPANS = st.lists(st.builds(Span, st.integers(0, 500), st.integers(0, 500)), max_size=3).map(tuple)
PROBABILITIES = st.floats(0, 1)
VECTORS = st.sampled_from((b"", *(cells.parse_vector(bytes([i, 60]) * 384) for i in (0, 7, 250))))

STANCES = st.builds(
    Stance,
    polarity=st.sampled_from(Polarity),
    commitment=st.none() | st.sampled_from(Commitment),
    cue=st.none() | TEXT,
    conditions=TEXTS,
    quantities=st.lists(st.builds(Quantity, st.floats(allow_nan=False), TEXT, TEXT), max_size=3).map(tuple),
    deadlines=TEXTS,
)
ATTRIBUTIONS = st.builds(Attribution, SPANS, SPANS, SPANS, st.sampled_from(AttributionKind), PROBABILITIES)
ARTICLES = st.builds(
    Article,
    id=st.just("article"),
    origin=TEXT,
    title=TEXT,
    text=TEXT,
    outlet=TEXT,
    url=st.none() | TEXT,
    published=TIMES,
    date_source=st.sampled_from(DateSource),
)
POSITIONS = st.builds(
    Position,
    id=st.just("position"),
    article_id=st.just("article"),
    party=TEXT,
    speaker=TEXT,
    issue=st.builds(Issue, TEXT, TEXT),
    attribution=ATTRIBUTIONS,
    statement=TEXT,
    content=TEXT,
    stance=STANCES,
    published=TIMES,
    origin=st.just("o"),
    outlet=st.just("o"),
    vector=VECTORS,
    recalled=st.booleans(),
    about=st.none() | TEXT,
    rule=TEXT,
)
JUDGEMENTS = st.builds(
    Judgement,
    label=st.just(Label.NEW),
    why=TEXT,
    confidence=PROBABILITIES,
    evidence=st.lists(st.tuples(TEXT, TEXT, TEXT), max_size=2).map(tuple),
)
FAILURES = st.builds(Failure, TEXT, TEXT.filter(bool), TEXT)
NOW = datetime(2031, 5, 4, 3, tzinfo=UTC)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(article=ARTICLES, position=POSITIONS, judgement=JUDGEMENTS, failure=FAILURES)
def test_what_is_stored_comes_back(
    tmp_path_factory: pytest.TempPathFactory, article: Article, position: Position, judgement: Judgement, failure: Failure
) -> None:
    change = Change("change", None, position, judgement)
    missing = tmp_path_factory.getbasetemp() / "missing.db"
    with open_rehearsal(missing) as store:
        handle = store.begin_run(NOW, "1.0")
        assert store.save_reading(Reading(article, Summary("article", "lead", ()), (), (position,), (change,)), handle, NOW)
        assert store.save_failure(failure, handle, NOW)
        material, trace = store.load_run_material(handle.id), store.load_trace("change")
        current = store.load_current_positions(position.party, position.published)
    stored = Position(**{name: getattr(position, name) for name in Position.__slots__} | {
        "origin": article.origin, "outlet": article.outlet, "url": article.url,
    })  # fmt: skip
    assert material.changes == (Change("change", None, stored, judgement),)
    assert material.failures == (failure,)
    assert trace.article == article
    assert trace.position == stored
    # what has no vector cannot be looked up by meaning
    assert current == (() if position.recalled or not position.vector else (stored,))


@given(st.text(max_size=50))
def test_any_text_becomes_storable_without_moving(text: str) -> None:
    kept = cells.compose_text(text)
    assert len(kept) == len(text)
    assert sqlite3.connect(":memory:").execute("SELECT length(?)", [kept]).fetchone() == (len(text),)


def test_lone_surrogates_and_nul_are_replaced_one_for_one() -> None:
    assert cells.compose_text("a\ud800b\0c😀") == "a�b�c😀"


@given(TIMES, TIMES)
def test_times_sort_as_their_strings(one: datetime, other: datetime) -> None:
    assert (one < other) == (cells.compose_time(one) < cells.compose_time(other))


def test_times_are_kept_in_utc() -> None:
    local = datetime(2031, 5, 4, 3, tzinfo=timezone(timedelta(hours=3)))
    assert cells.compose_time(local) == "2031-05-04T00:00:00+00:00"
    with pytest.raises(TypeError, match="no time zone"):
        cells.compose_time(datetime(2031, 5, 4))


@pytest.mark.parametrize(("value", "kept"), [(1.0000001, 1.0), (-0.1, 0.0), (float("nan"), 0.0), (0.25, 0.25)])
def test_probabilities_stay_within_bounds(value: float, kept: float) -> None:
    assert cells.compose_probability(value) == kept


def test_vectors_keep_three_digits() -> None:
    import numpy as np

    vector = np.full(384, 384**-0.5, dtype="<f4")
    kept = np.frombuffer(cells.parse_vector(cells.compose_vector(vector.tobytes())), dtype="<f4")
    assert float(kept @ vector) == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize(
    ("text", "spans", "context"),
    [
        ("one\ntwo three\nfour", [Span(4, 7)], "two three"),
        ("one\ntwo\nthree", [Span(4, 7), Span(8, 13)], "two\nthree"),
        ("one", [], "one"),
        ("x" * 50, [Span(20, 22)], "x" * 22),
        ("", [], ""),
    ],
)
def test_context_is_the_lines_around_the_evidence(text: str, spans: list[Span], context: str) -> None:
    start, end = rows.find_context(text, spans, most=10)
    assert text[start:end] == context


def test_actors_come_back_with_their_names(store: Store, night: SimpleNamespace) -> None:
    store.save_reading(night.compose_reading(1), store.begin_run(night.NOW, "1.0"), night.NOW, night.ACTORS)
    known = store.load_actors()
    assert set(night.ACTORS) <= set(known)
    assert Actor("Suderland", ActorKind.OTHER, "Suderland") in known


def test_an_actor_known_by_name_only_gets_its_kind_later(store: Store, night: SimpleNamespace) -> None:
    handle = store.begin_run(night.NOW, "1.0")
    store.save_reading(night.compose_reading(1), handle, night.NOW)
    assert {actor.kind for actor in store.load_actors()} == {ActorKind.OTHER}
    store.save_reading(night.compose_reading(2), handle, night.NOW, [night.NORDIA])
    assert night.NORDIA in store.load_actors()


def test_spans_are_the_same_list_as_any_other() -> None:
    spans = (Span(0, 4), Span(17, 1_000_000))
    assert cells.compose_spans(spans) == cells.compose_json(spans) == "[[0, 4], [17, 1000000]]"
    assert cells.compose_spans(()) == cells.compose_json(()) == "[]"
    assert cells.parse_spans(cells.compose_spans(spans)) == spans
