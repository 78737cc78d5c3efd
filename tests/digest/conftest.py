"""A realistic digest, and a maker of changes for cases of one's own."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tracker.digest.compose import compose_digest
from tracker.model import (
    ArticleSummary,
    Attribution,
    AttributionKind,
    Change,
    Commitment,
    Correction,
    DateSource,
    Digest,
    Failure,
    Issue,
    Judgement,
    Label,
    Polarity,
    Position,
    Silence,
    Stance,
    Standing,
)

UNTIL = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)

Said = tuple[str, str]
"""Speaker and content; a "|" in the content ends the words of the cue before it."""
ChangeMaker = Callable[..., Change]


def _position(
    number: int,
    party: str,
    issue: str,
    said: Said,
    *,
    published: datetime,
    outlet: str,
    kind: AttributionKind,
    commitment: Commitment | None,
    origin: str,
) -> Position:
    lead, bar, content = said[1].rpartition("|")
    return Position(
        id=f"{number:064x}",
        article_id=f"{number:064x}",
        party=party,
        speaker=said[0],
        issue=Issue(id=issue, name=issue),
        attribution=Attribution(source=(), cue=(), content=(), kind=kind, confidence=0.9),
        statement=f"{lead} {content}" if bar else content,
        content=content,
        stance=Stance(polarity=Polarity.NEUTRAL, commitment=commitment),
        published=published,
        origin=origin,
        outlet=outlet,
        vector=b"",
    )


@pytest.fixture
def make_change() -> ChangeMaker:
    """Makes a change from the few things that a test is about."""

    def make(
        label: Label = Label.HARDENED,
        party: str = "Norland",
        issue: str = "fishing quotas",
        before: Said | None = ("Norland", "is open to a lower quota"),
        after: Said = ("Norland", "insists on the old quota"),
        *,
        why: str = "“is open to” is now “insists on”",
        number: int = 1,
        day: datetime = UNTIL - timedelta(days=1),
        outlets: tuple[str, str] = ("The Strand Gazette", "Harbour Post"),
        kinds: tuple[AttributionKind, AttributionKind] = (AttributionKind.INDIRECT, AttributionKind.INDIRECT),
        rungs: tuple[Commitment | None, Commitment | None] = (None, None),
        origin: str = "https://example.org/quota",
    ) -> Change:
        earlier = label is not Label.NEW and before is not None
        return Change(
            id=f"{number * 2654435761 % 2**32:08x}{number:056x}",
            before=_position(
                number,
                party,
                issue,
                before or ("", ""),
                published=day - timedelta(days=12),
                outlet=outlets[0],
                kind=kinds[0],
                commitment=rungs[0],
                origin="https://example.org/earlier",
            )
            if earlier
            else None,
            after=_position(
                number + 1,
                party,
                issue,
                after,
                published=day,
                outlet=outlets[1],
                kind=kinds[1],
                commitment=rungs[1],
                origin=origin,
            ),
            judgement=Judgement(label, "" if label is Label.NEW else why, 0.9),
        )

    return make


@pytest.fixture
def night(make_change: ChangeMaker) -> Digest:
    """Six articles about fishing quotas, three parties, one input that failed."""
    mixed, direct, indirect = AttributionKind.MIXED, AttributionKind.DIRECT, AttributionKind.INDIRECT
    changes = [
        make_change(
            Label.RESTATED,
            "Sundmark",
            "closed season",
            ("Sundmark", "the spawning grounds must stay closed until May"),
            ("Sundmark", "nobody should fish the spawning grounds before May"),
            number=1,
        ),
        make_change(
            Label.AMENDED,
            "Norland",
            "next round of talks",
            ("Norlandic officials", "the delegations would meet in Sundby on 2 December"),
            ("Foreign Minister Tora Lien", "the delegations would meet in Sundby on 9 December"),
            why="date moved: “2 December” is now “9 December”",
            number=2,
        ),
        make_change(
            Label.HARDENED,
            "Fishermen's Union",
            "port blockade",
            ("chairman Olav Brekke", "considers|a blockade of the ferry port if the talks fail"),
            ("chairman Olav Brekke", "“We will close the ferry port on Friday, talks or no talks.”"),
            why="“considers” is now “will”, and the condition “if the talks fail” is gone",
            number=3,
            kinds=(indirect, direct),
            rungs=(Commitment.CONSIDERS, Commitment.WILL),
            origin="harbour/blockade.txt",
        ),
        make_change(
            Label.REVERSED,
            "Norland",
            "cod quota",
            (
                "Fisheries Minister Henrik Aas",
                "Norland will not accept a quota below 40,000 tonnes, whatever the scientists in Sundby advise",
            ),
            (
                "Fisheries Minister Henrik Aas",
                "Norland will accept a quota of 34,000 tonnes, “as the scientists advise”, if Sundmark opens its ports",
            ),
            why="refusal dropped: “will not accept” is now “will accept”; condition added: “if Sundmark opens its ports”",
            number=4,
            kinds=(indirect, mixed),
            rungs=(Commitment.RULES_OUT, Commitment.WILL),
        ),
        make_change(
            Label.SOFTENED,
            "Sundmark",
            "cod quota",
            ("Prime Minister Karin Holst", "“a third less, and not a tonne above it”"),
            ("a government spokesperson", "is ready to discuss|a reduction “between a quarter and a third”"),
            why="demand lowered from a third to between a quarter and a third",
            number=5,
            kinds=(direct, mixed),
            rungs=(Commitment.INSISTS, Commitment.READY_TO),
            outlets=("Sundby Courier", "Strait News Agency"),
        ),
        make_change(
            Label.NEW,
            "Sundmark",
            "port access",
            after=("Transport Minister Jens Dahl", "Norlandic trawlers could land their catch in Sundby from January"),
            number=6,
        ),
        make_change(
            Label.NEW,
            "Norland",
            "inspections at sea",
            after=("Norland", "demands|that inspectors of both countries board every vessel over 24 metres"),
            number=7,
        ),
        make_change(
            Label.NEW,
            "Sundmark",
            "inspections at sea",
            after=("Sundmark", "“Our coastguard needs no help.”"),
            number=8,
            kinds=(direct, direct),
        ),
        make_change(Label.RESTATED, "Norland", "closed season", number=9),
        make_change(Label.RESTATED, "Norland", "subsidies", number=10),
    ]
    articles = [
        _article(
            "Aas yields on cod, at a price",
            "https://example.org/quota",
            "Harbour Post",
            0,
            "Norland will accept a quota of 34,000 tonnes, “as the scientists advise”, if Sundmark opens its ports, Aas said.",
            "The stock fell to its lowest level in thirty years this spring.",
        ),
        _article(
            "Union to shut the ferry port on Friday",
            "harbour/blockade.txt",
            "Harbour Post",
            0,
            "“We will close the ferry port on Friday, talks or no talks,” chairman Olav Brekke told members.",
            date_source=DateSource.FILE,
        ),
        _article(
            "Sundmark moves on the cod quota",
            "https://example.org/moves",
            "Strait News Agency",
            1,
            "Sundmark is ready to discuss a reduction “between a quarter and a third”, a government spokesperson said.",
        ),
        _article("Talks put off by a week", "https://example.org/talks", "Sundby Courier", 1, "The delegations need more figures."),
        _article("Who may board whom?", "https://example.org/board", "The Strand Gazette", 2, "Inspections at sea divide the two."),
        _article("Sundby opens its quays", "https://example.org/quays", "Sundby Courier", 2),
    ]
    failures = [Failure("harbour/scan.pdf", "read", "cannot read “scan.pdf” as text; save the article as .txt or .html")]
    digest = compose_digest(changes, articles, failures, since=UNTIL - timedelta(days=1), until=UNTIL, articles_seen=9)
    union, norland, sundmark = changes[2].after, changes[3].after, changes[4].after
    return replace(
        digest,
        standings=(
            Standing(norland, (Commitment.RULES_OUT, Commitment.CONSIDERS, Commitment.WILL)),
            Standing(replace(sundmark, id="earlier"), (None, Commitment.INSISTS, Commitment.READY_TO)),
            Standing(union, (Commitment.WILL,)),
        ),
        silences=(Silence("Fjord Council", UNTIL - timedelta(days=15), 14),),
        corrections=(
            Correction("c1", "Norland", "subsidies", Label.REVERSED, None, "irony", "will pay", "will not pay", UNTIL),
            Correction("c2", "Sundmark", "closed season", Label.HARDENED, Label.RESTATED, "", "must stay", "stays closed", UNTIL),
        ),
    )


def _article(
    title: str, origin: str, outlet: str, days: int, *sentences: str, date_source: DateSource = DateSource.HEADER
) -> ArticleSummary:
    return ArticleSummary(title, origin, outlet, UNTIL - timedelta(days=days, hours=20), date_source, sentences)
