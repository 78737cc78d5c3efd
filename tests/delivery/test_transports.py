"""Sending without SMTP, and where the password comes from."""

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tracker.digest.mail import Fate, Outcome, open_sender
from tracker.digest.message import compose_test, render_message
from tracker.digest.secret import load_secret
from tracker.errors import ConfigurationError
from tracker.profiles import Mail, Secret, Transport

NOW = datetime(2031, 5, 4, 3, 0, tzinfo=UTC)


def send(mail: Mail, address: str = "desk@example.org") -> Outcome:
    with open_sender(mail) as sender:
        return sender(compose_test(address, mail, NOW), address)


def test_a_folder_of_messages(tmp_path: Path) -> None:
    mail = Mail("tracker@example.org", Transport.FOLDER, folder=tmp_path / "box")
    assert send(mail).fate is Fate.SENT
    assert send(mail).fate is Fate.SENT
    (path,) = (tmp_path / "box").iterdir()
    assert path.suffix == ".eml"
    assert path.stat().st_mode & 0o777 == 0o600
    assert b"\r" not in path.read_bytes()


def test_a_maildir(tmp_path: Path) -> None:
    mail = Mail("tracker@example.org", Transport.MAILDIR, folder=tmp_path)
    send(mail)
    (path,) = (tmp_path / "new").iterdir()
    path.rename(tmp_path / "cur" / f"{path.name}:2,S")
    assert send(mail).fate is Fate.SENT
    assert not list((tmp_path / "new").iterdir())
    assert not list((tmp_path / "tmp").iterdir())


@pytest.mark.parametrize(("code", "fate"), [(0, Fate.SENT), (75, Fate.DEFERRED), (67, Fate.FAILED), (1, Fate.DEFERRED)])
def test_a_sendmail_command(tmp_path: Path, code: int, fate: Fate) -> None:
    script = tmp_path / "sendmail.py"
    script.write_text(
        f"import sys, pathlib\npathlib.Path({str(tmp_path / 'in')!r}).write_bytes(sys.stdin.buffer.read())\n"
        f"pathlib.Path({str(tmp_path / 'words')!r}).write_text(' '.join(sys.argv[1:]))\nsys.exit({code})\n",
        encoding="utf-8",
    )
    mail = Mail("tracker@example.org", Transport.SENDMAIL, command=(sys.executable, str(script), "-i"))
    assert send(mail).fate is fate
    assert (tmp_path / "words").read_text(encoding="utf-8") == "-i -f tracker@example.org -- desk@example.org"
    assert (tmp_path / "in").read_bytes().startswith(b"From: tracker@example.org\nTo: desk@example.org\n")


def test_a_command_that_is_missing_or_hangs(tmp_path: Path) -> None:
    missing = Mail("tracker@example.org", Transport.SENDMAIL, command=(str(tmp_path / "none"),))
    assert (send(missing).fate, send(missing).everybody) == (Fate.DEFERRED, True)
    slow = Mail(
        "tracker@example.org",
        Transport.SENDMAIL,
        command=(sys.executable, "-c", "import time; time.sleep(9)"),
        timeout=timedelta(seconds=0.3),
    )
    assert "took over 0.3 s" in send(slow).error


def test_the_same_message_has_the_same_bytes() -> None:
    mail = Mail("tracker@example.org")
    first, second = (render_message(compose_test("desk@example.org", mail, NOW)) for _ in range(2))
    assert first == second
    assert b"\n" not in first.replace(b"\r\n", b"")


# ---- secrets ----------------------------------------------------------------------------------------------------------------


def test_where_a_secret_comes_from(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("low-tide\n", encoding="utf-8")
    file.chmod(0o600)
    assert load_secret(Secret(environment="MAIL_WORD"), {"MAIL_WORD": "low-tide"}) == "low-tide"
    assert load_secret(Secret(command=(sys.executable, "-c", "print('low-tide\\nlogin: me')")), {}) == "low-tide"
    assert load_secret(Secret(file=file), {}) == "low-tide"
    assert load_secret(Secret(in_file="low-tide", file=file), {}) == "low-tide"
    assert load_secret(Secret(credential="password"), {"CREDENTIALS_DIRECTORY": str(tmp_path)}) == "low-tide"


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604])
def test_a_file_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "tracker.toml"
    file.write_text("low-tide", encoding="utf-8")
    file.chmod(mode)
    for secret in (Secret(file=file), Secret(in_file="low-tide", file=file)):
        with pytest.raises(ConfigurationError, match=r"others can read it.*chmod 600") as caught:
            load_secret(secret, {})
        assert "low-tide" not in str(caught.value)


@pytest.mark.parametrize(
    ("secret", "complaint"),
    [
        (Secret(environment="MAIL_WORD"), "the environment has no MAIL_WORD"),
        (Secret(credential="smtp"), "without CREDENTIALS_DIRECTORY"),
        (Secret(file=Path("none")), "cannot read 'none'"),
        (Secret(command=("no-such-command-here",)), "cannot be run"),
        (Secret(command=(sys.executable, "-c", "raise SystemExit(3)")), "ended with 3"),
        (Secret(command=(sys.executable, "-c", "")), "empty or has several lines"),
    ],
)
def test_a_secret_that_is_not_there(secret: Secret, complaint: str) -> None:
    with pytest.raises(ConfigurationError, match=complaint):
        load_secret(secret, {})
