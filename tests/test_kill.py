"""A night that is killed and run again ends as if it had not been killed (scripts/torture.py, which does more of it)."""

import os
import re
import subprocess
import sys
from pathlib import Path

TOP = Path(__file__).parents[1]
KILLS = 12


def test_killed_and_run_again_is_the_same() -> None:
    command = [sys.executable, str(TOP / "scripts" / "torture.py"), "--kills", str(KILLS), "--calm", "1", "--seed", "7"]
    environment = {**os.environ, "PYTHONPATH": str(TOP)}
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600, env=environment)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(rf"^{KILLS} of {KILLS} kills in \d+ rounds the same", done.stdout, re.MULTILINE), done.stdout
    assert "calm night 1: the same" in done.stdout
