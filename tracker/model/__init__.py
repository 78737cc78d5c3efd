"""Every type of the domain. Stages meet here and nowhere else; nothing but the standard library is imported.

All values are frozen. Times are aware; offsets are characters into `Article.text`; vectors are the bytes of little-endian
float32 numbers, 384 of them, of length 1.
"""

from tracker.model.actors import Actor, ActorKind, Introduction, Voice
from tracker.model.articles import Article, DateSource, Failure, Span, Summary
from tracker.model.attributions import Attribution, AttributionKind, Role, TaggedSpan
from tracker.model.changes import Change, Judgement, Label
from tracker.model.corrections import Correction, Corrector
from tracker.model.deliveries import Delivery
from tracker.model.digests import ArticleSummary, Digest, Silence, Standing
from tracker.model.feeds import Feed, FeedState, Link, Manners
from tracker.model.night import Edits, Inquiry, Reading, Run, Version
from tracker.model.positions import NO_ISSUE, Commitment, Held, Issue, Polarity, Position, Quantity, Stance
from tracker.model.traces import Trace

__all__ = [
    "NO_ISSUE",
    "Actor",
    "ActorKind",
    "Article",
    "ArticleSummary",
    "Attribution",
    "AttributionKind",
    "Change",
    "Commitment",
    "Correction",
    "Corrector",
    "DateSource",
    "Delivery",
    "Digest",
    "Edits",
    "Failure",
    "Feed",
    "FeedState",
    "Held",
    "Inquiry",
    "Introduction",
    "Issue",
    "Judgement",
    "Label",
    "Link",
    "Manners",
    "Polarity",
    "Position",
    "Quantity",
    "Reading",
    "Role",
    "Run",
    "Silence",
    "Span",
    "Stance",
    "Standing",
    "Summary",
    "TaggedSpan",
    "Trace",
    "Version",
    "Voice",
]
