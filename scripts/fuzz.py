"""Feeds every reader and the whole extraction with damaged and invented input until something breaks.

    .venv/bin/python scripts/fuzz.py [--inputs 100000] [--seed 1] [--start 1] [--keep FOLDER]

The longer form of tests/test_hostile.py. Inputs are articles, pages, feeds, mails, JSON lines, robots.txt and OPML files with
bytes cut out, doubled, swapped and put in, and mixtures of news and noise. Whatever a reader makes of one is understood within
the bounds of an article, compared with what the parties said before, stored, and told in a digest now and then. The models are
called for one input in ten; for the others their answers are drawn by chance, which asks more of the rules than the models do
and takes a tenth of the time. An input depends on its number and the seed alone. Prints a line every thousand; exit code 1
where an input raised anything, which is then kept as a file.
"""

import argparse
import json
import random
import runpy
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import numpy as np

from tracker import comparison, reading
from tracker.articles.feed import parse_feed
from tracker.articles.fetch import parse_header, parse_retry_after
from tracker.articles.messages import parse_mail, split_mbox
from tracker.articles.opml import parse_opml
from tracker.articles.page import parse_page
from tracker.articles.records import parse_record, split_lines
from tracker.articles.robots import parse_robots
from tracker.articles.text import parse_text
from tracker.bounds import ExceededError, bounded
from tracker.config import Config
from tracker.digest.compose import compose_digest
from tracker.digest.html import render_html
from tracker.digest.json import render_json
from tracker.digest.markdown import render_markdown
from tracker.digest.terminal import render_terminal
from tracker.digest.text import render_text
from tracker.errors import TrackerError
from tracker.intake import Intake, find_witness, take_in
from tracker.language import tagger
from tracker.language.judge import LABELS
from tracker.language.model import find_pieces
from tracker.language.windows import find_paragraphs, find_windows, find_words
from tracker.model import Article, Failure, Label, Reading
from tracker.reading import Knowledge, load_knowledge
from tracker.store.store import Store, open_rehearsal

TOP = Path(__file__).parents[1]
MOMENT = datetime(2031, 5, 4, tzinfo=UTC)
LONGEST = 1_500
"""Bytes of an input: what breaks a reader does so in little space."""
MODELS = 0.1
"""Share of the inputs that the models themselves read."""
TOLD = 250
"""Inputs from one digest to the next."""
FORGOTTEN = 2_500
"""Inputs after which a history begins anew, so that storing stays quick."""

Read = Callable[[bytes], Iterator[Article | Failure | None]]
"""The articles in some bytes, a failure for each that could not be read; None for what holds no articles at all."""
Targets = dict[str, tuple[int, Read, list[bytes]]]
"""By name: how often, the reader, and what its inputs are made of."""

GRAMMAR = (
    b"<!--", b"-->", b"<script>", b"]]>", b"&#0;", b"&#xD800;", b"&#99999999;", b"<![CDATA[", b"\r\n\r\n", b"\n\n", b'"', b"{",
    b"\\u0000", b"\\ud800", b"=?utf-8?b?", b"?=", b"=\r\n", b"--b\r\n", b"<p>", b"</article>", b"<?", b"<!DOCTYPE x [",
    b"Date: ", b"Title: ", b"\xff\xfe", b"\xef\xbb\xbf",
)  # fmt: skip

# ---- the readers ------------------------------------------------------------------------------------------------------------


def read_text(data: bytes) -> Iterator[Article | Failure | None]:
    yield parse_text(data, "a.txt", MOMENT)


def read_page(data: bytes) -> Iterator[Article | Failure | None]:
    yield parse_page(data, "a.html", None, MOMENT)


def read_mail(data: bytes) -> Iterator[Article | Failure | None]:
    yield parse_mail(data, "a.eml", MOMENT, MOMENT)


def read_mailbox(data: bytes) -> Iterator[Article | Failure | None]:
    for piece in split_mbox(BytesIO(data)):
        yield parse_mail(piece, "a.mbox#1", MOMENT, MOMENT)


def read_records(data: bytes) -> Iterator[Article | Failure | None]:
    for line in split_lines(BytesIO(data)):
        yield parse_record(line, "a.jsonl#1", MOMENT)


def read_feed(data: bytes) -> Iterator[Article | Failure | None]:
    found = parse_feed(data, "https://outlet.example/rss", MOMENT)
    if isinstance(found, str):
        yield Failure("feed", "feed", found)
        return
    for entry in found.entries:
        assert entry.link is None or entry.link.startswith(("http://", "https://"))
        assert "\n" not in entry.title
        yield parse_text(entry.text.encode("utf-8", "replace"), "feed", MOMENT) if entry.text else None


def read_robots(data: bytes) -> Iterator[Article | Failure | None]:
    text = data.decode("utf-8", "replace")
    parse_robots(text, "tracker").allows("https://outlet.example/" + text[:80].replace(" ", "%20"))
    parse_retry_after(text[:40], MOMENT)
    parse_header(text[:200])
    yield None


def read_outlines(data: bytes) -> Iterator[Article | Failure | None]:
    with suppress(TrackerError):  # the reader's own file: a typed error is the answer
        parse_opml(data, "a.opml")
    yield None


MAIL = (
    b"From: Desk <desk@wire.example>\r\nSubject: =?utf-8?q?Norway_stays_away?=\r\nDate: Sun, 04 May 2031 03:00:00 +0200\r\n"
    b'MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain; '
    b"charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nNorway will not sign=2C its minister said.\r\n"
    b"--b\r\nContent-Type: text/html\r\n\r\n<p>Norway will not sign, its minister said.</p>\r\n--b--\r\n"
)
RECORD = json.dumps({"title": "Norway", "text": "Norway will not sign, its minister said.", "date": "2031-05-04"}).encode()
ROBOTS = b"User-agent: *\nDisallow: /*/print$\nAllow: /news/%7Ea\nCrawl-delay: 2\n\nUser-agent: tracker\nDisallow:\n"
OUTLINES = (
    b'<?xml version="1.0"?><opml version="2.0"><body><outline text="Water"><outline type="rss" text="The Wire" '
    b'xmlUrl="https://wire.example/rss" language="en"/></outline></body></opml>'
)


def load_targets() -> Targets:
    texts = [path.read_bytes() for path in sorted((TOP / "seeds").glob("*.txt"))]
    feeds = [path.read_bytes() for path in sorted((TOP / "tests" / "articles" / "feeds").glob("*.*"))]
    pages = [
        b"<html><head><title>x</title></head><body><article><h1>x</h1>"
        + b"".join(b"<p>" + line + b"</p>" for line in text.split(b"\n") if line.strip())
        + b"</article></body></html>"
        for text in texts
    ]
    return {
        "text": (50, read_text, texts),
        "page": (14, read_page, pages),
        "feed": (12, read_feed, feeds),
        "mail": (8, read_mail, [MAIL]),
        "mailbox": (3, read_mailbox, [b"From a@b Sun May  4 03:00:00 2031\n" + MAIL.replace(b"\r\n", b"\n") + b"\n" for _ in (1,)]),
        "records": (6, read_records, [RECORD + b"\n" + RECORD]),
        "robots": (4, read_robots, [ROBOTS]),
        "outlines": (3, read_outlines, [OUTLINES]),
    }


# ---- answers by chance in the models' place ---------------------------------------------------------------------------------


class Drawn:
    """Stands in for the three models. `chance` is set anew for every input."""

    def __init__(self) -> None:
        self.chance = np.random.default_rng(0)
        axes = np.eye(384, dtype="<f4")[:24]
        self._bases = [*axes, *(((a + b) / np.sqrt(2)).astype("<f4") for a, b in pairwise(axes))]
        self._real = (tagger.find_tag_scores, reading.find_vectors, comparison.find_label_chances)

    def find_tag_scores(self, text: str):  # type: ignore[no-untyped-def]
        paragraphs = find_paragraphs(text)
        words = find_words(paragraphs, find_pieces([text[p.start : p.end] for p in paragraphs]))
        scores = []
        for window in find_windows(text, words):
            drawn = self.chance.standard_normal((len(window), len(tagger.TAGS))).astype("<f4") * 4
            drawn[:, (2, 4, 6)] += 2  # inside tags: spans of some words
            scores.append((window, drawn - np.log(np.exp(drawn).sum(axis=1, keepdims=True))))
        return words, scores

    def find_vectors(self, statements: list[str]) -> list[bytes]:
        return [self._bases[int(self.chance.integers(len(self._bases)))].tobytes() for _ in statements]

    def find_label_chances(self, pairs: list[tuple[str, str]]) -> list[dict[Label, float]]:
        drawn = self.chance.dirichlet([0.4] * len(LABELS), size=len(pairs))
        return [dict(zip(LABELS, map(float, row), strict=True)) for row in drawn]

    def stand_in(self, instead: bool) -> None:
        """Put the drawn answers, or the models' own, in their places."""
        scores, vectors, chances = (self.find_tag_scores, self.find_vectors, self.find_label_chances) if instead else self._real
        tagger.find_tag_scores = scores  # type: ignore[assignment]
        reading.find_vectors = vectors  # type: ignore[assignment]
        comparison.find_label_chances = chances  # type: ignore[assignment]


# ---- one input --------------------------------------------------------------------------------------------------------------


class Bench:
    """A history into which everything that can be read goes."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self._config = Config()
        self._drawn = Drawn()
        hostile = runpy.run_path(str(TOP / "tests" / "test_hostile.py"))
        self.pieces: list[bytes] = [piece.encode() for piece in hostile["PIECES"]]
        self._check = hostile["check_reading"]
        self._store: Store | None = None
        self._count = 0

    def take(self, read: Read, data: bytes, seed: int, *, models: bool) -> Iterator[str]:
        """How each article in the input ended. Raises whatever breaks."""
        self._drawn.chance = np.random.default_rng(seed)
        self._drawn.stand_in(not models)
        if self._count % FORGOTTEN == 0:
            if self._store:
                self._store.close()
            self._store = open_rehearsal(Path("there-is-none.db"))
        self._count += 1
        assert self._store
        now = MOMENT + timedelta(minutes=self._count)
        with bounded(self._config.article_seconds, self._config.article_megabytes):
            outcomes = list(read(data))
        for outcome in outcomes:
            if isinstance(outcome, Article):
                self._take_in(outcome, now)
            yield "read" if isinstance(outcome, Article) else "refused" if outcome else "no article"
        if self._count % TOLD == 0:
            self._tell(now)

    def _take_in(self, article: Article, now: datetime) -> None:
        """As a night does: also as another text of an article, as a copy, or late."""
        assert self._store
        witness = find_witness(article, self._store)
        if witness is None:
            return
        intake = Intake(self._store, self._knowledge, self._config, self._store.begin_run(now, "fuzz"), now)
        found = take_in(witness, intake)
        if isinstance(found, Reading):
            self._check(found)
        elif "could not be understood" in found.message:  # whatever raised it is written there
            raise RuntimeError(found.message)

    def _tell(self, now: datetime) -> None:
        assert self._store
        material = self._store.load_material(now - timedelta(minutes=TOLD), now)
        digest = compose_digest(
            material.changes, material.articles, material.failures, since=None, until=now, articles_seen=material.articles_seen
        )
        for text in (render_text(digest), render_html(digest), render_markdown(digest), render_json(digest)):
            assert text
        assert "\x1b[31m" not in render_terminal(digest, 80, colour=False)


def compose_input(number: int, seed: int, targets: Targets, pieces: list[bytes]) -> tuple[str, bytes]:
    """The name of a target and the bytes for it."""
    chance = random.Random(f"{seed}-{number}")
    name = chance.choices(list(targets), [weight for weight, _, _ in targets.values()])[0]
    sources = targets[name][2]
    if name == "text" and chance.random() < 0.5:
        return name, b"".join(chance.choice(pieces) for _ in range(chance.randint(1, 150)))
    source = chance.choice(sources)
    start = chance.randrange(len(source)) if name == "text" or chance.random() < 0.2 else 0
    data = source[start : start + chance.randint(50, LONGEST * (1 if name == "text" else 4))]
    for _ in range(chance.randint(0, 8)):
        data = damage(data, chance, pieces)
    return name, data


def damage(data: bytes, chance: random.Random, pieces: list[bytes]) -> bytes:
    at, to = sorted((chance.randint(0, len(data)), chance.randint(0, len(data))))
    kind = chance.randrange(6)
    if kind == 0:
        return data[:at] + data[min(to, at + 40) :]
    if kind == 1:
        return data[:to] + data[at:to][:200] * chance.randint(1, 3) + data[to:]
    if kind == 2:
        return data[:at] + chance.choice(pieces) + data[at:]
    if kind == 3:
        return data[:at] + chance.randbytes(chance.randint(1, 4)) + data[at:]
    if kind == 4:
        return data[:at] + chance.choice(GRAMMAR) + data[at:]
    return data[to:] + data[at:to] + data[:at]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inputs", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--start", type=int, default=1, help="number of the first input")
    parser.add_argument("--keep", type=Path, default=Path(tempfile.gettempdir()) / "fuzz-failures", help="for what broke something")
    options = parser.parse_args()
    bench, targets = Bench(load_knowledge(Config())), load_targets()
    ends: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    begun = time.monotonic()
    longest = 0.0
    for done, number in enumerate(range(options.start, options.start + options.inputs), 1):
        name, data = compose_input(number, options.seed, targets, bench.pieces)
        kinds[name] += 1
        since = time.monotonic()
        try:
            ends.update(bench.take(targets[name][1], data, number, models=number % round(1 / MODELS) == 0))
        except (Exception, ExceededError) as error:  # whatever it is, it is what this script is for
            ends["broken"] += 1
            options.keep.mkdir(exist_ok=True)
            path = options.keep / f"{options.seed}-{number}.{name}"
            path.write_bytes(data)
            print(f"{path}: {type(error).__name__}: {error!s:.200}", flush=True)
        longest = max(longest, time.monotonic() - since)
        if done % 1000 == 0:
            print(f"{done} inputs, {dict(ends)}, {done / (time.monotonic() - begun):.0f} a second", flush=True)
    told = ", ".join(f"{count} {name}" for name, count in kinds.most_common())
    print(f"{options.inputs} inputs ({told}): {dict(ends)}; {ends['broken']} broken, the longest took {longest:.2f} s")
    return 1 if ends["broken"] else 0


if __name__ == "__main__":
    sys.exit(main())
