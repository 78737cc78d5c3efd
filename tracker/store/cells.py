"""Single values to columns and back. JSON columns are short lists; times are ISO 8601 in UTC.

Characters that SQLite's functions or UTF-8 cannot hold (NUL, lone surrogates) become U+FFFD, one for one, so offsets stay true.
"""

import json
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from tracker.model import Span

_UNSTORABLE = re.compile("[\0\ud800-\udfff]")

# Made once: json.dumps makes another one for each call with settings of its own.
_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(", ", ": "))


def compose_text(text: str) -> str:
    """The text as SQLite can hold it, of the same length."""
    # Most cells are ASCII, of which NUL alone is unstorable; that is told ten times as fast as by the expression.
    return text if text.isascii() and "\0" not in text else _UNSTORABLE.sub("\ufffd", text)


def compose_time(time: datetime) -> str:
    """ISO 8601 in UTC; the strings sort as the times do. Raises TypeError for a time without a zone."""
    if time.tzinfo is None:
        raise TypeError(f"{time.isoformat()} has no time zone: give it one")
    return time.astimezone(UTC).isoformat()


def parse_time(text: str) -> datetime:
    """Raises ValueError where the text is no time."""
    return datetime.fromisoformat(text)


def compose_vector(vector: bytes) -> bytes:
    """float32 to float16: half the space, and 0.001 is far below what separates two statements."""
    import numpy as np

    return np.frombuffer(vector, dtype="<f4").astype("<f2").tobytes()


def parse_vector(blob: bytes | None) -> bytes:
    """float16 to float32; nothing for a position without a vector."""
    import numpy as np

    return np.frombuffer(blob or b"", dtype="<f2").astype("<f4").tobytes()


def parse_vectors(blobs: Sequence[bytes]) -> list[bytes]:
    """What `parse_vector` makes of each, in one go; all are of one length."""
    import numpy as np

    if not blobs:
        return []
    joined = np.frombuffer(b"".join(blobs), dtype="<f2").astype("<f4").tobytes()
    size = len(joined) // len(blobs)
    return [joined[at : at + size] for at in range(0, len(joined), size)]


def compose_cells(**columns: Any) -> dict[str, Any]:
    """The columns with their text made storable."""
    return {name: compose_text(value) if isinstance(value, str) else value for name, value in columns.items()}


def compose_json(values: Iterable[Any]) -> str:
    """A list, short and readable. Raises ValueError for infinity and NaN, which JSON does not know (RFC 8259, section 6)."""
    listed = list(values)
    return _ENCODER.encode(listed) if listed else "[]"  # most lists are empty


def compose_spans(spans: Iterable[Span]) -> str:
    """What `compose_json` makes of pairs of whole numbers, at a third of its cost: a position has three such lists."""
    return f"[{', '.join([f'[{start}, {end}]' for start, end in spans])}]"


def parse_json(text: str) -> tuple[Any, ...]:
    """The list as a tuple. Raises ValueError where the text is no JSON."""
    # Most lists are empty, and a night reads them by the ten thousand.
    return () if text == "[]" else tuple(json.loads(text))


def parse_spans(text: str) -> tuple[Span, ...]:
    """Raises ValueError where the text is no list of pairs."""
    return tuple(Span(start, end) for start, end in parse_json(text))


def compose_probability(value: float) -> float:
    """Sums of float32 may end a hair outside [0, 1]; NaN counts as 0."""
    return min(max(0.0, value), 1.0)
