"""Statements against the history: which earlier position, which issue, which change. The public way to compare two texts, too."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from tracker.advice import judgements
from tracker.advice.adviser import Adviser
from tracker.changes.align import RELATED, Candidate, find_candidates, find_relatedness
from tracker.changes.classify import compare_news, compare_stances
from tracker.changes.course import find_stands, find_turned, tell_back, tell_mixed, tell_path
from tracker.changes.edits import REPEATED, find_repetition
from tracker.changes.explain import compose_why
from tracker.language.judge import find_label_chances
from tracker.language.lexicon import load_lexicon
from tracker.language.ranks import is_nameless
from tracker.language.vectors import find_vectors
from tracker.model import NO_ISSUE, Change, Held, Issue, Judgement, Label, Position, Reading
from tracker.positions.issues import resolve_issues
from tracker.positions.stance import find_stance
from tracker.reading import Knowledge, Understanding


def compare_positions(before: str, after: str) -> Judgement:
    """How the stance in `after` differs from that in `before`, two statements of one party; `unrelated` where they do not meet."""
    return next(compare_all([(before, after)]))


def compare_all(pairs: Sequence[tuple[str, str]], adviser: Adviser | None = None) -> Iterator[Judgement]:
    """The judgement of each (before, after), in order; with an adviser its own, where it gives one."""
    import numpy as np

    if not pairs:
        return
    lexicon = load_lexicon()
    sides = [[pair[side] for pair in pairs] for side in (0, 1)]
    vectors = [np.frombuffer(b"".join(find_vectors(texts)), dtype="<f4").reshape(len(texts), -1) for texts in sides]
    likeness = (vectors[0] * vectors[1]).sum(axis=1)
    for (before, after), like, chances in zip(pairs, likeness, find_label_chances(pairs), strict=True):
        old, new = find_stance(before, None, lexicon), find_stance(after, None, lexicon)
        shipped = compare_stances(before, after, old, new, lexicon, float(like), chances)
        yield _ask_judgement(before, after, shipped, adviser) or shipped


def _ask_judgement(
    before: str, after: str, shipped: Judgement, adviser: Adviser | None, party: str = "", subject: str = ""
) -> Judgement | None:
    """A language model's judgement; None where there is none, or where nothing is to be asked: the same words, or no words.

    Its words are not shown: `why` is made from the label and from evidence that stands in the statements. A reversal that the
    shipped judge does not see is told as a possible one.
    """
    if adviser is None or shipped.confidence == 1:
        return None
    verdict = adviser.ask(judgements.compose_question(before, after, party, subject))
    if verdict is None:
        return None
    moved = {Label.SOFTENED: "milder", Label.HARDENED: "firmer"}
    evidence = tuple(
        (moved.get(verdict.label, aspect) if aspect == "commitment" else aspect, one, other)
        for aspect, one, other in verdict.evidence
    )
    why = compose_why(verdict.label, evidence)
    if verdict.label is Label.REVERSED and shipped.label is not Label.REVERSED:
        why = f"possible reversal: {why}"
    return Judgement(verdict.label, why, verdict.confidence, evidence)


MOVED = frozenset({Label.REVERSED, Label.HARDENED, Label.SOFTENED, Label.AMENDED})
"""The labels that mean a stance moved."""


class History(Protocol):
    """What the comparison asks of the past; `Store` answers it, `NO_HISTORY` knows nothing."""

    def load_held(self, party: str, before: datetime) -> Sequence[Held]: ...
    def load_positions(self, ids: Iterable[str]) -> Mapping[str, Position]: ...
    def load_course(self, position: str) -> Sequence[Change]: ...
    def load_recent_issues(self) -> Sequence[tuple[Issue, bytes]]: ...


class _NoHistory:
    def load_held(self, party: str, before: datetime) -> Sequence[Held]:  # noqa: ARG002
        return ()

    def load_positions(self, ids: Iterable[str]) -> Mapping[str, Position]:  # noqa: ARG002
        return {}

    def load_course(self, position: str) -> Sequence[Change]:  # noqa: ARG002
        return ()

    def load_recent_issues(self) -> Sequence[tuple[Issue, bytes]]:
        return ()


NO_HISTORY: History = _NoHistory()

NEWS_CONFIDENCE = 0.5
"""Chance of being right from which a position may be news: one that is rather wrong is kept in the history and makes no change."""


@dataclass(frozen=True, slots=True)
class _Match:
    earlier: Position
    fit: float
    judgement: Judgement


def compare_with_history(
    understanding: Understanding, history: History, knowledge: Knowledge, originals: Sequence[Position] = ()
) -> Reading:
    """The article with its issues and changes, each position against what its party held as of the article's date.

    `originals` are the positions of the report that the article is a copy of: what repeats one of them is its witness and makes
    no change. Where this article is the older of the two, it is the other way round (`Reading.takes_over`).
    """
    repeated, positions, takes_over = part_copies(understanding.positions, originals)
    placed, changes = compare_with_held(positions, understanding.article.published, history, knowledge)
    return Reading(
        understanding.article,
        understanding.summary,
        understanding.attributions,
        (*repeated, *placed),
        changes,
        takes_over=takes_over,
        introductions=understanding.introductions,
    )


def compare_with_held(
    positions: Sequence[Position], published: datetime, history: History, knowledge: Knowledge
) -> tuple[tuple[Position, ...], tuple[Change, ...]]:
    """Positions of one article with their issues, and the changes that they make to what their parties held by `published`.

    One that has an issue already, from a comparison before, keeps it unless it continues a position on another one.
    """
    held = {party: history.load_held(party, published) for party in dict.fromkeys(p.party for p in positions)}
    matches = _find_matches(positions, held, history, knowledge)
    continued = [matches[p.id].earlier.issue if p.id in matches else None if p.issue == NO_ISSUE else p.issue for p in positions]
    issues = resolve_issues(positions, continued, history.load_recent_issues() if None in continued else (), knowledge.lexicon)
    placed = tuple(replace(p, issue=issue) for p, issue in zip(positions, issues, strict=True))
    spoken = {(party, h.issue_id) for party, known in held.items() for h in known}
    return placed, tuple(_tell_course(change, history, knowledge) for change in _find_changes(placed, matches, spoken))


def part_copies(
    positions: Sequence[Position], originals: Sequence[Position]
) -> tuple[list[Position], list[Position], tuple[tuple[str, str], ...]]:
    """The positions that repeat one of the originals, in whole or in part, with its issue and id; the others; and of these
    the ids of those that an original repeats, with its id."""
    repeated, others = [], []
    earlier: dict[str, str] = {}
    for position in positions:
        same = [p for p in originals if p.party == position.party]
        best = max(same, key=lambda p: find_repetition(p.statement, position.statement), default=None)
        if best is None or find_repetition(best.statement, position.statement) < REPEATED:
            others.append(position)
        elif best.published <= position.published:
            repeated.append(replace(position, issue=best.issue, copy_of=best.copy_of or best.id, recalled=best.recalled))
        else:
            first = earlier.setdefault(best.copy_of or best.id, position.id) == position.id
            others.append(replace(position, issue=best.issue) if first else position)
    return repeated, others, tuple((position, original) for original, position in earlier.items())


def _find_matches(
    positions: Sequence[Position], held: Mapping[str, Sequence[Held]], history: History, knowledge: Knowledge
) -> dict[str, _Match]:
    """For each position's id the earlier one that it continues: the likest that the party holds, where the judge agrees."""
    candidates: dict[str, Candidate] = {}
    for party, known in held.items():
        own = [p for p in positions if p.party == party and not p.recalled]
        found = zip(own, find_candidates([p.vector for p in own], known), strict=True)
        candidates |= {p.id: candidate for p, candidate in found if candidate}
    earlier = dict(history.load_positions({c.position_id for c in candidates.values()}))
    candidates = {p.id: _step_back(p, candidates[p.id], earlier, history) for p in positions if p.id in candidates}
    pairs = [(earlier[candidates[p.id].position_id], p, candidates[p.id].likeness) for p in positions if p.id in candidates]
    chances = find_label_chances([(before.statement, after.statement) for before, after, _ in pairs])
    matches: dict[str, _Match] = {}
    for (before, after, likeness), judged in zip(pairs, chances, strict=True):
        related = find_relatedness(judged, likeness)
        judgement = compare_news(
            before.statement, after.statement, before.stance, after.stance, knowledge.lexicon, likeness, judged, related
        )
        if advised := _ask_judgement(before.statement, after.statement, judgement, knowledge.judge, after.party, after.id):
            if advised.label is not Label.UNRELATED:
                matches[after.id] = _Match(before, likeness, advised)
            continue
        if related >= RELATED or judgement.confidence == 1:
            matches[after.id] = _Match(before, related, judgement)
    return matches


def _step_back(position: Position, candidate: Candidate, earlier: dict[str, Position], history: History) -> Candidate:
    """The candidate, or what a leader said days before it where it is only what nameless officials said since.

    Officials who speak again are compared with what officials said. `earlier` takes in the position that is found.
    """
    held = earlier[candidate.position_id]
    if is_nameless(position.speaker) or not is_nameless(held.speaker):
        return candidate
    stands = find_stands(held, history.load_course(held.id))
    found = find_candidates([position.vector], [Held(stands.id, stands.issue.id, stands.vector)]) if stands is not held else []
    for better in filter(None, found):
        earlier[stands.id] = stands
        return better
    return candidate


def _tell_course(change: Change, history: History, knowledge: Knowledge) -> Change:
    """The change as it is told after those before it: the same label, with the path that led to it."""
    before = change.before
    if before is None or change.judgement.label not in MOVED:
        return change
    course = history.load_course(before.id)
    judgement = tell_path(change, course)
    turned = find_turned(change, course)
    if turned and turned.before and _says_again(turned.before, change.after, knowledge):
        judgement = tell_back(judgement, turned, change.after)
    return replace(change, judgement=tell_mixed(replace(change, judgement=judgement)))


def _says_again(before: Position, after: Position, knowledge: Knowledge) -> bool:
    """Whether the shipped judge takes the later position for the earlier one in other words."""
    pair = before.statement, after.statement
    (chances,) = find_label_chances([pair])
    return compare_stances(*pair, before.stance, after.stance, knowledge.lexicon, None, chances).label is Label.RESTATED


def _find_changes(positions: Sequence[Position], matches: Mapping[str, _Match], spoken: set[tuple[str, str]]) -> Iterator[Change]:
    """One change for each party and issue: the statement that fits its predecessor best carries it, else the first one.

    `spoken` are the parties and issues of the history: on a neighbour's issue that the party has spoken to before, in words
    too far away to be compared, nothing is said to be new. What an outlet adds or changes later counts for itself: it is
    compared with what was held before the article, and is not new where the article speaks to its issue already.
    What was hardly found makes no change.
    """
    groups: dict[tuple[str, str, str, bool], list[Position]] = {}
    for position in positions:
        if not position.recalled and position.attribution.confidence >= NEWS_CONFIDENCE:
            key = position.party, position.issue.id, position.article_id, position.edit_of is not None
            groups.setdefault(key, []).append(position)
    told = set(spoken)
    for (party, issue, *_), found in groups.items():
        group = sorted(found, key=lambda p: (p.attribution.content[:1], p.id))  # as the text has them, whatever order they came in
        if matched := [p for p in group if p.id in matches]:
            after = max(matched, key=lambda p: matches[p.id].fit)
            match = matches[after.id]
            yield _change(match.earlier, after, match.judgement)
        elif (party, issue) not in told:
            yield _change(None, group[0], Judgement(Label.NEW, f"first position on {group[0].issue.name}", 1.0))
        told.add((party, issue))


def _change(before: Position | None, after: Position, judgement: Judgement) -> Change:
    digest = hashlib.sha256(f"change\0{after.id}\0{before.id if before else ''}".encode()).hexdigest()
    return Change(digest[:32], before, after, judgement)
