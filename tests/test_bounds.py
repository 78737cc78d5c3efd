"""An article's time and memory end where they should, and everything is as before afterwards."""

import re
import resource
import signal
import threading
import time

import pytest

from tracker.bounds import ExceededError, bounded, set_aside


def work_for_ever() -> None:
    while True:
        pass


def work_carelessly() -> None:
    """As a library does that catches whatever comes."""
    try:
        work_for_ever()
    except BaseException:
        work_for_ever()


def test_time_is_bounded() -> None:
    before = signal.getsignal(signal.SIGALRM)
    begun = time.monotonic()
    with pytest.raises(ExceededError, match=r"more than 0\.05 seconds"), bounded(0.05, 0):
        work_for_ever()
    assert time.monotonic() - begun < 2
    assert signal.getsignal(signal.SIGALRM) is before
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_a_regular_expression_is_interrupted() -> None:
    with pytest.raises(ExceededError), bounded(0.05, 0):
        re.match(r"(a+)+b", "a" * 60)


def test_whoever_catches_everything_is_told_again() -> None:
    with pytest.raises(ExceededError), bounded(0.05, 0):
        work_carelessly()


def test_memory_is_bounded() -> None:
    before = resource.getrlimit(resource.RLIMIT_AS)
    with pytest.raises(ExceededError, match="more than 64 MB of memory"), bounded(0, 64):
        bytearray(300_000_000)
    assert resource.getrlimit(resource.RLIMIT_AS) == before


def test_what_keeps_within_them_is_left_alone() -> None:
    with bounded(5, 256):
        assert len(bytearray(1_000_000)) == 1_000_000
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_other_errors_pass() -> None:
    with pytest.raises(KeyError), bounded(5, 256):
        raise KeyError("x")
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_zero_is_no_bound() -> None:
    with bounded(0, 0):
        assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_beside_the_main_thread_only_memory_is_bounded() -> None:
    seen: list[bool] = []

    def work() -> None:
        with bounded(0.01, 0):
            time.sleep(0.05)
            seen.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [True]


def test_a_call_outside_has_its_own_time() -> None:
    with bounded(0.3, 0):
        with set_aside(5):
            time.sleep(0.5)
        assert 0 < signal.getitimer(signal.ITIMER_REAL)[0] <= 0.3
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_the_articles_time_goes_on_behind_it() -> None:
    def call_and_work() -> None:
        with bounded(0.2, 0):
            with set_aside(5):
                pass
            work_for_ever()

    with pytest.raises(ExceededError):
        call_and_work()


def test_a_call_outside_that_takes_too_long() -> None:
    before = signal.getsignal(signal.SIGALRM)
    with pytest.raises(TimeoutError, match=r"no answer within 0\.05 seconds"), set_aside(0.05):
        work_for_ever()
    assert signal.getsignal(signal.SIGALRM) is before
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_a_call_outside_may_take_memory_for_good() -> None:
    before = resource.getrlimit(resource.RLIMIT_AS)
    with bounded(0, 64):
        with set_aside(5):
            kept = bytearray(300_000_000)
        assert len(bytearray(20_000_000)) == 20_000_000
        with pytest.raises(MemoryError):
            bytearray(200_000_000)
    assert len(kept) == 300_000_000
    assert resource.getrlimit(resource.RLIMIT_AS) == before
