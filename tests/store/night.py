"""A night of small articles for the store's tests; as a script it stores them and kills itself on the way.

    python night.py DATABASE STATEMENTS     SIGKILL before that many statements have run
"""

import hashlib
import os
import signal
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from struct import pack

from tracker.model import (
    Actor,
    ActorKind,
    Article,
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
    Reading,
    Run,
    Span,
    Stance,
    Summary,
)
from tracker.store import Store, open_store

NOW = datetime(2031, 5, 4, 3, 0, tzinfo=UTC)
NORDIA = Actor("Nordia", ActorKind.STATE, "Nordia", ("Nordhaven", "the Republic"), ("Nordian",), ("Nordhaven",))
ACTORS = (NORDIA, Actor("Ada Lind", ActorKind.PERSON, "Nordia"))
FAILURE = Failure("in/empty.txt", "read", "in/empty.txt is empty: give it text")

PARTIES = ("Nordia", "Suderland", "Ferry Union")
CLAIMS = (
    ("it will open the strait to grain ships", Commitment.WILL, Polarity.FOR),
    ("it is ready to open the strait to grain ships", Commitment.READY_TO, Polarity.FOR),
    ("it rules out opening the strait to grain ships", Commitment.RULES_OUT, Polarity.AGAINST),
)


def find_hash(*parts: object) -> str:
    return hashlib.sha256("\0".join(map(str, parts)).encode(errors="replace")).hexdigest()[:32]


def find_vector(seed: int) -> bytes:
    """A unit vector that float16 holds exactly."""
    return pack("<384f", *(1.0 if i == seed % 384 else 0.0 for i in range(384)))


def compose_position(day: int, party: str = "Nordia", issue: str = "grain passage", **fields: object) -> Position:
    """What an article of that day, counted from 1 May 2031, says that the party said."""
    claim, commitment, polarity = CLAIMS[day % len(CLAIMS)]
    text = compose_text(day)
    start = text.index(claim)
    name = find_hash("position", day, party, issue, *fields.items())
    published = datetime(2031, 5, 1, tzinfo=UTC) + timedelta(days=day - 1)
    position = Position(
        id=name,
        article_id=find_hash("article", day),
        party=party,
        speaker="its envoy",
        issue=Issue(find_hash("issue", issue), issue),
        attribution=Attribution(
            source=(Span(0, 5),),
            cue=(Span(6, 10),),
            content=(Span(start, start + len(claim)),),
            kind=AttributionKind.INDIRECT,
            confidence=0.75,
        ),
        statement=claim,
        content=claim,
        stance=Stance(
            polarity,
            commitment,
            commitment.value,
            conditions=("if the port pays",),
            quantities=(Quantity(40_000.0, "tonnes", "40,000 tonnes"),),
            deadlines=("by June",),
        ),
        published=published,
        origin=f"in/{day:02}.txt",
        outlet="The Skerry Post",
        vector=find_vector(day),
        rule="name",
        url=find_url(day),
    )
    return replace(position, **fields)  # type: ignore[arg-type]


def find_url(day: int) -> str | None:
    return f"https://skerry.example/{day}" if day % 2 else None


def compose_text(day: int) -> str:
    claim = CLAIMS[day % len(CLAIMS)][0]
    return f"Envoy said on day {day} that {claim}.\nNobody else spoke — the harbour was quiet.\n"


def compose_reading(
    day: int, positions: tuple[Position, ...] | None = None, changes: tuple[Change, ...] = ()
) -> Reading:
    article = Article(
        id=find_hash("article", day),
        origin=f"in/{day:02}.txt",
        title=f"Strait, day {day}",
        text=compose_text(day),
        outlet="The Skerry Post",
        url=find_url(day),
        published=datetime(2031, 5, 1, tzinfo=UTC) + timedelta(days=day - 1),
        date_source=DateSource.HEADER,
    )
    summary = Summary(article.id, "lead", (Span(0, article.text.index("\n")),))
    found = positions if positions is not None else tuple(compose_position(day, party) for party in PARTIES)
    return Reading(article, summary, (), found, changes)


def compose_change(before: Position | None, after: Position, label: Label = Label.REVERSED) -> Change:
    judgement = Judgement(Label.NEW if before is None else label, "because it says so", 0.5, (("rung", "will", "rules out"),))
    return Change(find_hash("change", before.id if before else "", after.id), before, after, judgement)


def compose_empty_digest(until: datetime) -> Digest:
    return Digest(None, until, (), (), ())


def save_night(store: Store, now: datetime, articles: int = 6) -> Run | None:
    """Store a failure and the articles that are not known yet, each compared with what the store holds."""
    handle = store.begin_run(now, "1.0")
    store.save_failure(FAILURE, handle, now)
    for day in range(1, articles + 1):
        reading = compose_reading(day)
        if store.is_known(reading.article.id):
            continue
        changes = []
        for after in reading.positions:
            known = store.load_current_positions(after.party, after.published)
            changes.append(compose_change(next(iter(known), None), after))
        store.save_reading(replace(reading, changes=tuple(changes)), handle, now, ACTORS)
    return store.finish_run(handle, now, articles + 1)


def save_flood(store: Store, now: datetime, changes: int) -> None:
    """A run with so many changes of long statements, twenty an article; every other one is a position that nobody held before."""
    handle, actors = store.begin_run(now, "1.0"), [Actor(f"Party {n}", ActorKind.STATE, f"Party {n}") for n in range(40)]
    for first in range(0, changes, 20):
        day = 1_000 + first // 20
        positions, made = [], []
        for number in range(first, first + 20):
            party, issue = f"Party {number % 40}", f"berths at quay {number % 230}"
            said = [
                f"{claim}, {number} of them a week until the {number % 28} of May, as its harbour master and all its pilots advise"
                for claim, _, _ in CLAIMS
            ]
            before, after = (
                compose_position(day, party, issue, statement=words, content=words, speaker=f"speaker {number}, {place}")
                for words, place in zip(said, ("before", "after"), strict=False)
            )
            positions += [before, after] if number % 2 else [after]
            made.append(compose_change(before if number % 2 else None, after, Label.HARDENED))
        store.save_reading(compose_reading(day, tuple(positions), tuple(made)), handle, now, actors)
    store.finish_run(handle, now, changes // 20)


if __name__ == "__main__":
    left = int(sys.argv[2])

    def count(_: str) -> None:
        global left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    with open_store(Path(sys.argv[1])) as opened:
        opened._db.conn.set_trace_callback(count)
        save_night(opened, NOW)
