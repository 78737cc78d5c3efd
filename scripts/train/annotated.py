"""Annotated articles (attributions/FORMAT.md) to the form that `tagger.py` reads, and checks of the form.

    python scripts/train/annotated.py scripts/train/attributions OUT.jsonl
"""

import argparse
import json
import re
from dataclasses import dataclass, field
from pathlib import Path

MARK = re.compile(r"\[([sqc])(\d+(?:,\d+)*)(\+?) |\]")
LINE = re.compile(r"(\d+): (.+?) \| (.+)")


@dataclass(slots=True)
class Attribution:
    """Spans of one attribution, and who is behind it; `party` is None where nobody is."""

    source: list[list[int]] = field(default_factory=list)
    cue: list[list[int]] = field(default_factory=list)
    content: list[list[int]] = field(default_factory=list)
    party: str | None = None
    speaker: str | None = None


def parse_article(raw: str) -> tuple[dict[str, str], str, dict[int, Attribution]]:
    """Header, text without marks, and attributions by number. Raises ValueError that says what is wrong."""
    head, _, rest = raw.partition("\n\n")
    header = dict(line.split(": ", 1) for line in head.splitlines())
    marked, _, legend = rest.rpartition("\n---")
    text, last = "", 0
    opened: list[tuple[str, list[int], int]] = []
    found: dict[int, Attribution] = {}
    roles = {"s": "source", "q": "cue", "c": "content"}
    for m in MARK.finditer(marked):
        text += marked[last : m.start()]
        last = m.end()
        if m[1]:
            opened.append((roles[m[1]], [int(n) for n in m[2].split(",")], len(text)))
        else:
            if not opened:
                raise ValueError(f"closing bracket without an opening one behind {text[-40:]!r}")
            role, numbers, start = opened.pop()
            for number in numbers:
                getattr(found.setdefault(number, Attribution()), role).append([start, len(text)])
    if opened:
        raise ValueError(f"open {opened[-1][0]} {opened[-1][1]}")
    text += marked[last:]
    for line in legend.splitlines():
        if m := LINE.fullmatch(line.strip()):
            number = int(m[1])
            if number not in found:
                raise ValueError(f"{number} stands in the legend, not in the text")
            found[number].party = None if m[2].strip() == "-" else m[2].strip()
            found[number].speaker = None if m[3].strip() == "-" else m[3].strip()
    for number, a in found.items():
        if not a.content:
            raise ValueError(f"{number} has no content")
        a.content.sort()
    return header, text, found


def find_outer(found: dict[int, Attribution]) -> list[int]:
    """Numbers of the attributions that do not stand inside another's content: what a tagger of one layer can see."""
    outer = []
    for number, a in found.items():
        start, end = a.content[0][0], a.content[-1][1]
        hosted = any(
            s <= start and end <= e and (s, e) != (start, end)
            for other, b in found.items()
            if other != number
            for s, e in b.content
        )
        if not hosted:
            outer.append(number)
    return outer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("out", type=Path)
    args = parser.parse_args()
    count = nested = 0
    with args.out.open("w", encoding="utf-8") as out:
        for path in sorted(args.folder.glob("*.txt")):
            try:
                header, text, found = parse_article(path.read_text(encoding="utf-8"))
            except ValueError as error:
                print(f"{path.name}: {error}")
                continue
            outer = find_outer(found)
            count += len(found)
            nested += len(found) - len(outer)
            rows = [{"source": a.source, "cue": a.cue, "content": a.content, "party": a.party, "speaker": a.speaker}
                    for number in outer if (a := found[number]).cue]
            article = {"id": path.stem, "title": header.get("Title", ""), "text": text, "attributions": rows}
            out.write(json.dumps(article, ensure_ascii=False) + "\n")
    print(f"{count} attributions, {nested} of them nested")


if __name__ == "__main__":
    main()
