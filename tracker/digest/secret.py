"""The SMTP password, from wherever the configuration says that it is. It never gets into a message, a log or an error."""

import os
import stat
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tracker.errors import ConfigurationError, TemporaryError
from tracker.profiles import Secret

_TIMEOUT_SECONDS: Final = 30
_MOST_BYTES: Final = 10_000


def load_secret(secret: Secret, environment: Mapping[str, str] | None = None) -> str:
    """The password, without the line break at its end.

    Raises ConfigurationError where there is none, or where others than its owner can read the file that holds it;
    TemporaryError where the command that is to print it does not come to an end.
    """
    environment = os.environ if environment is None else environment
    if secret.environment:
        value = environment.get(secret.environment, "")
        if not value:
            raise ConfigurationError(f"the environment has no {secret.environment}: set it to the mail password")
    elif secret.command:
        value = _run(secret.command)
    elif secret.credential:
        folder = environment.get("CREDENTIALS_DIRECTORY", "")
        if not folder:
            raise ConfigurationError(
                f"there is no credential {secret.credential!r} without CREDENTIALS_DIRECTORY: "
                "start tracker by systemd with LoadCredential="
            )
        value = _read(Path(folder) / Path(secret.credential).name)
    else:
        assert secret.file is not None
        _check_private(secret.file, "password" if secret.in_file else "password_file")
        value = secret.in_file or _read(secret.file)
    value = value.rstrip("\r\n")
    if not value or not value.isprintable():
        raise ConfigurationError("the mail password is empty or has several lines: give just the password")
    return value


def _check_private(path: Path, key: str) -> None:
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
    except OSError as error:
        raise ConfigurationError(f"cannot read {str(path)!r} ({error.strerror}): check [mail] {key}") from error
    if mode & 0o077:
        raise ConfigurationError(
            f"{path} holds the mail password and others can read it (mode {mode:04o}): `chmod 600 {path}`, or use password_env"
        )


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(_MOST_BYTES).decode()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not utf-8 text"
        raise ConfigurationError(f"cannot read the mail password from {str(path)!r} ({reason}): check [mail]") from error


def _run(command: tuple[str, ...]) -> str:
    try:
        done = subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, timeout=_TIMEOUT_SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise TemporaryError(f"password_command {command[0]!r} took over {_TIMEOUT_SECONDS} s: unlock what it asks") from error
    except OSError as error:
        raise ConfigurationError(f"password_command {command[0]!r} cannot be run ({error.strerror}): check [mail]") from error
    if done.returncode:
        raise ConfigurationError(f"password_command {command[0]!r} ended with {done.returncode}: run it by hand to see why")
    return done.stdout[:_MOST_BYTES].decode(errors="replace").partition("\n")[0]
