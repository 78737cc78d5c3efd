"""One statement in, polarity, rung, conditions, figures and deadlines out."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.language.lexicon import load_lexicon
from tracker.model import Commitment, Polarity
from tracker.positions.stance import build_statement, find_recalled, find_stance

LEXICON = load_lexicon()


@pytest.mark.parametrize(
    ("statement", "polarity", "commitment"),
    [
        ("will not lease a single tug", "against", "rules out"),
        ("rejected the harbour tariff", "against", "rules out"),
        ("The ministry said that it won't reopen the quarry.", "against", "rules out"),
        ('"We cannot move the depot," the mayor said.', "against", "rules out"),
        ("No tanker will pass the lock, the port authority said.", "against", "rules out"),
        ("The league will send no referees to the island cup.", "against", "rules out"),
        ("a new dam is out of the question", "against", "rules out"),
        ("The guild opposes the night market.", "against", "opposes"),
        ("does not want a second bridge", "against", "opposes"),
        ("saw no need for another audit", "against", "sees no need"),
        ("Lisbon does not rule out a joint patrol.", "neutral", "does not exclude"),
        ("refused to rule out a walkout", "neutral", "does not exclude"),
        ("is studying the toll plan", "neutral", "considers"),
        ("has not decided whether to appeal", "neutral", "considers"),
        ("The board may close the archive.", "for", "considers"),
        ("The council would consider a smaller stand.", "for", "is open to"),
        ("no longer opposes the ring road", "for", "is open to"),
        ("The archive is ready to lend the maps, its keeper said.", "for", "is ready to"),
        ("accepts the ruling on the canal", "for", "is ready to"),
        ("offered free berths to the ferries", "for", "offers"),
        ("The bank will print new notes, the governor said.", "for", "will"),
        ("plans to dredge the northern channel", "for", "will"),
        ("demands a seat on the panel", "for", "insists on"),
        ("The tariff must fall, the growers demanded.", "for", "insists on"),
        ("insists that the gate must not be opened", "against", "rules out"),
        ("need not register the boats", "neutral", "is open to"),
        ("Two hundred guests came.", "neutral", None),
    ],
)
def test_rung(statement: str, polarity: str, commitment: str | None) -> None:
    stance = find_stance(statement, None, LEXICON)
    assert (stance.polarity, stance.commitment) == (Polarity(polarity), Commitment(commitment) if commitment else None)


@pytest.mark.parametrize(
    "statement",
    [
        "Oslo said it would not sign the annex.",
        "It would not sign the annex, Oslo said.",
        '"We will not sign the annex," said the envoy from Oslo.',
        '"We will not sign the annex," the envoy told reporters on Monday.',
        "According to the envoy, Oslo will not sign the annex.",
        "Oslo will not sign the annex, according to its envoy.",
        "The envoy, Kari Moe, said on Monday that Oslo would not sign the annex.",
        "\u201cWe won\u2019t sign the annex,\u201d the envoy said.",
    ],
)
def test_reporting_clause_is_no_stance(statement: str) -> None:
    assert find_stance(statement, None, LEXICON).commitment is Commitment.RULES_OUT


def test_cue_governs_the_content() -> None:
    assert find_stance("ceasefire proposals", "rejected", LEXICON).commitment is Commitment.RULES_OUT
    assert find_stance("rejected ceasefire proposals", "rejected", LEXICON).commitment is Commitment.RULES_OUT
    assert find_stance("to rule out a levy", "refused", LEXICON).commitment is Commitment.DOES_NOT_EXCLUDE
    assert find_stance("it would sell the ferry", "said", LEXICON).commitment is Commitment.WILL
    assert find_stance("ceasefire proposals", "rejected", LEXICON).cue == "rejected"


def test_cue_is_verbatim() -> None:
    assert find_stance("Riga will not host the fair, its mayor said.", None, LEXICON).cue == "will not"
    assert find_stance("Riga is  willing to host the fair.", None, LEXICON).cue == "is willing to"


@pytest.mark.parametrize(
    ("statement", "conditions"),
    [
        ("will sign only if the fleet leaves", ("only if the fleet leaves",)),
        ("If the fleet leaves, Malta will sign, its envoy said.", ("If the fleet leaves",)),
        ("would strike unless wages rose", ("unless wages rose",)),
        ("will not talk until the blockade ends", ("until the blockade ends",)),
        ("will pay, provided that the court agrees", ("provided that the court agrees",)),
        ("will play even if it snows", ("even if it snows",)),
        ("will leave should the levy return", ("should the levy return",)),
        ("will decide by Friday", ()),
        ("asked if the boats were safe", ()),
        ("will finish before the end of May", ()),
    ],
)
def test_conditions(statement: str, conditions: tuple[str, ...]) -> None:
    assert find_stance(statement, None, LEXICON).conditions == conditions


@pytest.mark.parametrize(
    ("statement", "figures"),
    [
        ("demands 3.5 million euros", [(3.5e6, "euro")]),
        ("offers \u00a31,200 a head", [(1200, "pound")]),
        ("wants twenty-five buses", [(25, "buse")]),
        ("will sell two-thirds of the shares", [(2 / 3, "the")]),
        ("will give half the price back", [(0.5, "price")]),
        ("will pay within a week", [(1, "week")]),
        ("wants a dozen seats", [(12, "seat")]),
        ("will open in 2031", []),
        ("will open on 4 May", []),
        ("wants a rise of 9%", [(9, "percent")]),
        ("a third runway", []),
    ],
)
def test_quantities(statement: str, figures: list[tuple[float, str]]) -> None:
    found = find_stance(statement, None, LEXICON).quantities
    assert [q.value for q in found] == pytest.approx([value for value, _ in figures])
    assert all(q.text in statement for q in found)
    assert [q.unit for q in found] == [unit if unit != "the" else q.unit for q, (_, unit) in zip(found, figures, strict=True)]


@pytest.mark.parametrize(
    ("statement", "deadlines"),
    [
        ("will answer by Friday", ("by Friday",)),
        ("must leave before the end of the year", ("before the end of the year",)),
        ("will charge from May 1", ("from May 1",)),
        ("must pay within 30 days", ("within 30 days",)),
        ("may sign the lease", ()),
        ("may march to the square", ()),
    ],
)
def test_deadlines(statement: str, deadlines: tuple[str, ...]) -> None:
    assert find_stance(statement, None, LEXICON).deadlines == deadlines


@pytest.mark.parametrize(
    ("clause", "cue", "recalled"),
    [
        ("The guild has long insisted on closed stalls", "insisted", "has long"),
        ("Hanoi in March rejected the pipeline", "rejected", "in March"),
        ("until now it had demanded a full refund", "demanded", "until now"),
        ("As late as last month the guild had warned of a strike", "warned", "As late as last month"),
        ("Two weeks ago it spoke of closed stalls", "spoke", "weeks ago"),
        ("Hanoi had rejected the pipeline", "rejected", ""),
        ("The envoy said Hanoi had rejected the pipeline", "rejected", None),
        ("The guild has repeatedly insisted on closed stalls", "insisted", None),
        ("Hanoi rejected the pipeline on Monday", "rejected", None),
        ("The envoy said talks would start in March", "said", None),
        ("no cue here", "refused", None),
    ],
)
def test_recalled(clause: str, cue: str, recalled: str | None) -> None:
    assert find_recalled(clause, cue, LEXICON) == recalled


@pytest.mark.parametrize(
    ("cue", "content", "statement"),
    [
        ("rejected", "the  offer\nof a truce", "rejected the offer of a truce"),
        ("said", "it would stay", "it would stay"),
        ("according to", "it would stay", "it would stay"),
        ("its demand for", "a refund", "its demand for a refund"),
        ("warned that", "the dam may fail", "warned that the dam may fail"),
        ("", "the dam may fail", "the dam may fail"),
    ],
)
def test_statement(cue: str, content: str, statement: str) -> None:
    assert build_statement(cue, content, LEXICON) == statement


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300))
def test_any_text(text: str) -> None:
    stance = find_stance(text, None, LEXICON)
    assert all(part in text for part in (*stance.conditions, *stance.deadlines, *(q.text for q in stance.quantities)))
    find_recalled(text, text[:9], LEXICON)
    build_statement(text[:9], text, LEXICON)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "will",
                "not",
                "no",
                "if",
                "unless",
                "only",
                "until",
                "50",
                "million",
                "euros",
                "by",
                "May",
                ",",
                '"',
                "'",
                ".",
                "said",
                "must",
                "refuse",
                "half",
                "a",
                "third",
            ]
        ),
        max_size=40,
    )
)
def test_any_order_of_stance_words(words: list[str]) -> None:
    find_stance(" ".join(words), None, LEXICON)


@pytest.mark.parametrize("piece", [",", '"', "if ", "not ", "a'", "1,", "x", "may ", "will not ", "a-", "one hundred and a "])
def test_hostile_length_is_bounded(piece: str) -> None:
    start = time.perf_counter()
    find_stance(piece * 100_000, None, LEXICON)
    assert time.perf_counter() - start < 2
