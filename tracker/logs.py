"""The log as JSON lines, for machines that collect them: one object a record, nothing but text and numbers."""

import json
import logging
from datetime import UTC, datetime

_FIELDS = ("origin", "counts")
"""What callers may add to a record with `extra`."""


class JsonFormatter(logging.Formatter):
    """`{"time", "level", "logger", "message"}`, and `origin`, `counts` and `exception` where the record has them."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {name: value for name in _FIELDS if (value := getattr(record, name, None)) is not None}
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)
