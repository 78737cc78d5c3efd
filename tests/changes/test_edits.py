"""What an outlet did to the statements in its report, told from two readings of it."""

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.changes.edits import find_edits
from tracker.language.lexicon import load_lexicon
from tracker.language.vectors import find_vectors
from tracker.model import NO_ISSUE, Attribution, AttributionKind, Position, Span
from tracker.positions.stance import find_stance

LEXICON = load_lexicon()
STAY = "the nets will stay on land until June"
LIFT = "the nets will not stay on land until June"
PAY = "Suderland must pay 40 crowns for each barrel"
MEET = "the two ministers would meet in Oddvik"


def build(*said: tuple[str, str]) -> tuple[str, tuple[Position, ...]]:
    """A text in which parties say something, and its positions."""
    text, found = "", []
    for number, (party, statement) in enumerate(said):
        start = len(text) + len(party) + 6
        text += f"{party} said {statement}. "
        span = Span(start, start + len(statement))
        source = Span(start - 6 - len(party), start - 6)
        found.append(
            Position(
                id=f"{number}-{party}-{statement}",
                article_id="a",
                party=party,
                speaker=party,
                issue=NO_ISSUE,
                attribution=Attribution((source,), (), (span,), AttributionKind.INDIRECT, 0.9),
                statement=statement,
                content=statement,
                stance=find_stance(statement, None, LEXICON),
                published=datetime(2031, 1, 1, tzinfo=UTC),
                origin="in/a.txt",
                outlet="Fjord Post",
                vector=find_vectors([statement])[0],
            )
        )
    return text, tuple(found)


def compare(old: tuple[str, tuple[Position, ...]], new: tuple[str, tuple[Position, ...]]) -> dict[str, list[object]]:
    edits = find_edits(old[1], new[1], old[0], new[0], LEXICON)
    return {
        "kept": [p.statement for p in edits.kept],
        "changed": [(p.party, p.statement, q.party, q.statement) for p, q in edits.changed],
        "dropped": [p.statement for p in edits.dropped],
        "added": [p.statement for p in edits.added],
    }


def test_the_same_text_keeps_everything() -> None:
    text = build(("Nordia", STAY), ("Suderland", MEET))
    assert compare(text, text) == {"kept": [STAY, MEET], "changed": [], "dropped": [], "added": []}


def test_a_changed_dropped_and_added_line() -> None:
    old, new = build(("Nordia", STAY), ("Suderland", MEET)), build(("Nordia", LIFT), ("Nordia", PAY))
    assert compare(old, new) == {
        "kept": [],
        "changed": [("Nordia", STAY, "Nordia", LIFT)],
        "dropped": [MEET],
        "added": [PAY],
    }


def test_other_words_of_the_same_meaning_are_kept() -> None:
    assert compare(build(("Nordia", STAY)), build(("Nordia", f"“{STAY.capitalize()}”")))["kept"] == [STAY]


def test_a_line_given_to_another_party_is_changed() -> None:
    assert compare(build(("Nordia", STAY)), build(("Suderland", STAY)))["changed"] == [("Nordia", STAY, "Suderland", STAY)]


def test_a_figure_that_was_corrected_is_changed() -> None:
    (changed,) = compare(build(("Nordia", PAY)), build(("Nordia", PAY.replace("40", "14"))))["changed"]
    assert isinstance(changed, tuple)
    assert changed[3] == PAY.replace("40", "14")


def test_what_was_only_read_in_one_of_the_texts_is_no_edit() -> None:
    text, positions = build(("Nordia", STAY), ("Suderland", MEET))
    assert compare((text, positions), (text, positions[:1]))["kept"] == [STAY, MEET]
    assert compare((text, positions[:1]), (text, positions)) == {"kept": [STAY], "changed": [], "dropped": [], "added": []}


def test_nothing_at_all() -> None:
    assert compare(("", ()), ("", ())) == {"kept": [], "changed": [], "dropped": [], "added": []}
    spanless = replace(build(("Nordia", STAY))[1][0], attribution=Attribution((), (), (), AttributionKind.INDIRECT, 0.9))
    assert compare(("", (spanless,)), ("", ()))["dropped"] == [STAY]


SAID = st.lists(st.tuples(st.sampled_from(("Nordia", "Suderland")), st.sampled_from((STAY, LIFT, PAY, MEET))), max_size=4)


@given(SAID, SAID)
@settings(max_examples=30, deadline=None)
def test_every_statement_is_accounted_for_once(before: list[tuple[str, str]], after: list[tuple[str, str]]) -> None:
    old, new = build(*before), build(*after)
    edits = find_edits(old[1], new[1], old[0], new[0], LEXICON)
    gone = [p.id for p in edits.kept] + [p.id for p, _ in edits.changed] + [p.id for p in edits.dropped]
    assert sorted(gone) == sorted(p.id for p in old[1])
    come = [q.id for _, q in edits.changed] + [q.id for q in edits.added]
    assert len(set(come)) == len(come)
    assert set(come) <= {q.id for q in new[1]}
