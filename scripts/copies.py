"""How well copies are told from other reports of the same beat: `scripts/evaluate --only copies`.

The development articles (PolNeAR's development split, all on one election campaign, and the two timelines) are put into a store;
each is then edited as outlets edit wire stories, seven ways, and looked up as the night looks a new article up. A copy is right
where the article that is found is the one it was made from. The unedited articles are looked up as well, each without itself:
whatever is found then is wrong, but for the pairs that are copies of each other in the data.
"""

import gzip
import json
import random
import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from tracker.articles.duplicates import SHARED, SHORTEST, find_shingles, find_sketch, is_copy
from tracker.articles.text import parse_text
from tracker.model import Article, DateSource, Failure, Reading, Summary
from tracker.store import Store, open_store

NOW = datetime(2026, 11, 24, tzinfo=UTC)
TRULY_COPIES = (("03-moscow-raises-its-price", "04-moscow-to-join-talks"), ("02-beijing-hits-back", "03-china-retaliates"))
"""In the timelines, as their README and datelines say."""
_GLYPHS = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "—": "-", "–": "-", "\xa0": " ", "…": "..."})
_SWAPS = (
    (r"\bsaid\b", "told reporters"),
    (r"\b(\d+) percent\b", r"\1%"),
    (r"\bU\.S\.", "US"),
    (r"\bhas not\b", "hasn't"),
    (r"\bMr\. ", ""),
    (r"\bon (Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b", "this week"),
    (r"\bhowever\b", "but"),
)

Paragraphs = list[str]
Edit = Callable[[Paragraphs, Paragraphs, random.Random], Paragraphs]


def cut_end(own: Paragraphs, other: Paragraphs, chance: random.Random) -> Paragraphs:  # noqa: ARG001
    """Wire stories are cut from below: half to four fifths of the words are left."""
    share, kept, count = chance.uniform(0.5, 0.8), [], 0
    whole = sum(len(p.split()) for p in own)
    for paragraph in own:
        if count >= share * whole:
            break
        words = paragraph.split()[: max(1, round(share * whole) - count)]
        kept.append(" ".join(words))
        count += len(words)
    return kept


def change_glyphs(own: Paragraphs, other: Paragraphs, chance: random.Random) -> Paragraphs:  # noqa: ARG001
    return [paragraph.translate(_GLYPHS) for paragraph in own]


def change_order(own: Paragraphs, other: Paragraphs, chance: random.Random) -> Paragraphs:  # noqa: ARG001
    return chance.sample(own, len(own))


def change_head(own: Paragraphs, other: Paragraphs, chance: random.Random) -> Paragraphs:  # noqa: ARG001
    """Another headline, an editor's own first paragraph in its place."""
    lead = " ".join(chance.sample(own[0].split(), len(own[0].split())))
    return [lead, *own[1:]] if len(own) > 1 else [f"From our correspondents: {own[0]}"]


def add_local(own: Paragraphs, other: Paragraphs, chance: random.Random) -> Paragraphs:
    """Paragraphs from another article, a fifth as many words, somewhere in between."""
    added: Paragraphs = []
    wanted = 0.2 * sum(len(p.split()) for p in own)
    for paragraph in chance.sample(other, len(other)):
        if sum(len(p.split()) for p in added) >= wanted:
            break
        added.append(" ".join(paragraph.split()[: round(wanted) + 10]))
    at = chance.randint(1, len(own))
    return [*own[:at], *added, *own[at:]]


def change_words(own: Paragraphs, other: Paragraphs, chance: random.Random) -> Paragraphs:  # noqa: ARG001
    """House style, and every thirtieth word is left out."""
    edited = []
    for paragraph in own:
        text = paragraph
        for pattern, instead in _SWAPS:
            text = re.sub(pattern, instead, text)
        edited.append(" ".join(word for word in text.split() if chance.random() >= 1 / 30))
    return edited


def change_all(own: Paragraphs, other: Paragraphs, chance: random.Random) -> Paragraphs:
    """All of it at once."""
    for edit in (cut_end, change_words, change_glyphs, change_head, add_local):
        own = edit(own, other, chance)
    return own


EDITS: dict[str, Edit] = {
    "cut": cut_end,
    "glyphs": change_glyphs,
    "paragraphs in another order": change_order,
    "another head": change_head,
    "local paragraphs": add_local,
    "words": change_words,
    "all of these": change_all,
}


def measure_copies(evaluation: Path) -> tuple[dict[str, float], str]:
    """Recall and precision in per cent, and lines that tell them for each edit and name what is wrong."""
    texts = dict(load_texts(evaluation))
    usable = {name: text for name, text in texts.items() if len(find_shingles(text)) >= SHORTEST}
    lines = [f"{len(texts)} articles, {len(texts) - len(usable)} of them too short to tell"]
    chance = random.Random(5)
    right = wrong = asked = 0
    with tempfile.TemporaryDirectory() as folder, open_store(Path(folder) / "copies.db") as store:
        save_texts(store, texts)
        for kind, edit in EDITS.items():
            hits = 0
            for name, text in usable.items():
                own = [p for p in text.split("\n\n") if p.strip()]
                other = [p for p in texts[chance.choice([n for n in usable if n != name])].split("\n\n") if p.strip()]
                found = find_original("\n\n".join(edit(own, other, chance)), store)
                hits += found == name or (found, name) in known_pairs()
                if found and found != name and (found, name) not in known_pairs():
                    wrong += 1
                    lines.append(f"{kind}: {name} is taken for a copy of {found}")
                elif not found:
                    lines.append(f"{kind}: {name} is not found")
            right, asked = right + hits, asked + len(usable)
            lines.append(f"{kind}: {hits} of {len(usable)} found")
        for name, text in usable.items():
            found = find_original(text, store, name)
            if found and (found, name) not in known_pairs():
                wrong += 1
                lines.append(f"unedited: {name} is taken for a copy of {found}")
    pairs = len(usable) * (len(texts) - 1)
    lines.append(f"{right} of {asked} copies found, {wrong} wrong among them and in {pairs} pairs of different articles")
    figures = {"copies recall": round(100 * right / asked, 1), "copies precision": round(100 * right / max(1, right + wrong), 1)}
    return figures, "\n".join(lines)


def known_pairs() -> set[tuple[str, str]]:
    return {pair for one, other in TRULY_COPIES for pair in ((one, other), (other, one))}


def load_texts(evaluation: Path) -> Iterator[tuple[str, str]]:
    with gzip.open(evaluation / "polnear-dev.jsonl.gz", "rt", encoding="utf-8") as rows:
        for line in rows:
            row = json.loads(line)
            yield row["id"], row["text"]
    for path in sorted((evaluation / "timelines").glob("*/*.txt")):
        article = parse_text(path.read_bytes(), path.name, NOW)
        if not isinstance(article, Failure):
            yield path.stem, article.text


def save_texts(store: Store, texts: dict[str, str]) -> None:
    run = store.begin_run(NOW, "copies")
    for name, text in texts.items():
        article = Article(name, f"{name}.txt", name, text, "", None, NOW, DateSource.HEADER)
        store.save_reading(Reading(article, Summary(name, "none", ()), (), (), (), find_sketch(find_shingles(text))), run, NOW)


def find_original(text: str, store: Store, own: str = "") -> str:
    """What the night would take the text for a copy of; empty for nothing. `own` is left out."""
    shingles = find_shingles(text)
    candidates: Sequence[str] = store.load_similar(find_sketch(shingles), SHARED, own)
    return next((known for known in candidates if is_copy(shingles, find_shingles(store.load_text(known)))), "")
