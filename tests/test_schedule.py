"""What `tracker schedule` prints, and that the files in cron/ are the same with the paths of /opt/tracker."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tracker.errors import UsageError
from tracker.schedule import Plan, parse_time_of_day, render_cron, render_failed_service, render_service, render_timer

CRON = Path(__file__).parents[1] / "cron"
HOME = Path("/opt/tracker")
NIGHTLY = Plan((f"{HOME}/cron/nightly", f"{HOME}/tracker.toml"), (HOME / "db", HOME / "log"), "tracker")
SERVICE = Plan((f"{HOME}/.venv/bin/tracker", "run", "--config", f"{HOME}/tracker.toml"), (HOME / "db",), "tracker")

FILES = {
    "tracker.cron": render_cron(NIGHTLY),
    "tracker.service": render_service(SERVICE),
    "tracker.timer": render_timer(SERVICE),
    "tracker-failed.service": render_failed_service(SERVICE),
}


@pytest.mark.parametrize("name", FILES)
def test_the_files_in_cron_are_these(name: str) -> None:
    if os.environ.get("TRACKER_WRITE_CRON"):
        (CRON / name).write_text(FILES[name], encoding="utf-8")
    assert (CRON / name).read_text(encoding="utf-8") == FILES[name]


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd-analyze here")
def test_systemd_takes_the_units(tmp_path: Path) -> None:
    plan = Plan(("/bin/echo", "a b", '50% of "it"', "$HOME\\x"), (tmp_path,), "root", hour=0, minute=5)
    (tmp_path / "tracker.service").write_text(render_service(plan))
    (tmp_path / "tracker.timer").write_text(render_timer(plan))
    (tmp_path / "tracker-failed.service").write_text(render_failed_service(plan))
    units = [str(path) for path in sorted(tmp_path.iterdir())]
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", *units], capture_output=True, text=True, check=False)
    assert "tracker" not in done.stderr


def test_cron_gets_one_line_whatever_the_paths_hold() -> None:
    plan = Plan(("/a b/nightly", "/c%d/it's.toml"), (), "me", True, 23, 5)
    line = render_cron(plan).splitlines()[-1]
    assert line == r"""5 23 * * * '/a b/nightly' '/c\%d/it'"'"'s.toml' >/dev/null"""


def test_a_line_break_in_a_path_is_refused() -> None:
    with pytest.raises(UsageError, match="line break"):
        Plan(("/a\nb",), (), "me")


@pytest.mark.parametrize(("text", "found"), [("05:30", (5, 30)), ("0:00", (0, 0)), ("23:59", (23, 59))])
def test_times_of_day(text: str, found: tuple[int, int]) -> None:
    assert parse_time_of_day(text) == found


@pytest.mark.parametrize("text", ["", "24:00", "5", "05:60", "05:30:00", "٠٥:٣٠x"])
def test_other_texts_are_none(text: str) -> None:
    with pytest.raises(UsageError, match="no time of day"):
        parse_time_of_day(text)
