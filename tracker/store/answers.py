"""Answers of a language model and the account of what they took. Each question is a transaction: what was paid for is kept."""

from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path

from sqlite_utils import Database

from tracker.model import Inquiry
from tracker.store.cells import compose_cells, compose_text, compose_time
from tracker.store.connection import immediate, typed_errors, typed_values

_MOST_PROBLEM = 300


class Answers:
    """A view of an open store for one run. Every method raises StoreError or TemporaryError where SQLite fails."""

    def __init__(self, db: Database, path: Path, run: int, started: datetime) -> None:
        self._db = db
        self._path = path
        self._run = run
        self._started = started

    def load_answer(self, key: str) -> str | None:
        """The answer kept under that key; None where there is none."""
        with self._read():
            row = self._db.execute("SELECT answer FROM answers WHERE key = ?", [key]).fetchone()
        return str(row["answer"]) if row else None

    def load_calls(self, since: datetime) -> int:
        """How many calls were made after that moment, by whichever run."""
        sql = "SELECT coalesce(sum(calls), 0) FROM inquiries WHERE asked > ? AND calls > 0"
        with self._read():
            return int(self._db.execute(sql, [compose_time(since)]).fetchone()[0])

    def save_inquiry(self, inquiry: Inquiry, answer: str | None) -> None:
        """Keep what a question came to, and its answer where there is one to be kept."""
        row = compose_cells(
            run=self._run,
            asked=compose_time(inquiry.asked),
            task=inquiry.task,
            subject=inquiry.subject,
            key=inquiry.key,
            model=inquiry.model,
            version=inquiry.version,
            result=inquiry.result,
            calls=inquiry.calls,
            input_tokens=inquiry.input_tokens,
            output_tokens=inquiry.output_tokens,
            cost=inquiry.cost,
            dropped=inquiry.dropped,
            problem=inquiry.problem[:_MOST_PROBLEM],
        )
        columns, places = ", ".join(row), ", ".join(f":{column}" for column in row)
        with typed_errors(self._path), immediate(self._db):
            begun = [self._run, compose_time(self._started)]
            self._db.execute("INSERT INTO runs (id, started) VALUES (?, ?) ON CONFLICT DO NOTHING", begun)
            self._db.execute(f"INSERT INTO inquiries ({columns}) VALUES ({places})", row)
            if answer is not None:
                kept = [inquiry.key, compose_text(answer), compose_time(inquiry.asked)]
                self._db.execute("INSERT OR REPLACE INTO answers (key, answer, stored) VALUES (?, ?, ?)", kept)

    def _read(self) -> AbstractContextManager[None]:
        return typed_values(self._path)
