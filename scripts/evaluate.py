"""Every figure on the development data, measured by its own scorers on what the commands print.

    scripts/evaluate [--only PART,PART] [--errors] [--check] [--json FILE]
    scripts/evaluate --report pairs [--errors]

Parts: polnear, confidence, parties, coreference, ankara, pairs, peace-talks, tariffs, beats, copies, arrival.

The data lie in ../shared beside the checkout (or where TRACKER_SHARED says); without them there is nothing to measure.
`--errors` prints the scorers' lists of misses too. `--check` ends with 1 where a figure falls below tests/floors.toml.
`--report pairs` prints the confusion table, what each part of the comparison reaches alone, and the errors that weigh most (with
their texts where `--errors` is given too).
"""

import argparse
import gzip
import json
import os
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path

TOP = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("TRACKER_SHARED", TOP.parent / "shared"))
EVAL = SHARED / "eval"
FLOORS = TOP / "tests" / "floors.toml"

Figures = dict[str, float]


def call(*words: object, stdin: str | None = None) -> str:
    """Standard output of a command; its standard error and this program end where it fails."""
    done = subprocess.run([str(w) for w in words], input=stdin, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, words))} ended with {done.returncode}:\n{done.stderr}")
    return done.stdout


def tracker(*words: object) -> str:
    return call(sys.executable, "-m", "tracker.cli", *words)


def number(pattern: str, text: str) -> float:
    found = re.search(pattern, text)
    if not found:
        sys.exit(f"no figure like {pattern!r} in:\n{text}")
    return float(found[1])


def polnear(folder: Path) -> tuple[Figures, str]:
    """PolNeAR's development split: attributions of 84 political articles."""
    from tracker.language.lexicon import load_lexicon
    from tracker.language.sentences import find_sentences
    from tracker.language.tagger import find_spans
    from tracker.positions.attributions import find_attributions
    from tracker.positions.avowals import find_avowals
    from tracker.positions.continuations import find_continuations

    lexicon = load_lexicon()
    gold = EVAL / "polnear-dev.jsonl.gz"
    predicted = folder / "polnear.jsonl"
    with gzip.open(gold, "rt", encoding="utf-8") as articles, predicted.open("w", encoding="utf-8") as out:
        for line in articles:
            article = json.loads(line)
            text = article["text"]
            sentences = find_sentences(text)
            spans = find_spans(text)
            found = find_attributions(text, spans, sentences)
            found += find_continuations(text, found, sentences, lexicon, spans)
            found += find_avowals(text, found, sentences, lexicon)
            rows = [{"source": a.source, "cue": a.cue, "content": a.content} for a in found]
            out.write(json.dumps({"id": article["id"], "attributions": rows}) + "\n")
    printed = call(sys.executable, EVAL / "polnear.py", "score", gold, predicted)
    cell = r"\s+([\d.]+) \[[^]]*\]"
    figures = {
        f"polnear {name}": number(rf"{name}(?:{cell.replace('(', '(?:')}){{{skip}}}{cell}", printed)
        for name, skip in (("content exact", 2), ("content partial", 2), ("source accuracy", 0), ("full tuple", 2))
    }
    return figures, printed


def confidence(folder: Path) -> tuple[Figures, str]:  # noqa: ARG001
    """Whether attributions of PolNeAR's development split are right as often as they are said to be; the surest ones' precision."""
    from measure_confidence import measure_confidence

    figures, printed = measure_confidence(EVAL / "polnear-dev.jsonl.gz", EVAL / "polnear.py")
    print(printed)
    return figures, ""


def parties(folder: Path) -> tuple[Figures, str]:  # noqa: ARG001
    """The party behind the gold sources of the annotated articles, which are part of the checkout."""
    from measure_parties import ARTICLES, HELD_OUT, find_beats, measure

    paths: dict[str, list[Path]] = {"seen": [], "held-out": []}
    for beat, members in find_beats(ARTICLES).items():
        paths["held-out" if beat in HELD_OUT else "seen"] += members
    counts = {part: measure(members) for part, members in paths.items()}
    printed = "\n".join(f"{part}: {dict(found.most_common())}" for part, found in counts.items())
    print(printed)
    return {f"parties {part} beats": round(100 * c["right"] / c.total(), 1) for part, c in counts.items()}, ""


def coreference(folder: Path) -> tuple[Figures, str]:  # noqa: ARG001
    """Pronouns and nominals against GUM's chains."""
    from measure_coreference import GUM, measure_coreference

    if not GUM.is_dir():
        print(f"coreference is left out: there is no {GUM}")
        return {}, ""
    return measure_coreference(GUM)


def find_share(printed: Iterable[str]) -> float:
    """Of the positions found, the share with the right party, in per cent; a joint one may count twice, so 100 at most."""
    found, right = 0.0, 0.0
    for text in printed:
        found += number(r"party aside\s.*\((\d+) right", text)
        right += number(r"right party\s.*\((\d+) right", text)
    return min(100.0, round(100 * right / max(1, found), 1))


def positions(name: str, text: Path, gold: Path, folder: Path) -> tuple[Figures, str]:
    """Positions of one article against its gold file."""
    extracted = folder / f"{name}.jsonl"
    extracted.write_text(tracker("extract", text, "--json"), encoding="utf-8")
    printed = call(sys.executable, EVAL / "score.py", "positions", gold, extracted)
    return {
        f"{name} position found": number(r"party aside\s.*F1\s+([\d.]+)%", printed),
        f"{name} right party": number(r"right party\s.*F1\s+([\d.]+)%", printed),
        f"{name} right party where found": find_share([printed]),
        f"{name} core recall": number(r"core recall ([\d.]+)%", printed),
    }, printed


def pairs(folder: Path) -> tuple[Figures, str]:
    """240 pairs of statements, six labels; `issue` is not given to the comparison."""
    gold = EVAL / "pairs-dev.jsonl"
    rows = [json.loads(line) for line in gold.read_text(encoding="utf-8").splitlines() if line.strip()]
    asked, told = folder / "asked.jsonl", folder / "told.jsonl"
    kept = ("id", "party", "before", "after")
    asked.write_text("".join(json.dumps({k: r[k] for k in kept}) + "\n" for r in rows), encoding="utf-8")
    told.write_text(tracker("compare", asked, "--json"), encoding="utf-8")
    printed = call(sys.executable, EVAL / "score.py", "pairs", gold, told)
    return {
        "pairs accuracy": number(r"accuracy ([\d.]+)%", printed),
        "pairs macro F1": number(r"macro F1 ([\d.]+)%", printed),
        "pairs wrong way round": number(r"wrong way round[^:]*: ([\d.]+)%", printed),
        "pairs reversed precision": number(r"reversed .*precision (\d+)%", printed),
    }, printed


def timeline(beat: str, folder: Path) -> tuple[Figures, str]:
    """A beat of articles in order: positions, changes and alerts."""
    database, source = folder / f"{beat}.db", EVAL / "timelines" / beat
    tracker("run", source, "--db", database, "--now", "2026-11-24T05:00:00+00:00", "--quiet")
    printed = call(sys.executable, EVAL / "score.py", "timeline", source, database)
    found = r"\s+P\s+([\d.]+)%"
    again = r"\s+P\s+[\d.]+%  R\s+([\d.]+)%"
    # The positions' text alone, party aside, as for a single article.
    gold = json.loads((source / "gold.json").read_text(encoding="utf-8"))["positions"]
    by_article = {}
    for path in sorted(source.glob("*.txt")):
        wanted = folder / f"{beat}-{path.stem}.json"
        rows = [g for g in gold if Path(g["article"]).stem == path.stem]
        wanted.write_text(json.dumps({"positions": rows}), encoding="utf-8")
        extracted = folder / f"{beat}-{path.stem}.jsonl"
        extracted.write_text(tracker("extract", path, "--json"), encoding="utf-8")
        by_article[path.stem] = call(sys.executable, EVAL / "score.py", "positions", wanted, extracted)
    hits, predicted, golden = (
        sum(number(pattern, text) for text in by_article.values())
        for pattern in (
            r"party aside\s.*\((\d+) right",
            r"party aside\s.*right of (\d+) predicted",
            r"party aside\s.*predicted, (\d+) gold",
        )
    )
    return {
        f"{beat} position found": round(200 * hits / max(1, predicted + golden), 1),
        f"{beat} right party": number(r"positions\s+P.*F1\s+([\d.]+)%", printed),
        f"{beat} right party where found": find_share(by_article.values()),
        f"{beat} alerts pair precision": number(r"alerts, right pair" + found, printed),
        f"{beat} alerts pair recall": number(r"alerts, right pair" + again, printed),
        f"{beat} alerts label precision": number(r"alerts, right label" + found, printed),
        f"{beat} alerts label recall": number(r"alerts, right label" + again, printed),
        f"{beat} alerts in copies": number(r"republished articles (\d+)", printed),
    }, "\n".join(by_article.values()) + printed


def beats() -> tuple[Figures, str]:
    """The timelines of tests/timelines taken together."""
    from beats import measure_beats

    return measure_beats(EVAL / "score.py")


def copies() -> tuple[Figures, str]:
    """Edited articles against the stored ones: which are found again, and what is taken for a copy and is none."""
    sys.path.insert(0, str(TOP / "scripts"))
    from copies import measure_copies

    return measure_copies(EVAL)


def arrival() -> tuple[Figures, str]:
    """One article a night in another order, against all in one night."""
    sys.path.insert(0, str(TOP / "scripts"))
    from arrival import measure_arrival

    return measure_arrival([TOP / "seeds", *(EVAL / "timelines" / beat for beat in ("peace-talks", "tariffs"))])


def measure(only: set[str], errors: bool) -> Figures:
    """All figures asked for, printed as they come."""
    figures: Figures = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        parts: dict[str, Callable[[], tuple[Figures, str]]] = {
            "polnear": lambda: polnear(folder),
            "confidence": lambda: confidence(folder),
            "parties": lambda: parties(folder),
            "coreference": lambda: coreference(folder),
            "ankara": lambda: positions("ankara", SHARED / "seeds" / "ankara.txt", EVAL / "ankara-gold.json", folder),
            "pairs": lambda: pairs(folder),
            "peace-talks": lambda: timeline("peace-talks", folder),
            "tariffs": lambda: timeline("tariffs", folder),
            "beats": beats,
            "copies": copies,
            "arrival": arrival,
        }
        for part, run in parts.items():
            if only and part not in only:
                continue
            found, printed = run()
            if errors:
                print(printed)
            for figure, value in found.items():
                print(f"{figure:36}{value:7.1f}", flush=True)
            figures |= found
    return figures


def find_shortfalls(figures: Figures, floors: dict[str, dict[str, float]]) -> list[str]:
    """A sentence for each figure beyond its bound; `ceiling` bounds those of which less is better."""
    short = [
        f"{name} is {figures[name]}, its floor is {floor}"
        for name, floor in floors.get("floor", {}).items()
        if name in figures and figures[name] < floor
    ]
    return short + [
        f"{name} is {figures[name]}, its ceiling is {ceiling}"
        for name, ceiling in floors.get("ceiling", {}).items()
        if name in figures and figures[name] > ceiling
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="parts, separated by commas")
    parser.add_argument("--errors", action="store_true")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--report", choices=["pairs"])
    args = parser.parse_args()
    if not EVAL.is_dir():
        sys.exit(f"no evaluation data at {EVAL}: set TRACKER_SHARED to the folder that holds eval/")
    if args.report:
        from report_pairs import report

        print(report(EVAL / "pairs-dev.jsonl", args.errors))
        return
    figures = measure(set(filter(None, args.only.split(","))), args.errors)
    if args.json:
        args.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    if args.check and (short := find_shortfalls(figures, tomllib.loads(FLOORS.read_text(encoding="utf-8")))):
        sys.exit("\n".join(short))


if __name__ == "__main__":
    main()
