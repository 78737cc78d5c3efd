"""What stands around an unattended run: the lock, the monitor's pings, the journal of nights."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tracker.journal import Night, save_night
from tracker.lock import open_lock
from tracker.model import Digest
from tracker.ping import Ending, send_ping

log = logging.getLogger(__name__)

Tell = Callable[[Digest], None]
"""Called with the digest of the run, so that its counts go into the journal."""


@contextmanager
def guarded(database: Path, ping_url: str = "") -> Iterator[Tell]:
    """Hold the lock of `database` inside, tell the monitor of the start and the end, and add the night to the journal.

    Its exit code is the `exit_code` of what is raised inside, 1 where that has none. A run that is refused because another one
    holds the lock pings nobody: the other one will. Raises TemporaryError where the lock is held, StoreError where the folder
    cannot be written.
    """
    begun, clock = datetime.now(UTC), time.monotonic()
    told: list[Digest] = []
    code = 1
    with open_lock(database, begun):
        send_ping(ping_url, Ending.START)
        try:
            yield told.append
            code = 0
        except BrokenPipeError:
            code = 0  # `tracker run | head`: everything is stored
            raise
        except Exception as error:
            code = getattr(error, "exit_code", 1)
            raise
        finally:
            # The monotonic clock: a night in which the time is set back has a length all the same.
            night = _count(begun, begun + timedelta(seconds=time.monotonic() - clock), code, told[-1] if told else None)
            save_night(database, night)
            log.info("run ended with %d", code, extra={"counts": asdict(night)})
            send_ping(ping_url, Ending.FAILED if code else Ending.DONE)


def _count(begun: datetime, ended: datetime, code: int, digest: Digest | None) -> Night:
    times = begun.isoformat(timespec="seconds"), ended.isoformat(timespec="milliseconds")
    if digest is None:
        return Night(*times, code)
    positions = len({change.after.id for change in digest.changes})
    return Night(*times, code, digest.articles_seen, len(digest.articles), positions, len(digest.failures))
