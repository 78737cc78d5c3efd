"""A digest as JSON for programs; `docs/digest.schema.json` describes it."""

import json
import re
from typing import Any, Final

from tracker.digest.phrases import count_labels
from tracker.digest.signals import is_mixed
from tracker.model import ArticleSummary, Change, Correction, Digest, Failure, Label, Position, Standing

VERSION: Final = 1
_STEERING: Final = re.compile(
    "[\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\uffff\ud800-\udfff\U000e0000-\U000e0fff]"
)


def render_json(digest: Digest) -> str:
    """The whole digest, nothing cut, as one JSON object with a line break at its end.

    Texts are verbatim. Control, bidirectional and invisible characters are written as \\u escapes (RFC 8259, section 7), so the
    output is harmless in a terminal and loses nothing. Times are ISO 8601 with their offset.
    """
    counts = count_labels(digest)
    document = {
        "version": VERSION,
        "since": digest.since.isoformat() if digest.since else None,
        "until": digest.until.isoformat(),
        "articles_seen": digest.articles_seen,
        "counts": {str(label): counts[label] for label in Label if label is not Label.UNRELATED},
        "changes": [_change(change) for change in digest.changes],
        "articles": [_article(article) for article in digest.articles],
        "failures": [_failure(failure) for failure in digest.failures],
        "standings": [_standing(standing) for standing in digest.standings],
        "silences": [{"party": s.party, "last": s.last.isoformat(), "days": s.days} for s in digest.silences],
        "corrections": [_correction(correction) for correction in digest.corrections],
    }
    text = json.dumps(document, ensure_ascii=False, indent=2)
    return _STEERING.sub(lambda found: json.dumps(found.group())[1:-1], text) + "\n"


def _change(change: Change) -> dict[str, Any]:
    judgement = change.judgement
    return {
        "id": change.id,
        "party": change.after.party,
        "issue": change.after.issue.name,
        "label": str(judgement.label),
        "why": judgement.why,
        "confidence": judgement.confidence,
        "evidence": [{"aspect": aspect, "before": before, "after": after} for aspect, before, after in judgement.evidence],
        "before": _position(change.before) if change.before else None,
        "after": _position(change.after),
        "witnesses": change.witnesses,
        "mixed_signals": is_mixed(change),
    }


def _position(position: Position) -> dict[str, Any]:
    commitment = position.stance.commitment
    return {
        "id": position.id,
        "speaker": position.speaker,
        "kind": str(position.attribution.kind),
        "polarity": str(position.stance.polarity),
        "commitment": str(commitment) if commitment else None,
        "statement": position.statement,
        "content": position.content,
        "published": position.published.isoformat(),
        "outlet": position.outlet,
        "origin": position.origin,
        "url": position.url,
    }


def _article(article: ArticleSummary) -> dict[str, Any]:
    return {
        "title": article.title,
        "outlet": article.outlet,
        "origin": article.origin,
        "url": article.url,
        "published": article.published.isoformat(),
        "date_source": str(article.date_source),
        "summary": list(article.sentences),
    }


def _standing(standing: Standing) -> dict[str, Any]:
    return {
        "party": standing.position.party,
        "issue": standing.position.issue.name,
        "path": [str(rung) if rung else None for rung in standing.path],
        "position": _position(standing.position),
    }


def _correction(correction: Correction) -> dict[str, Any]:
    return {
        "subject": correction.subject,
        "party": correction.party,
        "issue": correction.issue,
        "was": str(correction.was) if correction.was else None,
        "label": str(correction.label) if correction.label else None,
        "note": correction.note,
        "before": correction.before,
        "after": correction.after,
        "by": str(correction.by),
        "outlet": correction.outlet,
        "recorded": correction.recorded.isoformat(),
    }


def _failure(failure: Failure) -> dict[str, Any]:
    return {"origin": failure.origin, "stage": failure.stage, "message": failure.message}
