"""Time and memory for one article: past either, the work on it ends with `ExceededError`, and the night goes on.

Time: an interval timer whose signal raises in the main thread. Regular expressions answer signals while they match, and the
models run window by window, so nothing here works for long without noticing it. Memory: RLIMIT_AS (setrlimit(2)), set to what
the process has now plus the allowance, so that an allocation past it fails as MemoryError. Neither costs the article anything
that could be measured. `MAX_CHARACTERS` bounds what a single call into compiled code is given.
"""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

MAX_CHARACTERS = 1_000_000
"""The longest text that is read as one article: three novels; the longest news reports stay under a twentieth of it."""

_AGAIN = 0.5
"""Seconds until the alarm comes again, should a library have swallowed the first one."""


class ExceededError(BaseException):
    """An article took more than it may. No Exception, lest a library that catches all of those swallow it.

    The message names the bound and the remedy, never a measured value: the same failure reads the same every night.
    """


@contextmanager
def bounded(seconds: float, megabytes: int) -> Iterator[None]:
    """What runs inside may take that much time and that much memory beyond what the process has; 0 is no bound.

    Raises ExceededError. Time is bounded in the main thread alone, memory on Linux alone.
    """
    try:
        with _bounded_memory(megabytes), _bounded_time(seconds):
            yield
    except MemoryError as error:
        raise ExceededError(
            f"more than {megabytes} MB of memory: split the text, or raise megabytes under [limits] in tracker.toml"
        ) from error


@contextmanager
def set_aside(seconds: float) -> Iterator[None]:
    """For a call to something outside in the midst of an article: the article's bounds rest, and the call has `seconds`.

    What the call needed of time and memory does not count for the article. Raises TimeoutError past `seconds`, in the main thread
    alone.
    """
    with _rested_memory(), _rested_time(seconds):
        yield


class _OverdueError(BaseException):
    """No Exception, lest the library that is called swallows it and tries again; never leaves this module."""


@contextmanager
def _rested_time(seconds: float) -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    armed = True

    def stop(signum: int, frame: FrameType | None) -> None:  # noqa: ARG001 - the signature is the signal module's
        if armed:
            raise _OverdueError

    left, again = signal.setitimer(signal.ITIMER_REAL, 0)
    before = signal.signal(signal.SIGALRM, stop)
    try:
        signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN)
        yield
    except _OverdueError:
        raise TimeoutError(f"no answer within {seconds:g} seconds") from None
    finally:
        armed = False
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        signal.setitimer(signal.ITIMER_REAL, left, again)


@contextmanager
def _rested_memory() -> Iterator[None]:
    """The limit is lifted and comes back higher by what the call has taken for good (a model that runs in this process)."""
    taken = _load_address_space()
    if taken is None:
        yield
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    if soft == resource.RLIM_INFINITY:
        yield
        return
    resource.setrlimit(resource.RLIMIT_AS, (hard, hard))
    try:
        yield
    finally:
        grown = max(0, (_load_address_space() or 0) - taken)
        wanted = soft + grown
        resource.setrlimit(resource.RLIMIT_AS, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard))


@contextmanager
def _bounded_time(seconds: float) -> Iterator[None]:
    if seconds <= 0 or threading.current_thread() is not threading.main_thread():
        yield
        return
    armed = True

    def stop(signum: int, frame: FrameType | None) -> None:  # noqa: ARG001 - the signature is the signal module's
        if armed:
            raise ExceededError(f"more than {seconds:g} seconds: split the text, or raise seconds under [limits] in tracker.toml")

    before = signal.signal(signal.SIGALRM, stop)
    try:
        signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN)
        yield
    finally:
        armed = False  # first: an alarm between here and the next line must not raise
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def _bounded_memory(megabytes: int) -> Iterator[None]:
    taken = _load_address_space() if megabytes > 0 else None
    if taken is None:
        yield
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    wanted = taken + megabytes * 1_048_576
    limits = [limit for limit in (soft, hard, wanted) if limit != resource.RLIM_INFINITY]
    resource.setrlimit(resource.RLIMIT_AS, (min(limits), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def _load_address_space() -> int | None:
    """Bytes of address space of this process, from proc(5); None on systems without it."""
    try:
        pages = int(Path("/proc/self/statm").read_bytes().split()[0])
    except (OSError, ValueError, IndexError):
        return None
    import resource

    return pages * resource.getpagesize()
