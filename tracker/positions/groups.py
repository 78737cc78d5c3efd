"""Sources that are several or many: "both", "the shipowners"."""

from collections.abc import Iterable, Sequence

from tracker.positions.directory import Directory
from tracker.positions.mentions import Mention, Scene

_SHORTEST_PLURAL = 5
_LOOK_BACK = 40
"""Pieces at most."""


def find_last_two(scene: Scene, mentions: Sequence[Mention], k: int) -> list[str]:
    """The sides of the last two persons or bodies of the paragraph that spoke, from piece `k` back; the latest first."""
    found: list[str] = []
    for j in range(k, max(-1, k - _LOOK_BACK), -1):
        apart = scene.words.paragraphs[scene.pieces[j].first] != scene.words.paragraphs[scene.pieces[k].first]
        if apart or len(found) == 2:
            break
        parties = mentions[j].parties
        if j in scene.sources and len(parties) == 1 and parties[0] not in found:
            found.append(parties[0])
    return found


def find_members(directory: Directory, present: Iterable[str], phrase: str) -> str | None:
    """The one body that is named after its members: "the shipowners" for the Northern Shipowners' Association."""
    determiner, _, noun = phrase.lower().partition(" ")
    if determiner != "the" or not noun.isalpha() or not noun.endswith("s") or len(noun) < _SHORTEST_PLURAL:
        return None
    found = {full for full in (*directory.kinds, *present) if _is_named_after(full.lower(), noun)}
    return found.pop() if len(found) == 1 else None


def _is_named_after(name: str, noun: str) -> bool:
    return noun in name.replace("'", " ").replace("\u2019", " ").split()[:-1] or name.endswith(f" of {noun}")
