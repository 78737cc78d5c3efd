"""Values of `tracker.model` to rows of the database and back."""

import math
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from tracker.model import (
    Actor,
    ActorKind,
    Article,
    ArticleSummary,
    Attribution,
    AttributionKind,
    Change,
    Commitment,
    DateSource,
    Digest,
    Failure,
    Issue,
    Judgement,
    Label,
    Polarity,
    Position,
    Quantity,
    Run,
    Span,
    Stance,
    Summary,
    Version,
)
from tracker.store.cells import (
    compose_cells,
    compose_json,
    compose_probability,
    compose_spans,
    compose_time,
    parse_json,
    parse_spans,
    parse_time,
    parse_vector,
)

Row = Mapping[str, Any]
"""A row as sqlite3.Row gives it or as an INSERT takes it: column -> value."""

# ---- articles ---------------------------------------------------------------------------------------------------------------


def compose_article(article: Article, run: int, address: str) -> dict[str, Any]:
    """The row of `articles`."""
    return compose_cells(
        id=article.id,
        run=run,
        origin=article.origin,
        url=article.url,
        outlet=article.outlet,
        title=article.title,
        published=compose_time(article.published),
        date_source=article.date_source.value,
        author=article.author,
        language=article.language,
        beat=article.beat,
        address=address or article.url or article.origin,
    )


def compose_revision(
    article: Article, run: int, seen: datetime, extractor: str, first: str | None = None, number: int = 1
) -> dict[str, Any]:
    """The row of `revisions`: the first text of an article, or a later one of the article `first`."""
    return compose_cells(
        id=article.id,
        article=first or article.id,
        number=number,
        run=run,
        seen=compose_time(seen),
        extractor=extractor,
        title=article.title,
        text=article.text,
    )


def parse_article(row: Row) -> Article:
    """An article from the columns of its revision joined with `articles`."""
    return Article(
        id=row["id"],
        origin=row["origin"],
        title=row["title"],
        text=row["text"],
        outlet=row["outlet"],
        url=row["url"],
        published=parse_time(row["published"]),
        date_source=DateSource(row["date_source"]),
        author=row["author"],
        language=row["language"],
        beat=row["beat"],
    )


def parse_version(row: Row) -> Version:
    """A text of an article from the columns of its revision joined with `articles`."""
    return Version(parse_article(row), row["first"], row["number"], parse_time(row["seen"]))


def compose_summary(summary: Summary) -> dict[str, Any]:
    """The row of `summaries`."""
    return compose_cells(revision=summary.article_id, method=summary.method, sentences=compose_spans(summary.sentences))


def parse_article_summary(row: Row) -> ArticleSummary:
    """A new article as the digest shows it, from revision, article and summary joined."""
    text: str = row["text"]
    return ArticleSummary(
        title=row["title"],
        origin=row["origin"],
        outlet=row["outlet"],
        published=parse_time(row["published"]),
        date_source=DateSource(row["date_source"]),
        sentences=tuple(text[start:end] for start, end in parse_spans(row["sentences"] or "[]")),
        beat=row["beat"],
        url=row["url"],
    )


# ---- actors -----------------------------------------------------------------------------------------------------------------


def compose_actor(actor: Actor, first_seen: datetime) -> dict[str, Any]:
    """The row of `actors`."""
    return compose_cells(name=actor.name, kind=actor.kind.value, party=actor.party, first_seen=compose_time(first_seen))


def compose_aliases(actor: Actor) -> tuple[dict[str, Any], ...]:
    """The rows of `aliases`."""
    names = ((alias, "place" if alias in actor.places else "name") for alias in actor.aliases)
    adjectives = ((adjective, "adjective") for adjective in actor.adjectives)
    return tuple(compose_cells(actor=actor.name, alias=alias, use=use) for alias, use in (*names, *adjectives))


def parse_actor(row: Row, aliases: Iterable[tuple[str, str]]) -> Actor:
    """An actor with its (alias, use) pairs."""
    found = tuple(aliases)
    return Actor(
        name=row["name"],
        kind=ActorKind(row["kind"]),
        party=row["party"],
        aliases=tuple(alias for alias, use in found if use != "adjective"),
        adjectives=tuple(alias for alias, use in found if use == "adjective"),
        places=tuple(alias for alias, use in found if use == "place"),
    )


# ---- positions --------------------------------------------------------------------------------------------------------------


def compose_position(position: Position) -> dict[str, Any]:
    """The row of `positions`; the vector goes elsewhere."""
    stance, attribution = position.stance, position.attribution
    return compose_cells(
        id=position.id,
        revision=position.article_id,
        party=position.party,
        speaker=position.speaker,
        issue=position.issue.id,
        kind=attribution.kind.value,
        polarity=stance.polarity.value,
        commitment=stance.commitment.value if stance.commitment else None,
        cue=stance.cue,
        content=position.content,
        statement=position.statement,
        conditions=compose_json(stance.conditions),
        # JSON knows no infinity and no NaN; as words they come back.
        quantities=compose_json([q.value if math.isfinite(q.value) else str(q.value), q.unit, q.text] for q in stance.quantities),
        deadlines=compose_json(stance.deadlines),
        about=position.about,
        addressee=position.addressee,
        recalled_time=position.recalled_time,
        recalled=int(position.recalled),
        copy_of=position.copy_of,
        confidence=compose_probability(attribution.confidence),
        rule=position.rule,
        edit_of=position.edit_of,
        published=compose_time(position.published),
        source_spans=compose_spans(attribution.source),
        cue_spans=compose_spans(attribution.cue),
        content_spans=compose_spans(attribution.content),
    )


def parse_position(row: Row) -> Position:
    """A position from its row with `issue_name`, `origin`, `outlet`, `url` and `vector`. Raises ValueError for a damaged row."""
    return Position(
        id=row["id"],
        article_id=row["revision"],
        party=row["party"],
        speaker=row["speaker"],
        issue=Issue(row["issue"], row["issue_name"]),
        attribution=Attribution(
            source=parse_spans(row["source_spans"]),
            cue=parse_spans(row["cue_spans"]),
            content=parse_spans(row["content_spans"]),
            kind=AttributionKind(row["kind"]),
            confidence=row["confidence"],
        ),
        statement=row["statement"],
        content=row["content"],
        stance=Stance(
            polarity=Polarity(row["polarity"]),
            commitment=Commitment(row["commitment"]) if row["commitment"] else None,
            cue=row["cue"],
            conditions=parse_json(row["conditions"]),
            quantities=tuple(Quantity(float(value), unit, text) for value, unit, text in parse_json(row["quantities"])),
            deadlines=parse_json(row["deadlines"]),
        ),
        published=parse_time(row["published"]),
        origin=row["origin"],
        outlet=row["outlet"],
        vector=parse_vector(row["vector"]),
        recalled=bool(row["recalled"]),
        copy_of=row["copy_of"],
        about=row["about"],
        addressee=row["addressee"],
        recalled_time=row["recalled_time"],
        rule=row["rule"],
        edit_of=row["edit_of"],
        url=row["url"],
    )


def find_context(text: str, spans: Iterable[Span], most: int = 600) -> Span:
    """The lines of the text that hold the spans, reaching at most `most` characters beyond them on either side."""
    spans = tuple(spans)
    start = min((span.start for span in spans), default=0)
    end = max((span.end for span in spans), default=start)
    left = max(text.rfind("\n", 0, start) + 1, start - most)
    right = text.find("\n", end, end + most)
    return Span(left, right if right >= 0 else min(end + most, len(text)))


# ---- changes, failures, runs ------------------------------------------------------------------------------------------------


def compose_change(change: Change, run: int, stored: datetime) -> dict[str, Any]:
    """The row of `changes`."""
    judgement = change.judgement
    return compose_cells(
        id=change.id,
        run=run,
        stored=compose_time(stored),
        before=change.before.id if change.before else None,
        after=change.after.id,
        label=judgement.label.value,
        why=judgement.why,
        evidence=compose_json(judgement.evidence),
        confidence=compose_probability(judgement.confidence),
    )


def parse_change(row: Row, positions: Mapping[str, Position]) -> Change:
    """A change from its row and the positions that it names."""
    evidence = tuple((aspect, before, after) for aspect, before, after in parse_json(row["evidence"]))
    return Change(
        id=row["id"],
        before=positions[row["before"]] if row["before"] is not None else None,
        after=positions[row["after"]],
        judgement=Judgement(Label(row["label"]), row["why"], row["confidence"], evidence),
    )


def compose_failure(failure: Failure, run: int, stored: datetime) -> dict[str, Any]:
    """The row of `failures`."""
    return compose_cells(run=run, stored=compose_time(stored), origin=failure.origin, stage=failure.stage, message=failure.message)


def parse_failure(row: Row) -> Failure:
    return Failure(row["origin"], row["stage"], row["message"])


def compose_digest(digest: Digest, run: int | None, composed: datetime, subject: str, profile: str = "default") -> dict[str, Any]:
    """The row of `digests`."""
    return compose_cells(
        run=run,
        profile=profile,
        since=compose_time(digest.since) if digest.since else None,
        until=compose_time(digest.until),
        composed=compose_time(composed),
        subject=subject,
        changes=compose_json(change.id for change in digest.changes),
        articles=len(digest.articles),
        failures=len(digest.failures),
    )


def parse_run(row: Row) -> Run:
    return Run(
        id=str(row["id"]),
        started=parse_time(row["started"]),
        finished=parse_time(row["finished"]) if row["finished"] else None,
        articles_seen=row["articles_seen"],
        articles_new=row["articles_new"],
        positions=row["positions"],
        changes=row["changes"],
        failures=row["failures"],
    )
