"""A text as words with their sentence, paragraph and whether they stand inside quotation marks.

One pass with one regular expression without nested repetition: the cost is linear whatever the text holds.
"""

import re
from dataclasses import dataclass

_WORD = re.compile(
    r"""
      (?:[^\W\d_]\.){2,}                                        # U.S.
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


def find_words(text: str) -> Words:
    """The words and marks of a text in order, with character offsets."""
    words = Words([], [], [], [], [], [], [])
    sentence = paragraph = 0
    quoted = ended = False
    # A text without blank lines has its paragraphs on lines.
    lines = "\n" in text and not re.search(r"\n[^\S\n]*\n", text.strip())
    last = line = 0
    for match in _WORD.finditer(text):
        token = match[0]
        start = match.start()
        if token[0] == "\n" or (lines and "\n" in text[last:start]):
            sentence, paragraph, quoted, ended = sentence + 1, paragraph + 1, False, False
            if token[0] == "\n":
                last = line = match.end()
                continue
        elif "\n" in text[last:start]:
            # A short line is a heading or the item of a list: what comes below it is no part of its sentence.
            if last - line < _SHORT_LINE and not token[0].islower():
                sentence, ended = sentence + 1, False
            line = start
        last = match.end()
        if token in '"“”«»':
            quoted = token in "“«" or (token == '"' and not quoted)
        elif ended and token not in _CLOSING:
            # A sentence goes on behind a closing quotation mark with a small letter: “Never!” he said.
            sentence += 0 if token[0].islower() else 1
            ended = False
        if token in _END:
            ended = True
        words.texts.append(token)
        words.lowers.append(_lower(token))
        words.starts.append(start)
        words.ends.append(last)
        words.sentences.append(sentence)
        words.paragraphs.append(paragraph)
        words.quoted.append(quoted)
    return words


def _lower(token: str) -> str:
    lower = token.lower().replace("’", "'")
    return lower[:-1] if len(lower) > 1 and lower.endswith(".") and "." not in lower[:-1] else lower
