"""Stances told without a word of saying: "The union stands by its date." "It refuses to pay." Pure.

The tagger has learnt from news in which such sentences are mostly left unmarked. Where it marked nothing, behind a report in the
same paragraph, the lexicon's expressions of stance are looked for: only those that a subject right before them owns, and only what
is hardly said of anything but a stance, a phrase of several words ("stick to", "be ready to") or a verb with an infinitive
("refuses to"). In paragraphs where nobody has spoken, three of four such sentences are the reporter's story.
"""

from collections.abc import Sequence

from tracker.language.lexicon import Act, Expression, Lexicon
from tracker.language.words import Words, find_phrases, parse_words
from tracker.model import Attribution, AttributionKind, Span
from tracker.positions.attributions import find_touched

_CONFIDENCE = 0.7
_HEAD = 90
"""Characters of a sentence in which subject and verb are looked for."""
_LONGEST_SUBJECT = 6
_SHORTEST_CONTENT = 2
_LEADS = frozenset({"but", "and", "yet", "still"})
_ACTS = frozenset({Act.OFFER, Act.PLAN, Act.REFUSAL, Act.OPPOSITION, Act.SUPPORT, Act.THREAT})
_AUXILIARIES = frozenset({"be", "have"})
_PRONOUNS = frozenset({"he", "she", "it", "they"})
_QUOTES = '"“”„«»?'
_END = " \t\r\n.!…"


def find_avowals(text: str, attributions: Sequence[Attribution], sentences: Sequence[Span], lexicon: Lexicon) -> list[Attribution]:
    """One attribution for each sentence that no attribution touches and that opens with a subject and its stance.

    One of the sentences before it in its paragraph has to hold an attribution.
    """
    busy = find_touched(attributions, [sentence.start for sentence in sentences])
    found = []
    told = False  # whether somebody has spoken in this paragraph
    for i, sentence in enumerate(sentences):
        told = (told and "\n" not in text[sentences[i - 1].end : sentence.start]) or i in busy
        if told and i not in busy and (avowal := _find_avowal(text, sentence, lexicon)):
            found.append(avowal)
    return found


def _find_avowal(text: str, sentence: Span, lexicon: Lexicon) -> Attribution | None:
    whole = text[sentence.start : sentence.end]
    if any(mark in whole for mark in _QUOTES):
        return None
    words = parse_words(whole[:_HEAD], lexicon)
    first = 1 if words.lower[:1] and words.lower[0] in _LEADS else 0
    phrases = find_phrases(words, lexicon.expressions)
    hit = next(((s, e) for s, e, x in phrases if s > first and x.act in _ACTS and _tells(words, s, e, x, lexicon)), None)
    if hit is None:
        return None
    start, end = hit
    last = start  # the subject ends before the verb's auxiliaries and adverbs
    while last > first and (words.lemmas[last - 1] in lexicon.grammar.group or words.lemmas[last - 1] in _AUXILIARIES):
        last -= 1
    subject = words.lower[first:last]
    if not 0 < len(subject) <= _LONGEST_SUBJECT or not _is_subject(subject, lexicon):
        return None
    stop = sentence.start + len(whole.rstrip(_END))
    rest = text[sentence.start + words.ends[end - 1] : stop].lstrip()
    if len(rest.split()) < _SHORTEST_CONTENT or not rest[0].isalnum():
        return None
    content = Span(stop - len(rest), stop)
    if words.lower[last - 1] in _PRONOUNS:
        first = last - 1  # "until now | it | had been ready to"
    source = Span(sentence.start + words.starts[first], sentence.start + words.ends[last - 1])
    cue = Span(sentence.start + words.starts[last], sentence.start + words.ends[end - 1])
    return Attribution((source,), (cue,), (content,), AttributionKind.INDIRECT, _CONFIDENCE)


def _tells(words: Words, start: int, end: int, expression: Expression, lexicon: Lexicon) -> bool:
    """Whether the expression is hardly used of anything but a stance, and a finite verb."""
    before = words.lower[start - 1]
    if expression.noun or words.lemmas[start] in lexicon.grammar.modals or before in lexicon.grammar.articles or before == "to":
        return False
    if expression.weak and words.lemmas[start] in _AUXILIARIES:
        return False  # "is to", "is about to"
    if end - start > 1:
        return words.lower[end - 1] not in lexicon.grammar.articles or words.lower[end - 1] in lexicon.grammar.prepositions
    passive = words.lower[start].endswith("ed") and "be" in words.lemmas[max(0, start - 2) : start]  # "was scheduled to"
    return not passive and words.lower[end : end + 1] == ["to"]


def _is_subject(words: Sequence[str], lexicon: Lexicon) -> bool:
    """Whether the words can be a plain noun phrase: no clause, no preposition but "of", nothing that stands for no party."""
    if words[0] in lexicon.grammar.no_party or words[0] in lexicon.grammar.prepositions:
        return False
    return not any(
        word in lexicon.grammar.modals
        or word in lexicon.grammar.clause_ends
        or (word in lexicon.grammar.prepositions and word != "of")
        or not (word[0].isalnum() or word in ("'s", "'"))
        or word in lexicon.temporal
        for word in words
    )
