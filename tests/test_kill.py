"""A night that is killed and run again ends as if it had not been killed (kills.py)."""

import re
import subprocess
import sys
from pathlib import Path

KILLS = 12


def test_killed_and_run_again_is_the_same(tmp_path: Path) -> None:
    script = Path(__file__).with_name("kills.py")
    done = subprocess.run(
        [sys.executable, str(script), str(tmp_path), str(KILLS)], capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    assert len(lines) == KILLS + 1
    assert all(line.endswith("the same") for line in lines[:-1])
    hit = re.fullmatch(rf"(\d+) of {KILLS} hit, 0 wrong", lines[-1])
    assert hit
    assert int(hit[1]) >= KILLS // 3, "the kills came too late"
