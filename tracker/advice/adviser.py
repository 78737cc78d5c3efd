"""Asks a language model within the reader's bounds: kept answers first, one retry, every call counted, failures never kept."""

import hashlib
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol, TypeVar

from tracker.advice.engine import Engine, EngineError, open_engine
from tracker.advice.questions import Question, RefusedError, parse_answer
from tracker.consultation import Consultation
from tracker.model import Inquiry

log = logging.getLogger(__name__)

NIGHT = timedelta(hours=20)
"""Calls within it count as those of one night: less than a day, for the next night may come a little early."""
TRIES = 2
PATIENCE = 3
"""Questions in a row on which the model itself failed; then it is left alone for the rest of the run."""

Found = TypeVar("Found")


class Keeper(Protocol):
    """Where answers and counts are kept: the store, or `Memory` where nothing is stored."""

    def load_answer(self, key: str) -> str | None: ...
    def load_calls(self, since: datetime) -> int: ...
    def save_inquiry(self, inquiry: Inquiry, answer: str | None) -> None: ...


@dataclass(slots=True)
class Memory:
    """A keeper for commands that store nothing: it forgets when they end."""

    answers: dict[str, str] = field(default_factory=dict)
    inquiries: list[Inquiry] = field(default_factory=list)

    def load_answer(self, key: str) -> str | None:
        return self.answers.get(key)

    def load_calls(self, since: datetime) -> int:
        return sum(inquiry.calls for inquiry in self.inquiries if inquiry.asked > since)

    def save_inquiry(self, inquiry: Inquiry, answer: str | None) -> None:
        self.inquiries.append(inquiry)
        if answer is not None:
            self.answers[inquiry.key] = answer


@dataclass(slots=True)
class Adviser:
    """A language model with the reader's bounds. What it cannot answer is left to the shipped models."""

    consultation: Consultation
    engine: Engine
    keeper: Keeper
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    _failed: int = 0
    _told: bool = False

    def ask(self, question: Question[Found]) -> Found | None:
        """What the model says, checked; None where it gave no acceptable answer or may not be asked. The keeper's errors pass."""
        key = self._key(question)
        asked = self.clock()
        kept = self.keeper.load_answer(key)
        if kept is not None:
            try:
                found, dropped = question.parse(parse_answer(kept))
            except RefusedError:
                pass  # the checks have become stricter since: it is asked again
            else:
                self.keeper.save_inquiry(self._inquiry(question, key, asked, "kept", dropped=dropped), None)
                return found
        allowed = self.consultation.calls - self.keeper.load_calls(asked - NIGHT)
        problem, calls, tokens = self._closed(allowed), 0, (0, 0)
        while not problem or (0 < calls < min(TRIES, allowed)):
            calls += 1
            try:
                answer = self.engine.ask(question.instructions, question.material, question.schema, self.consultation.seconds)
            except EngineError as error:
                problem, failed = str(error), True
                continue
            tokens = (tokens[0] + answer.input_tokens, tokens[1] + answer.output_tokens)
            try:
                found, dropped = question.parse(parse_answer(answer.text))
            except RefusedError as error:
                problem, failed = str(error), False
                continue
            self._failed = 0
            inquiry = self._inquiry(question, key, asked, "answered", calls, tokens, dropped)
            self.keeper.save_inquiry(inquiry, answer.text)
            return found
        if calls:
            self._failed = self._failed + 1 if failed else 0
            log.warning("%s gave no answer (%s): the shipped model does this one", self.engine.name, problem)
        self.keeper.save_inquiry(self._inquiry(question, key, asked, "left", calls, tokens, problem=problem), None)
        return None

    def _closed(self, allowed: int) -> str:
        """Why the model may not be asked now; empty where it may."""
        if allowed <= 0:
            reason = f"the {self.consultation.calls} calls of this night are used up"
        elif self._failed >= PATIENCE:
            reason = f"it failed {PATIENCE} times in a row"
        else:
            return ""
        if not self._told:
            self._told = True
            log.warning("%s is not asked any more: %s", self.engine.name, reason)
        return reason

    def _key(self, question: Question[Any]) -> str:
        """A hash of all that the answer depends on: task and its version, model and its options, material."""
        parts = (question.task, question.version, self.consultation.model, self.consultation.options, question.material)
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]

    def _inquiry(
        self,
        question: Question[Any],
        key: str,
        asked: datetime,
        result: str,
        calls: int = 0,
        tokens: tuple[int, int] = (0, 0),
        dropped: int = 0,
        problem: str = "",
    ) -> Inquiry:
        c = self.consultation
        return Inquiry(
            key=key,
            task=question.task,
            version=question.version,
            model=c.model,
            subject=question.subject,
            asked=asked,
            result=result,
            calls=calls,
            input_tokens=tokens[0],
            output_tokens=tokens[1],
            cost=(tokens[0] * c.input_price + tokens[1] * c.output_price) / 1_000_000,
            dropped=dropped,
            problem=problem,
        )


def open_adviser(consultation: Consultation, keeper: Keeper) -> Adviser:
    """The adviser that the configuration names. Raises ConfigurationError where its model is not installed."""
    return Adviser(consultation, open_engine(consultation.model, dict(consultation.options)), keeper)
