"""A text as words with their sentence, paragraph and whether they stand inside quotation marks.

One pass with one regular expression without nested repetition: the cost is linear whatever the text holds.
"""

import re
from dataclasses import dataclass
from itertools import islice

_WORD = re.compile(
    r"""
      [A-Za-z]?[a-z]+(?=[ ,])                                   # most words; here only because it is the quickest to try
    | (?:[^\W\d_]\.){2,}                                        # U.S.
    | (?:MRS?|MS|DR|SEN|REP|GOV|GEN|PROF|SMT|Smt|Eng|Cr)\.
    | (?:Mrs?|Ms|Dr|Sens?|Reps?|Gov|Gen|Lt|Col|Maj|Prof|St|Rev|Sgt|Capt|Adm|Hon|Jr|Sr|No|Inc|Corp|Co|Ltd|Messrs)\.
    | [A-Z]\.(?=[ ][A-Z])                                       # an initial
    | ['’]s\b
    | [^\W_]+(?:(?:[&.-]|['’](?!s\b))[^\W_]+)*\+?
    | \n\s*\n
    | [^\s]
    """,
    re.VERBOSE,
)
_SHORT_LINE = 45
"""Letters; lines that a mail programme wrapped are longer."""
_END = frozenset(".!?")
_CLOSING = frozenset("\"'”’»)]")
_QUOTES = frozenset('"“”«»')
_MARKS = _END | _QUOTES
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")


@dataclass(frozen=True, slots=True)
class Words:
    """Parallel lists, one entry a word or mark. `lowers` has straight apostrophes and abbreviations without a final stop."""

    texts: list[str]
    lowers: list[str]
    starts: list[int]
    ends: list[int]
    sentences: list[int]
    paragraphs: list[int]
    quoted: list[bool]


def find_words(text: str, most: int | None = None) -> Words:
    """The words and marks of a text in order, with character offsets; only the first ones where `most` is given."""
    words = Words([], [], [], [], [], [], [])
    texts, starts, ends = words.texts, words.starts, words.ends
    sentences, paragraphs, quotes = words.sentences, words.paragraphs, words.quoted
    sentence = paragraph = 0
    quoted = ended = False
    # A text without blank lines has its paragraphs on lines.
    lines = "\n" in text and not _BLANK_LINE.search(text.strip())
    last = line = 0
    newline = _find_newline(text, 0)
    for match in islice(_WORD.finditer(text), most):
        token = match[0]
        start, end = match.span()
        if start >= newline:
            newline = _find_newline(text, end)
            if lines or token[0] == "\n":
                sentence, paragraph, quoted, ended = sentence + 1, paragraph + 1, False, False
                if token[0] == "\n":
                    last = line = end
                    continue
            else:
                # A short line is a heading or the item of a list: what comes below it is no part of its sentence.
                if last - line < _SHORT_LINE and not token[0].islower():
                    sentence, ended = sentence + 1, False
                line = start
        last = end
        if ended or token in _MARKS:
            if token in _QUOTES:
                quoted = token in "“«" or (token == '"' and not quoted)
            elif ended and token not in _CLOSING:
                # A sentence goes on behind a closing quotation mark with a small letter: “Never!” he said.
                sentence += 0 if token[0].islower() else 1
                ended = False
            if token in _END:
                ended = True
        texts.append(token)
        starts.append(start)
        ends.append(end)
        sentences.append(sentence)
        paragraphs.append(paragraph)
        quotes.append(quoted)
    words.lowers.extend(token.lower() if token.isalnum() else _lower(token) for token in texts)
    return words


def _find_newline(text: str, at: int) -> int:
    """Where the next line ends; the end of the text where none does."""
    found = text.find("\n", at)
    return len(text) if found < 0 else found


def _lower(token: str) -> str:
    lower = token.lower().replace("’", "'")
    return lower[:-1] if len(lower) > 1 and lower.endswith(".") and "." not in lower[:-1] else lower
