"""Statements against the history: which earlier position, which issue, which change. The public way to compare two texts, too."""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from rapidfuzz.fuzz import ratio, token_set_ratio

from tracker.changes.align import RELATED, Candidate, find_candidates, weigh_chances
from tracker.changes.classify import compare_stances, settle
from tracker.language.judge import find_label_chances
from tracker.language.lexicon import Lexicon, load_lexicon
from tracker.language.vectors import find_vectors
from tracker.model import Change, Held, Issue, Judgement, Label, Position, Reading
from tracker.positions.issues import resolve_issues
from tracker.positions.stance import find_stance
from tracker.reading import Knowledge, Understanding


def compare_positions(before: str, after: str) -> Judgement:
    """How the stance in `after` differs from that in `before`, two statements of one party; `unrelated` where they do not meet."""
    return next(compare_all([(before, after)]))


def compare_all(pairs: Sequence[tuple[str, str]]) -> Iterator[Judgement]:
    """The judgement of each (before, after), in order."""
    import numpy as np

    if not pairs:
        return
    lexicon = load_lexicon()
    sides = [[pair[side] for pair in pairs] for side in (0, 1)]
    vectors = [np.frombuffer(b"".join(find_vectors(texts)), dtype="<f4").reshape(len(texts), -1) for texts in sides]
    likeness = (vectors[0] * vectors[1]).sum(axis=1)
    for (before, after), like, chances in zip(pairs, likeness, find_label_chances(pairs), strict=True):
        old, new = find_stance(before, None, lexicon), find_stance(after, None, lexicon)
        yield compare_stances(before, after, old, new, lexicon, float(like), chances)


class History(Protocol):
    """What the comparison asks of the past; `Store` answers it, `NO_HISTORY` knows nothing."""

    def load_held(self, party: str, before: datetime) -> Sequence[Held]: ...
    def load_positions(self, ids: Iterable[str]) -> Mapping[str, Position]: ...
    def load_recent_issues(self) -> Sequence[tuple[Issue, bytes]]: ...


class _NoHistory:
    def load_held(self, party: str, before: datetime) -> Sequence[Held]:  # noqa: ARG002
        return ()

    def load_positions(self, ids: Iterable[str]) -> Mapping[str, Position]:  # noqa: ARG002
        return {}

    def load_recent_issues(self) -> Sequence[tuple[Issue, bytes]]:
        return ()


NO_HISTORY: History = _NoHistory()

NEWS_CONFIDENCE = 0.5
"""Chance of being right from which a position may be news: one that is rather wrong is kept in the history and makes no change."""

_REPEATED = 75.0
"""Likeness (rapidfuzz, 0 to 100) from which a statement in a copied report is the original's, lightly edited."""


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
    no change.
    """
    repeated, positions = _part_copies(understanding.positions, originals)
    held = {
        party: history.load_held(party, understanding.article.published) for party in dict.fromkeys(p.party for p in positions)
    }
    matches = _find_matches(positions, held, history, knowledge.lexicon)
    continued = [matches[p.id].earlier.issue if p.id in matches else None for p in positions]
    issues = resolve_issues(positions, continued, history.load_recent_issues(), knowledge.lexicon)
    placed = tuple(replace(p, issue=issue) for p, issue in zip(positions, issues, strict=True))
    spoken = {(party, h.issue_id) for party, known in held.items() for h in known}
    return Reading(
        understanding.article,
        understanding.summary,
        understanding.attributions,
        (*repeated, *placed),
        tuple(_find_changes(placed, matches, spoken)),
        introductions=understanding.introductions,
    )


def _part_copies(positions: Sequence[Position], originals: Sequence[Position]) -> tuple[list[Position], list[Position]]:
    """The positions that repeat one of the originals, in whole or in part, with its issue and id; and the others."""
    repeated, others = [], []
    for position in positions:
        same = [p for p in originals if p.party == position.party]
        best = max(same, key=lambda p: _repetition(p.statement, position.statement), default=None)
        if best and _repetition(best.statement, position.statement) >= _REPEATED:
            repeated.append(replace(position, issue=best.issue, copy_of=best.copy_of or best.id, recalled=best.recalled))
        else:
            others.append(position)
    return repeated, others


def _repetition(original: str, copied: str) -> float:
    """Likeness in letters, or in words where one holds the other's (a shorter or longer stretch of the same sentence)."""
    return max(ratio(original, copied), 0.8 * token_set_ratio(original, copied))


def _find_matches(
    positions: Sequence[Position], held: Mapping[str, Sequence[Held]], history: History, lexicon: Lexicon
) -> dict[str, _Match]:
    """For each position's id the earlier one that it continues: the likest that the party holds, where the judge agrees."""
    candidates: dict[str, Candidate] = {}
    for party, known in held.items():
        own = [p for p in positions if p.party == party and not p.recalled]
        found = zip(own, find_candidates([p.vector for p in own], known), strict=True)
        candidates |= {p.id: candidate for p, candidate in found if candidate}
    earlier = history.load_positions({c.position_id for c in candidates.values()})
    pairs = [(earlier[candidates[p.id].position_id], p, candidates[p.id].likeness) for p in positions if p.id in candidates]
    chances = find_label_chances([(before.statement, after.statement) for before, after, _ in pairs])
    matches: dict[str, _Match] = {}
    for (before, after, likeness), judged in zip(pairs, chances, strict=True):
        weighed = weigh_chances(judged, likeness)
        judgement = compare_stances(
            before.statement, after.statement, before.stance, after.stance, lexicon, likeness, weighed
        )
        judgement = settle(judgement, likeness)
        related = 1 - weighed[Label.UNRELATED]
        if judgement.label is not Label.UNRELATED and (related >= RELATED or judgement.confidence == 1):
            matches[after.id] = _Match(before, likeness * related, judgement)
    return matches


def _find_changes(
    positions: Sequence[Position], matches: Mapping[str, _Match], spoken: Collection[tuple[str, str]]
) -> Iterator[Change]:
    """One change for each party and issue: the statement that fits its predecessor best carries it, else the first one.

    `spoken` are the parties and issues of the history: on a neighbour's issue that the party has spoken to before, in words
    too far away to be compared, nothing is said to be new. What was hardly found makes no change either.
    """
    groups: dict[tuple[str, str], list[Position]] = {}
    for position in positions:
        if not position.recalled and position.attribution.confidence >= NEWS_CONFIDENCE:
            groups.setdefault((position.party, position.issue.id), []).append(position)
    for key, group in groups.items():
        if matched := [p for p in group if p.id in matches]:
            after = max(matched, key=lambda p: matches[p.id].fit)
            match = matches[after.id]
            yield _change(match.earlier, after, match.judgement)
        elif key not in spoken:
            yield _change(None, group[0], Judgement(Label.NEW, f"first position on {group[0].issue.name}", 1.0))


def _change(before: Position | None, after: Position, judgement: Judgement) -> Change:
    digest = hashlib.sha256(f"change\0{after.id}\0{before.id if before else ''}".encode()).hexdigest()
    return Change(digest[:32], before, after, judgement)
