"""The words of a digest: text made safe to show, dates, labels and counts. Every renderer takes them from here."""

import re
from datetime import UTC, datetime
from typing import Final

from tracker.model import Corrector, DateSource, Digest, Label

LABEL_SIGNS: Final = {
    Label.REVERSED: "⇄",
    Label.HARDENED: "▲",
    Label.SOFTENED: "▽",
    Label.AMENDED: "≈",
    Label.NEW: "+",
    Label.RESTATED: "=",
}
MOVED: Final = (Label.REVERSED, Label.HARDENED, Label.SOFTENED, Label.AMENDED)
"""The labels that mean a stated stance moved, most consequential first."""

_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

# ECMA-48 control sequences whole, so that no "[31m" stays behind; the lengths are bounded against hostile input.
_SEQUENCES: Final = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]{0,64}[ -/]{0,8}[@-~]|(?:\x1b[\]PX^_]|\x9d)[^\x07\x1b\x9c]{0,2000}(?:\x07|\x1b\\|\x9c)"
)
_BLANKS: Final = re.compile(r"[\s\x1c-\x1f\x85\u2028\u2029]+")
# Controls; zero-width characters other than the joiners that scripts need; the bidirectional controls of UAX #9; tags.
_UNSEEN: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
_UNPAIRED: Final = re.compile("[\ud800-\udfff\ufffe\uffff]")
_OPENING_QUOTE: Final = re.compile(r"[“„«]|(?<![^\s(\[—\u2013-])\"")
_CLOSING_QUOTE: Final = re.compile(r"[”»\"]")
_LAST_COMMA: Final = re.compile(r"[\s,;:]+$")


def clean_text(text: str, limit: int) -> str:
    """`text` in one line, at most `limit` characters, with nothing in it that could steer a terminal, a mail or a page.

    Line breaks and runs of blanks become one space; control characters, terminal sequences (ECMA-48), bidirectional controls
    (UAX #9) and invisible characters are dropped; lone surrogates become U+FFFD. What is too long is cut at a word and ends
    in "…".
    """
    bounded = text[: 8 * limit + 1000]
    shown = _UNSEEN.sub("", _BLANKS.sub(" ", _SEQUENCES.sub("", bounded)))
    shown = _BLANKS.sub(" ", _UNPAIRED.sub("\ufffd", shown)).strip()
    return cut_text(shown, limit)


def cut_text(text: str, limit: int) -> str:
    """`text`, or its first words with "…" where it is longer than `limit` characters. A single long word is cut inside."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    whole, blank, _ = head.rpartition(" ")
    return (whole if blank and len(whole) > limit // 2 else head).rstrip(" ,;:—-\u2013") + "…"


def quotable_text(text: str) -> str:
    """`text` ready to stand between “ and ”: a pair of marks around all of it is taken off, with the comma that newspapers put
    before the second one; the marks within become single ones."""
    if len(text) > 2 and text[0] in '“"„«' and text[-1] in '”"»' and not re.search('[“”"„«»]', text[1:-1]):
        return _LAST_COMMA.sub("", text[1:-1]).strip() or text[1:-1].strip()
    return _CLOSING_QUOTE.sub("\u2019", _OPENING_QUOTE.sub("\u2018", text))


def render_date(moment: datetime) -> str:
    """The day in UTC, such as "24 Nov 2026", whatever the machine's locale."""
    day = moment.astimezone(UTC)
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def render_short_date(moment: datetime) -> str:
    """The day in UTC without its year, such as "24 Nov"."""
    return render_date(moment).rpartition(" ")[0]


def render_moment(moment: datetime) -> str:
    """Day and minute in UTC, such as "24 Nov 2026, 02:00"."""
    return f"{render_date(moment)}, {moment.astimezone(UTC):%H:%M}"


def render_dated(moment: datetime, date_source: DateSource | None) -> str:
    """The day; one that was only taken from a file's time says so."""
    return render_date(moment) + (" (date from the file)" if date_source is DateSource.FILE else "")


def render_window(digest: Digest) -> str:
    """The time that the digest covers, in words."""
    if digest.since is None:
        return f"As of {render_moment(digest.until)} UTC"
    return f"From {render_moment(digest.since)} to {render_moment(digest.until)} UTC"


def count_noun(count: int, singular: str, plural: str = "") -> str:
    """ "1 article", "1,200 articles"."""
    return f"{count:,} {singular if count == 1 else plural or singular + 's'}"


def count_labels(digest: Digest) -> dict[Label, int]:
    """How many changes carry each label; every label is a key."""
    counts = dict.fromkeys(Label, 0)
    for change in digest.changes:
        counts[change.judgement.label] += 1
    return counts


def is_quiet(digest: Digest) -> bool:
    """Whether there is nothing to tell but failures."""
    return not digest.changes and not digest.articles


def render_counts(digest: Digest) -> str:
    """The first line: "3 changes (1 reversed, 2 hardened), 12 new positions, 4 restated, from 6 articles"."""
    failed = count_noun(len(digest.failures), "input") + " failed" if digest.failures else ""
    corrected = count_noun(len(digest.corrections), "correction") if digest.corrections else ""
    if is_quiet(digest):
        edited = any(correction.by is not Corrector.READER for correction in digest.corrections)  # by texts that are not known
        known = 0 if edited else max(digest.articles_seen - len(digest.failures), 0)
        news = "Nothing new"
        if known:
            news += ": the one article was known" if known == 1 else f": all {known:,} articles were known"
        tail = "; ".join(part for part in (corrected, failed) if part)
        return f"{news}; {tail}." if tail else f"{news}."
    counts = count_labels(digest)
    moved = sum(counts[label] for label in MOVED)
    parts = ["No changes"]
    if moved:
        detail = ", ".join(f"{counts[label]:,} {label}" for label in MOVED if counts[label])
        parts = [f"{count_noun(moved, 'change')} ({detail})"]
    if counts[Label.NEW]:
        parts.append(count_noun(counts[Label.NEW], "new position"))
    if counts[Label.RESTATED]:
        parts.append(f"{counts[Label.RESTATED]:,} restated")
    line = ", ".join(parts) if digest.changes else "No positions"
    if digest.articles:
        line += f", from {count_noun(len(digest.articles), 'article')}"
    return "; ".join(part for part in (line, corrected, failed) if part)
