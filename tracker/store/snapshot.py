"""A composed digest as one compressed JSON document and back, so that it can be rendered again to the byte."""

import json
import zlib
from dataclasses import replace
from datetime import datetime
from typing import Any

from tracker.model import (
    ArticleSummary,
    Commitment,
    Correction,
    Corrector,
    DateSource,
    Digest,
    Failure,
    Label,
    Position,
    Silence,
    Standing,
)
from tracker.store import rows
from tracker.store.cells import compose_text, compose_time, parse_time

_MOST_BYTES = 500_000_000


def compose_document(digest: Digest) -> bytes:
    """Everything in the digest but the vectors."""
    positions: dict[str, Position] = {}
    for change in digest.changes:
        positions[change.after.id] = change.after
        if change.before:
            positions[change.before.id] = change.before
    positions.update((standing.position.id, standing.position) for standing in digest.standings)
    document = {
        "since": _time(digest.since),
        "until": compose_time(digest.until),
        "articles_seen": digest.articles_seen,
        "positions": [_compose_position(position) for position in positions.values()],
        "changes": [rows.compose_change(change, 0, digest.until) | {"witnesses": change.witnesses} for change in digest.changes],
        "articles": [
            [a.title, a.origin, a.outlet, compose_time(a.published), a.date_source, list(a.sentences), a.url]
            for a in digest.articles
        ],
        "failures": [[f.origin, f.stage, f.message] for f in digest.failures],
        "standings": [[s.position.id, list(s.path)] for s in digest.standings],
        "silences": [[s.party, compose_time(s.last), s.days] for s in digest.silences],
        "corrections": [
            [c.subject, c.party, c.issue, c.was, c.label, c.note, c.before, c.after, compose_time(c.recorded), c.by, c.outlet]
            for c in digest.corrections
        ],
    }
    return zlib.compress(compose_text(json.dumps(document, ensure_ascii=False, separators=(",", ":"))).encode())


def parse_document(document: bytes) -> Digest:
    """The digest that `compose_document` was given, without vectors. Raises ValueError where the document is damaged."""
    try:
        unpacker = zlib.decompressobj()
        text = unpacker.decompress(document, _MOST_BYTES)
        found = json.loads(text)
        positions = {row["id"]: rows.parse_position({"edit_of": None, "url": None, **row}) for row in found["positions"]}
        return _parse(found, positions)
    except (zlib.error, KeyError, TypeError) as error:
        raise ValueError(f"a digest's document is damaged: {error}") from error


def _parse(found: dict[str, Any], positions: dict[str, Position]) -> Digest:
    return Digest(
        since=parse_time(found["since"]) if found["since"] else None,
        until=parse_time(found["until"]),
        changes=tuple(replace(rows.parse_change(row, positions), witnesses=row["witnesses"]) for row in found["changes"]),
        articles=tuple(
            ArticleSummary(
                title, origin, outlet, parse_time(published), DateSource(source), tuple(sentences), url=url[0] if url else None
            )
            for title, origin, outlet, published, source, sentences, *url in found["articles"]
        ),
        failures=tuple(Failure(*fields) for fields in found["failures"]),
        articles_seen=found["articles_seen"],
        standings=tuple(
            Standing(positions[name], tuple(Commitment(rung) if rung else None for rung in path))
            for name, path in found["standings"]
        ),
        silences=tuple(Silence(party, parse_time(last), days) for party, last, days in found["silences"]),
        corrections=tuple(
            Correction(
                subject,
                party,
                issue,
                _label(was),
                _label(label),
                note,
                before,
                after,
                parse_time(recorded),
                *((Corrector(by[0]), by[1]) if by else ()),
            )
            for subject, party, issue, was, label, note, before, after, recorded, *by in found["corrections"]
        ),
    )


def _compose_position(position: Position) -> dict[str, Any]:
    row = rows.compose_position(position)
    of_article = {"origin": position.origin, "outlet": position.outlet, "url": position.url}
    return {**row, **of_article, "issue_name": position.issue.name, "vector": None}


def _label(name: str | None) -> Label | None:
    return Label(name) if name else None


def _time(moment: datetime | None) -> str | None:
    return compose_time(moment) if moment else None
