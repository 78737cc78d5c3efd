"""Who stands behind a source: parties told for the gold sources of the annotated articles, so that the tagger plays no part.

    scripts/measure_parties.py [--folder scripts/train/attributions] [--beats A,B] [--errors]

Nested attributions count too; a group without a name ("lenders") may have itself or nobody behind it. Where the gold names
several parties, all of them have to be told and no other.
"""

import argparse
import sys
from collections import Counter
from pathlib import Path

TOP = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TOP), str(TOP / "scripts" / "train")]

from annotated import parse_article  # noqa: E402

from tracker.model import Attribution, Span  # noqa: E402
from tracker.positions.actors import resolve_voices  # noqa: E402
from tracker.positions.attributions import find_kind, find_quotations  # noqa: E402
from tracker.positions.catalogue import Catalogue, load_catalogue  # noqa: E402
from tracker.positions.roles import RoleKind  # noqa: E402
from tracker.positions.words import find_words  # noqa: E402

ARTICLES = TOP / "scripts" / "train" / "attributions"
HELD_OUT = (
    "energy-pipelines", "fisheries-quota", "peace-mediation", "pension-reform", "police-conduct", "vaccine-supply",
)  # fmt: skip
"""Beats at whose errors nobody looked while most of the rules were written; those for pronouns were checked on them too."""
SMALL = frozenset({"the", "of", "and", "a", "an", "for", "s"})


def is_same(left: str, right: str) -> bool:
    """Whether two names mean one party: one's words hold the other's, as the scorer of positions has it."""
    a, b = (set(name.lower().replace("’", "'").replace("'s", "").replace("-", " ").split()) - SMALL for name in (left, right))
    return bool(a and b and (a <= b or b <= a))


def find_full_name(name: str, catalogue: Catalogue) -> str:
    """The catalogue's name of a party where it knows all of it: "Democrats" are the Democratic Party."""
    words = find_words(name)
    found = catalogue.find_name(words, 0)
    return found[0].actor.party if found and found[1] == len(words.lowers) else name


def is_vague(gold: list[str], source: str, catalogue: Catalogue) -> bool:
    """Whether the gold party is only a group without a name and no body: "Lenders", "Patients". No party is as good there."""
    words = {word.lower() for name in gold for word in name.replace("’", "'").split()}
    own = {word.lower().strip(",.") for word in source.replace("’", "'").split()}
    bodies = {word for word in words if catalogue.roles.words.get((word,)) is RoleKind.BODY}
    return words - SMALL <= own and not bodies and not any(word[0].isupper() for name in gold for word in name.split()[1:])


def classify(gold: list[str], told: list[str]) -> str:
    """The outcome for one attribution: `right` or what is wrong."""
    if not gold or not told:
        return "right" if not gold and not told else "null that should be a party" if gold else "party that should be null"
    if all(any(is_same(g, t) for t in told) for g in gold) and all(any(is_same(g, t) for g in gold) for t in told):
        return "right"
    return "wrong party" if not any(is_same(g, t) for g in gold for t in told) else "not all, or one too many"


def measure(paths: list[Path], *, errors: bool = False) -> Counter[str]:
    """How often each outcome occurred; misses are printed as they come where `errors` says so."""
    catalogue = load_catalogue()
    counts: Counter[str] = Counter()
    for path in paths:
        header, text, found = parse_article(path.read_text(encoding="utf-8"))
        quotations = find_quotations(text)
        spans = {
            number: {role: tuple(Span(*pair) for pair in getattr(found[number], role)) for role in ("source", "cue", "content")}
            for number in found
        }
        attributions = [
            Attribution(s["source"], s["cue"], s["content"], find_kind(text, s["content"], quotations), 1.0) for s in spans.values()
        ]
        for (number, gold), voices in zip(
            found.items(), resolve_voices(text, attributions, catalogue, header.get("Source", "")), strict=True
        ):
            wanted = [find_full_name(name, catalogue) for name in gold.party.split(" & ")] if gold.party else []
            told = [voice.party for voice in voices if voice.party]
            source = " … ".join(text[start:end] for start, end in gold.source)
            if wanted and not told and is_vague(wanted, source, catalogue):
                continue
            outcome = classify(wanted, told)
            counts[outcome] += 1
            if errors and outcome != "right":
                print(f"{path.stem} {number:>3} {outcome}: [{source}] gold {wanted} told {told} ({voices[0].rule})")
    return counts


def find_beats(folder: Path) -> dict[str, list[Path]]:
    """The annotated articles by the name of their beat."""
    found: dict[str, list[Path]] = {}
    for path in sorted(folder.glob("*.txt")):
        found.setdefault(path.stem.rsplit("-", 1)[0], []).append(path)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, default=ARTICLES)
    parser.add_argument("--beats", default="", help="names of beats, separated by commas; `held-out` and `seen` stand for several")
    parser.add_argument("--errors", action="store_true")
    args = parser.parse_args()
    asked = tuple(filter(None, args.beats.split(",")))
    totals: dict[str, Counter[str]] = {"seen": Counter(), "held-out": Counter()}
    for beat, members in find_beats(args.folder).items():
        part = "held-out" if beat in HELD_OUT else "seen"
        if not asked or beat in asked or part in asked:
            counts = measure(members, errors=args.errors)
            totals[part] += counts
            print(f"{beat:24}{100 * counts['right'] / counts.total():6.1f} of {counts.total()}")
    for part, total in totals.items():
        if total:
            print(f"{part:24}{100 * total['right'] / total.total():6.1f} of {total.total()}: {dict(total.most_common())}")


if __name__ == "__main__":
    main()
