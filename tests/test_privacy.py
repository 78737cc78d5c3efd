"""Nothing leaves the machine but what is configured: a whole night over files opens no connection and asks no name server."""

import subprocess
import sys
from pathlib import Path

WATCHED = """
import sys

def watch(event, details):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"):
        sys.stderr.write(f"NETWORK {event} {details}\\n")

sys.addaudithook(watch)
sys.argv = ["tracker", *sys.argv[1:]]
from tracker.cli import main
main()
"""


def test_a_night_over_files_uses_no_network(tmp_path: Path) -> None:
    article = "Date: 2031-01-02\n\nNorway will not go to https://norway.example/summit, its minister said.\n"
    (tmp_path / "a.txt").write_text(article, encoding="utf-8")
    page = "<html><body><p>Norway will sign, its minister said.</p><img src='https://tracker.example/p.gif'></body></html>"
    (tmp_path / "b.html").write_text(page, encoding="utf-8")
    database = tmp_path / "db" / "tracker.db"
    for words in (("run", str(tmp_path)), ("check",), ("digest",)):
        command = [sys.executable, "-c", WATCHED, *words, "--db", str(database)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert "NETWORK" not in done.stderr
