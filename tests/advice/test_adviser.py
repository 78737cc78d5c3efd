"""Within which bounds a model is asked, and what is kept."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tracker.advice.adviser import NIGHT, PATIENCE, Adviser, Memory
from tracker.advice.engine import open_engine
from tracker.advice.judgements import Verdict, compose_question
from tracker.advice.questions import Question
from tracker.consultation import Consultation
from tracker.model import Label

from .conftest import ScriptedModel

NOW = datetime(2031, 5, 4, 3, 0, tzinfo=UTC)
BEFORE, AFTER = "Nordia will not lift the ban", "Nordia will lift the ban"
GOOD = json.dumps(
    {
        "label": "reversed",
        "confidence": 0.9,
        "evidence": [
            {"aspect": "commitment", "before": "will not", "after": "will"},
            {"aspect": "words", "before": "said never", "after": ""},
        ],
    }
)
BAD = json.dumps({"label": "reversed", "confidence": 0.9, "evidence": []})
SETTINGS = Consultation("scripted", judges=True, extracts=False, calls=10, seconds=5, input_price=2.0, output_price=10.0)


def ask(number: int = 0) -> Question[Verdict]:
    return compose_question(BEFORE, f"{AFTER}{' again' * number}", "Nordia", "p1")


@pytest.fixture
def memory() -> Memory:
    return Memory()


@pytest.fixture
def adviser(model: ScriptedModel, memory: Memory) -> Adviser:
    return Adviser(SETTINGS, open_engine(model.model_id, {}), memory, lambda: NOW)


def test_an_answer_is_checked_counted_and_kept(adviser: Adviser, model: ScriptedModel, memory: Memory) -> None:
    model.script = [GOOD]
    verdict = adviser.ask(ask())
    assert verdict == Verdict(Label.REVERSED, 0.9, (("commitment", "will not", "will"),))
    assert adviser.ask(ask()) == verdict
    assert len(model.prompts) == 1
    first, second = memory.inquiries
    assert (first.result, first.calls, first.input_tokens, first.output_tokens, first.dropped) == ("answered", 1, 1000, 200, 1)
    assert first.cost == pytest.approx((1000 * 2 + 200 * 10) / 1e6)
    assert (second.result, second.calls, second.cost, second.key) == ("kept", 0, 0.0, first.key)
    assert (first.subject, first.asked, first.model) == ("p1", NOW, "scripted")


@pytest.mark.parametrize("trouble", [BAD, "no JSON", OSError("down")])
def test_one_retry(adviser: Adviser, model: ScriptedModel, memory: Memory, trouble: str | Exception) -> None:
    model.script = [trouble, GOOD]
    verdict = adviser.ask(ask())
    assert verdict is not None
    (inquiry,) = memory.inquiries
    assert (inquiry.result, inquiry.calls) == ("answered", 2)


@pytest.mark.parametrize("trouble", [BAD, "no JSON", OSError("down")])
def test_failures_are_left_to_the_shipped_models_and_never_kept(
    adviser: Adviser, model: ScriptedModel, memory: Memory, trouble: str | Exception
) -> None:
    model.script = [trouble, trouble, GOOD]
    assert adviser.ask(ask()) is None
    (inquiry,) = memory.inquiries
    assert (inquiry.result, inquiry.calls) == ("left", 2)
    assert inquiry.problem
    assert memory.answers == {}
    assert adviser.ask(ask()) is not None


def test_a_kept_answer_serves_the_same_question_alone(adviser: Adviser, model: ScriptedModel, memory: Memory) -> None:
    model.script = [GOOD]
    adviser.ask(ask())
    adviser.ask(replace(ask(), version=99))
    adviser.ask(ask(1))
    adviser.consultation = replace(SETTINGS, options=(("temperature", 0.5),))
    adviser.ask(ask())
    adviser.consultation = replace(SETTINGS, model="another")
    adviser.ask(ask())
    assert [inquiry.result for inquiry in memory.inquiries] == ["answered"] * 5


def test_a_kept_answer_that_is_damaged_is_asked_again(adviser: Adviser, model: ScriptedModel, memory: Memory) -> None:
    model.script = [GOOD]
    adviser.ask(ask())
    memory.answers = dict.fromkeys(memory.answers, "{")
    assert adviser.ask(ask()) is not None
    assert len(model.prompts) == 2


def test_calls_of_a_night_are_capped(adviser: Adviser, model: ScriptedModel, memory: Memory) -> None:
    model.script = [GOOD]
    adviser.consultation = replace(SETTINGS, calls=3)
    found = [adviser.ask(ask(number)) is not None for number in range(5)]
    assert found == [True, True, True, False, False]
    assert len(model.prompts) == 3
    assert memory.inquiries[-1].problem == "the 3 calls of this night are used up"
    adviser.clock = lambda: NOW + NIGHT + timedelta(seconds=1)
    assert adviser.ask(ask(4)) is not None


def test_the_cap_holds_for_the_retry_too(adviser: Adviser, model: ScriptedModel) -> None:
    model.script = [BAD]
    adviser.consultation = replace(SETTINGS, calls=1)
    assert adviser.ask(ask()) is None
    assert len(model.prompts) == 1


def test_a_model_that_is_down_is_left_alone(adviser: Adviser, model: ScriptedModel, memory: Memory) -> None:
    model.script = [OSError("down")]
    for number in range(PATIENCE + 2):
        assert adviser.ask(ask(number)) is None
    assert len(model.prompts) == 2 * PATIENCE
    assert memory.inquiries[-1].problem == "it failed 3 times in a row"


def test_refused_answers_are_no_reason_to_stop(adviser: Adviser, model: ScriptedModel) -> None:
    model.script = [BAD]
    for number in range(PATIENCE + 1):
        adviser.ask(ask(number))
    assert len(model.prompts) == 2 * (PATIENCE + 1)
