"""Moments as they are given on the command line."""

from datetime import UTC, datetime

from tracker.errors import UsageError


def parse_moment(text: str, option: str, *, end: bool = False) -> datetime:
    """An ISO 8601 date or time, UTC where it names no zone; a bare date is its beginning, or its `end`.

    Raises UsageError.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{option} {text!r} is no ISO 8601 date: write it like 2026-11-24 or 2026-11-24T05:00+00:00") from error
    if end and len(text) <= 10:
        moment = moment.replace(hour=23, minute=59, second=59, microsecond=999999)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
