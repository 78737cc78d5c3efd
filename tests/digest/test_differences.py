import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.digest.differences import Piece, compare_words, join_pieces


def _marked(before: str, after: str) -> tuple[str, str]:
    old, new = compare_words(before, after)
    return _show(before, old), _show(after, new)


def _show(text: str, marks: tuple[bool, ...]) -> str:
    return " ".join(f"*{piece.text}*" if piece.changed else piece.text for piece in join_pieces(text.split(), marks))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (
            "Norland will not sign the treaty",
            "Norland will sign the treaty",
            ("Norland will *not* sign the treaty", "Norland will sign the treaty"),
        ),
        (
            "pay 50 million euros by May",
            "pay 80 million euros by May",
            ("pay *50* million euros by May", "pay *80* million euros by May"),
        ),
        # Case, punctuation and the form of an apostrophe are no difference.
        (
            "The union won't strike, it says",
            "the union won\u2019t strike it says",
            ("The union won't strike, it says", "the union won\u2019t strike it says"),
        ),
        # A short word alone between two changes goes with them.
        (
            "the ministry will refuse to accept inspections of the reservoir this year",
            "the ministry will agree to host inspections of the reservoir this year",
            (
                "the ministry will *refuse to accept* inspections of the reservoir this year",
                "the ministry will *agree to host* inspections of the reservoir this year",
            ),
        ),
        # Put otherwise throughout: no marks.
        (
            "a third less and not a tonne above it",
            "is ready to talk about less",
            ("a third less and not a tonne above it", "is ready to talk about less"),
        ),
        ("", "", ("", "")),
        ("", "something", ("", "something")),
    ],
)
def test_marks(before: str, after: str, expected: tuple[str, str]) -> None:
    assert _marked(before, after) == expected


def test_pieces_are_runs() -> None:
    assert join_pieces(["a", "b", "c"], (False, True, True)) == (Piece("a", False), Piece("b c", True))
    assert join_pieces([], ()) == ()


_words = st.lists(st.sampled_from(["will", "not", "a", "the", "50", "sign,", "“pact”", "—"]), max_size=12).map(" ".join)


@settings(max_examples=60, deadline=None)
@given(_words, _words)
def test_a_mark_for_every_word_and_no_word_lost(before: str, after: str) -> None:
    for text, marks in zip((before, after), compare_words(before, after), strict=True):
        assert len(marks) == len(text.split())
        assert " ".join(piece.text for piece in join_pieces(text.split(), marks)) == text
    assert not any(compare_words(before, before)[0])
