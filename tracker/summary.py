"""The sentences that stand for an article: extractive only, by the positions they hold or by one of sumy's methods.

`positions` takes the sentences that let most parties speak, earlier ones first (figures against the other methods:
docs/accuracy.md). The other methods are sumy's, run over our own sentences: LexRank (Erkan and Radev 2004), LSA (Steinberger
and Ježek 2004), TextRank (Mihalcea and Tarau 2004), Luhn (1958), KL (Haghighi and Vanderwende 2009), SumBasic (Nenkova and
Vanderwende 2005), Edmundson (1969) with cue words, title and place; `lead` is the beginning of the text.
"""

import re
import tomllib
import warnings
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from tracker.errors import UsageError
from tracker.model import Article, Span, Summary

METHODS = ("positions", "lead", "lexrank", "lsa", "textrank", "luhn", "kl", "sumbasic", "edmundson")

RANKED = 100
"""Sentences from the top that are ranked at most: LexRank and TextRank compare each with each."""
_WORDS_RANKED = 80
"""Words of one sentence that sumy sees."""
_HEADING_WORDS = 12

# What a sentence is worth to `positions`: a party that has not spoken yet; each further statement of a party, less every time;
# its place. Round figures: the development texts are too few to tell finer ones apart.
_NEW_PARTY = 1.0
_NEW_STATEMENT = 0.5
_PLACE = 0.1

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


def find_summary(
    article: Article,
    sentences: Sequence[Span],
    statements: Sequence[tuple[str, tuple[Span, ...]]],
    method: str,
    length: int,
) -> Summary:
    """The `length` sentences of the article that stand for it, in text order; all of them where there are no more.

    `statements` are (party, spans of the content), for `positions`; without any it falls back to `lead`. Headings are passed
    over while there are sentences enough. Only the first 100 sentences are ranked. The same input gives the same summary.
    Raises UsageError where `method` is unknown or `length` below 1.
    """
    if method not in METHODS:
        raise UsageError(f"unknown summary method {method!r}: choose one of {', '.join(METHODS)}")
    if length < 1:
        raise UsageError(f"a summary of {length} sentences: ask for 1 or more")
    candidates = _find_candidates(article.text, sentences, length)[: max(RANKED, length)]
    if len(candidates) <= length:
        chosen = list(range(len(candidates)))
    elif method == "positions":
        chosen = _choose_by_positions(candidates, statements, length)
    elif method == "lead":
        chosen = list(range(length))
    else:
        chosen = _choose_by_sumy(article, candidates, method, length)
    return Summary(article.id, method, tuple(candidates[i] for i in sorted(chosen)))


def _find_candidates(text: str, sentences: Sequence[Span], length: int) -> list[Span]:
    """The sentences without the headings, or all where too few are left."""
    full = []
    for sentence in sentences:
        tail = text[max(sentence.start, sentence.end - 4) : sentence.end]
        if (
            any(mark in tail for mark in ".!?…")
            or len(text[sentence.start : min(sentence.end, sentence.start + 200)].split()) > _HEADING_WORDS
        ):
            full.append(sentence)
        if len(full) > max(RANKED, length):
            break
    return full if len(full) >= length else list(sentences)


# ---- by positions -----------------------------------------------------------------------------------------------------------


def _choose_by_positions(sentences: Sequence[Span], statements: Sequence[tuple[str, tuple[Span, ...]]], length: int) -> list[int]:
    """Greedily the sentence that adds most: a new party before a further statement, an earlier place before a later one."""
    held = _find_held(sentences, statements)
    spoken: dict[str, int] = {}
    chosen: list[int] = []
    # Of the sentences in which nobody speaks the earliest ones come first, whatever else is chosen.
    silent = [i for i, parties in enumerate(held) if not parties][:length]
    ranked = sorted([*silent, *(i for i, parties in enumerate(held) if parties)])

    def worth(i: int) -> float:
        count: dict[str, int] = {}
        value = _PLACE / (1 + i)
        for party in held[i]:
            before = spoken.get(party, 0) + count.get(party, 0)
            value += _NEW_PARTY if not before else _NEW_STATEMENT / (1 + before)
            count[party] = count.get(party, 0) + 1
        return value

    for _ in range(length):
        best = max((i for i in ranked if i not in chosen), key=lambda i: (worth(i), -i))
        chosen.append(best)
        for party in held[best]:
            spoken[party] = spoken.get(party, 0) + 1
    return chosen


def _find_held(sentences: Sequence[Span], statements: Sequence[tuple[str, tuple[Span, ...]]]) -> list[list[str]]:
    """For each sentence the parties of the statements that stand in it, the larger part of each statement deciding."""
    held: list[list[str]] = [[] for _ in sentences]
    starts, ends = [sentence.start for sentence in sentences], [sentence.end for sentence in sentences]
    for party, spans in statements:
        shares: dict[int, int] = {}
        for span in spans:
            for i in range(bisect_right(ends, span.start), bisect_left(starts, span.end)):
                overlap = min(span.end, ends[i]) - max(span.start, starts[i])
                if overlap > 0:
                    shares[i] = shares.get(i, 0) + overlap
        if shares:
            held[max(shares, key=lambda i: (shares[i], -i))].append(party)
    return held


# ---- by sumy ----------------------------------------------------------------------------------------------------------------


class _Words:
    """The tokenizer that sumy asks for words; it never sees raw text, so it needs no sentences."""

    def to_words(self, text: str) -> tuple[str, ...]:
        return tuple(_WORD.findall(text)[:_WORDS_RANKED])


def _choose_by_sumy(article: Article, sentences: Sequence[Span], method: str, length: int) -> list[int]:
    """The numbers of the sentences that one of sumy's methods ranks highest; the beginning where it finds nothing to rank by."""
    import numpy
    from sumy.models.dom import ObjectDocumentModel, Paragraph, Sentence

    words = _Words()
    text = article.text
    numbers: dict[int, int] = {}
    paragraphs = [[Sentence(article.title, words, is_heading=True)]] if article.title else []
    end = None
    for number, span in enumerate(sentences):
        if end is None or "\n\n" in text[end : span.start]:
            paragraphs.append([])
        sentence = Sentence(text[span.start : span.end], words)
        numbers[id(sentence)] = number
        paragraphs[-1].append(sentence)
        end = span.end
    document = ObjectDocumentModel([Paragraph(part) for part in paragraphs])
    if not any(sentence.words for sentence in document.sentences):
        return list(range(length))
    try:
        with numpy.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # LSA's, about texts of few words
            picked = _load_summarizer(method)(document, length)
    except (ZeroDivisionError, ValueError, numpy.linalg.LinAlgError):
        return list(range(length))  # texts of stop words alone, of one word over and over
    return [numbers[id(sentence)] for sentence in picked] if len(picked) == length else list(range(length))


@cache
def _load_stop_words() -> frozenset[str]:
    from sumy.utils import get_stop_words

    return frozenset(get_stop_words("english"))


def _load_summarizer(method: str) -> Callable[[Any, int], Sequence[Any]]:
    """One of sumy's summarizers, ready to run; a new one each time, so that nothing is carried over between articles."""
    stop_words = _load_stop_words()
    summarizer: Any
    if method in ("lexrank", "lsa"):
        from sumy.summarizers.lex_rank import LexRankSummarizer
        from sumy.summarizers.lsa import LsaSummarizer

        # both iterate over sets of stems: numbers keep the order, and with it the last bit of each sum, the same in every process
        vocabulary: dict[str, int] = {}
        summarizer = (LexRankSummarizer if method == "lexrank" else LsaSummarizer)(
            lambda word: vocabulary.setdefault(word, len(vocabulary))
        )
    elif method == "textrank":
        from sumy.summarizers.text_rank import TextRankSummarizer

        summarizer = TextRankSummarizer()
    elif method == "luhn":
        from sumy.summarizers.luhn import LuhnSummarizer

        summarizer = LuhnSummarizer()
    elif method == "kl":
        from sumy.summarizers.kl import KLSummarizer

        summarizer = KLSummarizer()
    elif method == "sumbasic":
        from sumy.summarizers.sum_basic import SumBasicSummarizer

        summarizer = SumBasicSummarizer()
    else:
        return _load_edmundson(stop_words)
    summarizer.stop_words = stop_words
    return summarizer  # type: ignore[no-any-return]


def _load_edmundson(stop_words: frozenset[str]) -> Callable[[Any, int], Sequence[Any]]:
    from sumy.summarizers.edmundson import EdmundsonSummarizer

    cues = tomllib.loads(files("tracker.language").joinpath("lexicon", "en", "summary.toml").read_text("utf-8"))
    summarizer = EdmundsonSummarizer(cue_weight=1.0, key_weight=0.0, title_weight=1.0, location_weight=1.0)
    summarizer.bonus_words = cues["bonus"]
    summarizer.stigma_words = cues["stigma"]
    summarizer.null_words = stop_words
    return summarizer  # type: ignore[no-any-return]
