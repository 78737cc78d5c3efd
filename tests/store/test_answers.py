"""Answers of a language model and their account."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from tracker.errors import StoreError
from tracker.model import Inquiry
from tracker.store import open_store
from tracker.store.upkeep import forget_articles, load_tally


def compose_inquiry(night: SimpleNamespace, **fields: object) -> Inquiry:
    inquiry = Inquiry("k1", "judge", 1, "a-model", "p1", night.NOW, "answered", 1, 100, 20, 0.5, 1, "")
    return replace(inquiry, **fields)  # type: ignore[arg-type]


def test_answers_and_counts_come_back(path: Path, night: SimpleNamespace) -> None:
    with open_store(path) as store:
        answers = store.answers(store.begin_run(night.NOW, "1.0"))
        assert answers.load_answer("k1") is None
        answers.save_inquiry(compose_inquiry(night), '{"label": "\ud800"}')
        answers.save_inquiry(compose_inquiry(night, key="k2", result="left", calls=2, problem="down" * 200), None)
        assert answers.load_answer("k1") == '{"label": "�"}'
        assert answers.load_answer("k2") is None
        assert answers.load_calls(night.NOW - timedelta(hours=1)) == 3
        assert answers.load_calls(night.NOW) == 0
    (advice,) = load_tally(path).advice
    assert (advice.calls, advice.answered, advice.left, advice.dropped, advice.cost) == (3, 1, 1, 2, 1.0)
    assert len(advice.problem) == 300


def test_a_newer_answer_replaces_the_older(path: Path, night: SimpleNamespace) -> None:
    with open_store(path) as store:
        answers = store.answers(store.begin_run(night.NOW, "1.0"))
        for text in ("old", "new"):
            answers.save_inquiry(compose_inquiry(night), text)
        assert answers.load_answer("k1") == "new"


def test_the_account_is_that_of_the_run_that_is_stored(path: Path, night: SimpleNamespace) -> None:
    with open_store(path) as store:
        store.answers(store.begin_run(night.NOW, "1.0")).save_inquiry(compose_inquiry(night), "{}")
        run = night.save_night(store, night.NOW)  # takes the run over, as after a kill
        assert run.id == "1" or run.id == 1
        assert store._db.execute("SELECT count(*) FROM inquiries WHERE run = 1").fetchone()[0] == 1


def test_a_closed_store_says_so(path: Path, night: SimpleNamespace) -> None:
    store = open_store(path)
    answers = store.answers(store.begin_run(night.NOW, "1.0"))
    store.close()
    with pytest.raises(StoreError, match="open the store again"):
        answers.load_answer("k1")
    with pytest.raises(StoreError, match="open the store again"):
        answers.load_calls(night.NOW)
    with pytest.raises(StoreError, match="open the store again"):
        answers.save_inquiry(compose_inquiry(night), None)


def test_old_answers_are_forgotten_with_the_old_texts(path: Path, night: SimpleNamespace) -> None:
    with open_store(path) as store:
        answers = store.answers(store.begin_run(night.NOW, "1.0"))
        answers.save_inquiry(compose_inquiry(night), "{}")
        answers.save_inquiry(compose_inquiry(night, key="k2", asked=night.NOW + timedelta(days=9)), "{}")
    forget_articles(path, night.NOW + timedelta(days=1))
    with open_store(path) as store:
        answers = store.answers(store.begin_run(night.NOW, "1.0"))
        assert [answers.load_answer(key) for key in ("k1", "k2")] == [None, "{}"]
