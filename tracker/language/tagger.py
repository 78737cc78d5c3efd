"""Text to tagged spans: which words are the source, the cue and the content of an attribution.

MiniLM, fine-tuned (weights/tagger.md), gives every word a distribution over eight tags; the best sequence that obeys the tags'
grammar is found with Viterbi's algorithm. `J-content` starts a span that continues an earlier content ("X," he said, "Y.").
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from tracker.language.model import CLS, SEP, find_pieces, load_model
from tracker.language.windows import Word, find_paragraphs, find_windows, find_words
from tracker.model import Role, Span, TaggedSpan

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

TAGS = ("O", "B-source", "I-source", "B-cue", "I-cue", "B-content", "I-content", "J-content")


def find_spans(text: str) -> list[TaggedSpan]:
    """The tagged spans of a text in order. Spans of one role never touch another's words."""
    words, scores = find_tag_scores(text)
    return decode_spans(words, scores, load_model("tagger").card["transitions"])


def find_tag_scores(text: str) -> "tuple[list[Word], list[tuple[list[int], NDArray[np.float32]]]]":
    """The words of a text, and for each window its word numbers with their log probabilities, shape (words, 8)."""
    import numpy as np

    paragraphs = find_paragraphs(text)
    words = find_words(paragraphs, find_pieces([text[p.start : p.end] for p in paragraphs]))
    windows = find_windows(text, words)
    model = load_model("tagger")
    scores: list[tuple[list[int], NDArray[np.float32]]] = []
    # One at a time: padding costs as much as text, and int8 scales by all that is in a batch, so that neighbours would count.
    for window in windows:
        row, heads = _pieces(words, window)
        ids = np.array([row], dtype=np.int64)
        logits = model.run(ids, np.ones_like(ids))[0, heads]
        logits -= logits.max(axis=1, keepdims=True)
        scores.append((window, logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))))
    return words, scores


def _pieces(words: Sequence[Word], window: Sequence[int]) -> tuple[list[int], list[int]]:
    """A window as piece numbers, and where in them each word begins."""
    ids, heads = [CLS], []
    for k, i in enumerate(window):
        if k and words[i].paragraph != words[window[k - 1]].paragraph:
            ids.append(SEP)
        heads.append(len(ids))
        ids += words[i].pieces
    return [*ids, SEP], heads


def _grammar(transitions: Sequence[Sequence[float]]) -> "NDArray[np.float32]":
    """Scores of tag pairs: the tuned ones, and never an inside tag behind anything but its own role."""
    import numpy as np

    allowed = np.array(transitions, dtype=np.float32)
    for right, name in enumerate(TAGS):
        if name.startswith("I-"):
            for left, before in enumerate(TAGS):
                if before[2:] != name[2:]:
                    allowed[left, right] = -1e4
    return allowed


def decode_spans(
    words: Sequence[Word], scores: "Sequence[tuple[list[int], NDArray[np.float32]]]", transitions: Sequence[Sequence[float]]
) -> list[TaggedSpan]:
    """The best tag sequence of every window as spans; all windows advance together, one word a step (Viterbi 1967)."""
    import numpy as np

    if not scores:
        return []
    grammar = _grammar(transitions)
    lengths = [len(window) for window, _ in scores]
    longest = max(lengths)
    table = np.zeros((len(scores), longest, len(TAGS)), dtype=np.float32)
    breaks = np.zeros((len(scores), longest), dtype=bool)
    for k, (window, values) in enumerate(scores):
        table[k, : len(window)] = values
        for j, (a, b) in enumerate(pairwise(window), 1):
            breaks[k, j] = words[a].paragraph != words[b].paragraph
    opening = np.where([name.startswith("I-") for name in TAGS], np.float32(-1e4), np.float32(0))
    best = table[:, 0] + opening
    back = np.zeros((len(scores), longest, len(TAGS)), dtype=np.int8)
    for j in range(1, longest):
        # A paragraph break ends every span: only opening tags may follow it.
        steps = best[:, :, None] + np.where(breaks[:, j, None, None], opening[None, None, :], grammar[None])
        back[:, j] = steps.argmax(axis=1)
        best_next = steps.max(axis=1) + table[:, j]
        best = np.where((np.array(lengths) > j)[:, None], best_next, best)
    spans: list[TaggedSpan] = []
    for k, (window, values) in enumerate(scores):
        tag = int(best[k].argmax())
        path = [tag]
        for j in range(len(window) - 1, 0, -1):
            tag = int(back[k, j, tag])
            path.append(tag)
        spans += _spans(words, window, path[::-1], np.exp(values))
    return spans


def _spans(
    words: Sequence[Word], window: Sequence[int], path: Sequence[int], chances: "NDArray[np.float32]"
) -> list[TaggedSpan]:
    found: list[TaggedSpan] = []
    roles = [TAGS[tag][2:] for tag in path]
    j = 0
    while j < len(path):
        if not roles[j]:
            j += 1
            continue
        end = j + 1
        while end < len(path) and TAGS[path[end]] == f"I-{roles[j]}":
            end += 1
        own = [t for t, name in enumerate(TAGS) if name[2:] == roles[j]]
        found.append(
            TaggedSpan(
                Role(roles[j]),
                Span(words[window[j]].start, words[window[end - 1]].end),
                words[window[j]].paragraph,
                float(chances[j:end][:, own].sum(axis=1).mean()),
                TAGS[path[j]] == "J-content",
            )
        )
        j = end
    return found
