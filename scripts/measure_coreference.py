"""Whom pronouns and nominals go back to, against the chains of GUM (news, interviews, speeches, biographies and others).

    scripts/measure_coreference.py [--gum FOLDER] [--parts train,dev] [--errors]

Counted are "he", "she", "it" and "they", and offices and bodies without a name ("the minister", "the company"), whose chain names a
person or organisation before them. Right: what the rules resolve them to is called as a name of the chain is. Wrong: somebody
else. The rest goes back to nobody. `sources` are those that are the subject of a verb with a clause as its complement. GUM's own
syntax tells the attributions; its test part is left alone.
"""

import argparse
import gzip
import os
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

TOP = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TOP)]

from tracker.model import Attribution, AttributionKind, Span  # noqa: E402
from tracker.positions.catalogue import Catalogue, load_catalogue  # noqa: E402
from tracker.positions.pieces import PieceKind, find_pieces  # noqa: E402
from tracker.positions.roles import RoleKind  # noqa: E402
from tracker.positions.sources import read_mentions  # noqa: E402
from tracker.positions.words import find_words  # noqa: E402

GUM = Path(os.environ.get("TRACKER_SHARED", TOP.parent / "shared")) / "treebanks" / "gum"
PRONOUNS = frozenset({"he", "she", "it", "they"})
KINDS = frozenset({"person", "organization"})
UNNAMED = frozenset({RoleKind.OFFICE, RoleKind.HOLDER, RoleKind.BODY, RoleKind.MEMBER, RoleKind.EXPERT})
ENTITY = re.compile(r"\((\d+)-([a-z]+)|(\d+)\)|\)")


@dataclass(slots=True)
class Token:
    form: str
    upos: str
    head: int
    relation: str
    start: int
    end: int


@dataclass(slots=True)
class Mention:
    chain: str
    kind: str
    first: int
    last: int


@dataclass(slots=True)
class Document:
    """A text with its tokens (heads are token numbers) and its mentions."""

    name: str
    text: str = ""
    tokens: list[Token] = field(default_factory=list)
    mentions: list[Mention] = field(default_factory=list)


def read_documents(path: Path) -> Iterator[Document]:
    """The documents of a CoNLL-U file, with their own spacing and a blank line between paragraphs."""
    document: Document | None = None
    opened: list[tuple[str, str, int]] = []
    base = 0
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for raw in lines:
            line = raw.rstrip("\n")
            if line.startswith("# newdoc"):
                if document:
                    yield document
                document, opened = Document(line.split("= ")[1]), []
            elif document is None:
                continue
            elif line.startswith("# newpar") and document.text:
                document.text = document.text.rstrip() + "\n\n"
            elif line.startswith("# sent_id"):
                base = len(document.tokens)
            elif line and line[0].isdigit():
                cells = line.split("\t")
                if not cells[0].isdigit():
                    continue
                start = len(document.text)
                document.text += cells[1]
                head = base + int(cells[6]) - 1 if cells[6] not in ("0", "_") else -1
                number = len(document.tokens)
                document.tokens.append(Token(cells[1], cells[3], head, cells[7], start, len(document.text)))
                if "SpaceAfter=No" not in cells[9]:
                    document.text += " "
                entity = next((part[7:] for part in cells[9].split("|") if part.startswith("Entity=")), "")
                for m in ENTITY.finditer(entity):
                    if m[1]:
                        opened.append((m[1], m[2], number))
                    elif opened:
                        at = next((k for k in range(len(opened) - 1, -1, -1) if not m[3] or opened[k][0] == m[3]), len(opened) - 1)
                        chain, kind, first = opened.pop(at)
                        document.mentions.append(Mention(chain, kind, first, number))
    if document:
        yield document


def find_speech(document: Document) -> tuple[list[Attribution], set[int]]:
    """Attributions by the syntax: subject, verb and the clause that it governs; and the tokens that are such subjects."""
    children: dict[int, list[int]] = defaultdict(list)
    for number, token in enumerate(document.tokens):
        if token.head >= 0:
            children[token.head].append(number)

    def subtree(number: int) -> list[int]:
        found, waiting = [], [number]
        while waiting:
            found.append(waiting.pop())
            waiting += children[found[-1]]
        return sorted(found)

    made, subjects = [], set()
    for number in range(len(document.tokens)):
        clause = next((c for c in children[number] if document.tokens[c].relation in ("ccomp", "parataxis")), None)
        subject = next((c for c in children[number] if document.tokens[c].relation == "nsubj"), None)
        if clause is None or subject is None:
            continue
        inside = subtree(subject)
        content = [k for k in subtree(clause) if k not in inside and k != number]
        if content:
            subjects.update(inside)
            spans = [Span(document.tokens[ks[0]].start, document.tokens[ks[-1]].end) for ks in (inside, [number], content)]
            made.append(Attribution((spans[0],), (spans[1],), (spans[2],), AttributionKind.INDIRECT, 1.0))
    return made, subjects


def measure_document(document: Document, catalogue: Catalogue, counts: Counter[str], *, errors: bool) -> None:
    """Add a document's outcomes to the counts."""
    attributions, subjects = find_speech(document)
    words = find_words(document.text)
    pieces = find_pieces(words, catalogue, {a.source[0].start: a.source[0].end for a in attributions})
    told = read_mentions(document.text, words, pieces, catalogue, attributions)
    at = {words.starts[piece.last - 1]: k for k, piece in enumerate(pieces)}  # by the last word
    named: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for mention in document.mentions:
        inside = document.tokens[mention.first : mention.last + 1]
        names = [token.form.lower() for token in inside if token.upos == "PROPN"]
        if names and mention.kind in KINDS and inside[-1].upos == "PROPN":
            named[mention.chain] += [(mention.last, name) for name in names if len(name) > 2]
    for mention in document.mentions:
        form = document.tokens[mention.first].form.lower()
        pronoun = mention.first == mention.last and form in PRONOUNS
        head = mention.last if pronoun or document.tokens[mention.last].upos == "NOUN" else -1
        names = {name for last, name in named[mention.chain] if last < mention.first}
        k = at.get(document.tokens[head].start) if head >= 0 else None
        if not names or k is None or mention.kind not in KINDS:
            continue
        if not pronoun and not (pieces[k].kind is PieceKind.ROLE and pieces[k].role in UNNAMED and mention.first >= head - 2):
            continue
        found = told[k]
        called = {word for name in (*found.parties, found.speaker or "") for word in name.lower().replace("'s", "").split()}
        outcome = "right" if called & names else "wrong" if called else "nobody"
        kind = "pronouns" if pronoun else "nominals"
        counts[f"{kind} {outcome}"] += 1
        if mention.first in subjects:
            counts[f"{kind} as sources {outcome}"] += 1
        if errors and outcome != "right":
            start = document.tokens[mention.first].start
            context = " ".join(document.text[max(0, start - 60) : start + 40].split())
            print(f"{document.name} {kind} {outcome}: ...{context}... {sorted(names)[:4]} told {found.parties} {found.speaker}")


def measure_coreference(
    gum: Path, parts: tuple[str, ...] = ("train", "dev"), *, errors: bool = False
) -> tuple[dict[str, float], str]:
    """Share of right and of wrong ones in per cent, and the counts."""
    counts: Counter[str] = Counter()
    catalogue = load_catalogue()
    for part in parts:
        for document in read_documents(gum / f"{part}.conllu.gz"):
            measure_document(document, catalogue, counts, errors=errors)
    figures = {}
    for kind in ("pronouns", "pronouns as sources", "nominals", "nominals as sources"):
        total = sum(counts[f"{kind} {outcome}"] for outcome in ("right", "wrong", "nobody"))
        for outcome in ("right", "wrong"):
            figures[f"GUM {kind} {outcome}"] = round(100 * counts[f"{kind} {outcome}"] / max(1, total), 1)
    return figures, f"{dict(sorted(counts.items()))}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--gum", type=Path, default=GUM)
    parser.add_argument("--parts", default="train,dev")
    parser.add_argument("--errors", action="store_true")
    args = parser.parse_args()
    if not args.gum.is_dir():
        sys.exit(f"there is no {args.gum}: set TRACKER_SHARED to the folder that holds treebanks/, or name --gum")
    figures, printed = measure_coreference(args.gum, tuple(args.parts.split(",")), errors=args.errors)
    print(printed)
    for name, value in figures.items():
        print(f"{name:36}{value:7.1f}")


if __name__ == "__main__":
    main()
