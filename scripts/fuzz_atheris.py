"""The readers and rules under a coverage-guided fuzzer (libFuzzer by atheris), which invents inputs that reach new branches.

    .venv/bin/pip install atheris        # wheels for CPython 3.11 to 3.13 on Linux
    .venv/bin/python scripts/fuzz_atheris.py [CORPUS] [-max_total_time=3600] [any option of libFuzzer]

The longer form of scripts/fuzz.py, with its readers and its drawn answers in the models' place. The first byte of an input chooses
the reader; an empty folder CORPUS is filled with good input for each of them first. It runs until it is stopped or something
breaks; what broke is written to a file crash-... that the same command takes as its argument to do it again.
"""

import sys
from pathlib import Path

try:
    import atheris
except ImportError:
    sys.exit("atheris is not installed: .venv/bin/pip install atheris")

with atheris.instrument_imports(include=["tracker"]):
    import fuzz

    from tracker.config import Config
    from tracker.reading import load_knowledge

LONGEST = 1000


def main() -> None:
    bench, targets = fuzz.Bench(load_knowledge(Config())), list(fuzz.load_targets().values())
    corpus = Path(sys.argv[1]) if sys.argv[1:] and not sys.argv[1].startswith("-") else None
    if corpus and corpus.is_dir() and not any(corpus.iterdir()):
        for number, (_, _, sources) in enumerate(targets):
            for k, source in enumerate(sources):
                (corpus / f"{number}-{k}").write_bytes(bytes([number]) + source[:LONGEST])

    def take(data: bytes) -> None:
        if data:
            _, read, _ = targets[data[0] % len(targets)]
            list(bench.take(read, data[1:], len(data), models=False))

    atheris.Setup([*sys.argv, f"-max_len={LONGEST}", "-len_control=0", "-timeout=60", "-rss_limit_mb=0"], take)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
