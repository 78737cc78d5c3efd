"""Sending: SMTP, a sendmail command, a maildir or a folder of .eml files. What becomes of a message comes back as a value."""

import base64
import os
import re
import smtplib
import socket
import ssl
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import parseaddr
from enum import StrEnum
from pathlib import Path
from typing import Final

from tracker.digest.message import render_message
from tracker.digest.secret import load_secret
from tracker.errors import ConfigurationError
from tracker.profiles import Mail, Security, Transport

_PERMANENT_EXITS: Final = (64, 65, 67, 68)
"""Of sendmail: usage, data, no such user, no such host (sysexits.h)."""
_MOST: Final = 300


class Fate(StrEnum):
    SENT = "sent"
    DEFERRED = "deferred"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one message. `error` is one line; `everybody` tells that the server and not the recipient is the trouble."""

    fate: Fate
    error: str = ""
    everybody: bool = False


Sender = Callable[[EmailMessage, str], Outcome]
"""Sends a message to one address."""

SENT: Final = Outcome(Fate.SENT)


@contextmanager
def open_sender(mail: Mail) -> Iterator[Sender]:
    """A sender for the configured transport, with a connection that is opened at the first message and used for all.

    Raises ConfigurationError or TemporaryError where a password is needed and cannot be had.
    """
    if mail.transport is Transport.SMTP:
        post = _Post(mail, load_secret(mail.secret) if mail.secret else "")
        try:
            yield post.send
        finally:
            post.close()
    elif mail.transport is Transport.SENDMAIL:
        yield lambda message, address: _send_by_command(message, address, mail)
    else:
        folder = mail.folder
        if folder is None:
            raise ConfigurationError(f"transport {str(mail.transport)!r} needs 'folder': name the folder to write to")
        yield lambda message, _: _save_message(message, folder, maildir=mail.transport is Transport.MAILDIR)


# ---- SMTP -------------------------------------------------------------------------------------------------------------------


class _Post:
    """One SMTP connection, made anew after it broke."""

    def __init__(self, mail: Mail, password: str) -> None:
        self._mail = mail
        self._password = password
        self._connection: smtplib.SMTP | None = None
        # As a server is told them by AUTH (RFC 4954); one that repeats them in its answer must not bring them into a log.
        plain = (password, f"\0{mail.user}\0{password}")
        told = [password, *(base64.b64encode(words.encode()).decode() for words in plain)] if password else []
        self._hidden = tuple(sorted(told, key=len, reverse=True))

    def send(self, message: EmailMessage, address: str) -> Outcome:
        """Hand over a message. A server that cannot be reached or lets nobody in defers it; only its word on it fails it."""
        try:
            connection = self._connection or self._connect()
        except smtplib.SMTPAuthenticationError as error:
            answer = self._reply(error)
            return _defer(f"the mail server {self._where} refused user {self._mail.user!r} ({answer}): check the password")
        except ssl.SSLCertVerificationError as error:
            return _defer(
                f"the certificate of {self._where} is not to be trusted ({error.verify_message}): check host, or set ca_file"
            )
        except smtplib.SMTPNotSupportedError as error:
            lacks = self._line(error)
            return _defer(f"the mail server {self._where} lacks what [mail] asks for ({lacks}): check security and user")
        except (OSError, smtplib.SMTPException, ValueError) as error:
            trouble = self._line(error)
            return _defer(f"the mail server {self._where} cannot be used ({trouble}): check host, port and security in [mail]")
        try:
            connection.sendmail(self._mail.address, [address], render_message(message))
        except smtplib.SMTPRecipientsRefused as error:
            code, reply = next(iter(error.recipients.values()), (451, b""))
            return self._judge(code, f"{address} was refused", reply)
        except smtplib.SMTPSenderRefused as error:
            if error.smtp_code == 421:
                self.close()
            answer = self._reply(error)
            return _defer(f"the mail server {self._where} refused sender {self._mail.address!r} ({answer}): check 'from'")
        except smtplib.SMTPResponseException as error:
            return self._judge(error.smtp_code, f"the message to {address} was refused", error.smtp_error)
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            # The server may have taken it before the line broke: the next attempt carries the same Message-ID.
            return Outcome(Fate.DEFERRED, f"the connection to {self._where} broke while sending ({self._line(error)})")
        return SENT

    def close(self) -> None:
        """Take leave of the server; one that is gone already does not matter."""
        connection, self._connection = self._connection, None
        if connection:
            with suppress(OSError, smtplib.SMTPException):
                connection.quit()
            connection.close()

    @property
    def _where(self) -> str:
        return f"{self._mail.host}:{self._mail.port}"

    def _connect(self) -> smtplib.SMTP:
        mail, seconds = self._mail, self._mail.timeout.total_seconds()
        try:
            context = ssl.create_default_context(cafile=str(mail.ca_file) if mail.ca_file else None)
        except OSError as error:
            raise ConfigurationError(
                f"cannot read the certificates in {str(mail.ca_file)!r} ({_line(error)}): check ca_file"
            ) from error
        own = mail.address.rpartition("@")[2]
        if mail.security is Security.TLS:
            connection: smtplib.SMTP = smtplib.SMTP_SSL(mail.host, mail.port, local_hostname=own, timeout=seconds, context=context)
        else:
            connection = smtplib.SMTP(mail.host, mail.port, local_hostname=own, timeout=seconds)
        try:
            if mail.security is Security.STARTTLS:
                connection.starttls(context=context)
            if mail.user:
                connection.login(mail.user, self._password)
        except BaseException:
            connection.close()
            raise
        self._connection = connection
        return connection

    def _reply(self, error: smtplib.SMTPResponseException) -> str:
        return f"{error.smtp_code} {_clean(error.smtp_error, self._hidden)}"

    def _line(self, error: BaseException) -> str:
        return _line(error, self._hidden)

    def _judge(self, code: int, what: str, reply: bytes | str) -> Outcome:
        """4yz asks to try again, 5yz is for good (RFC 5321, section 4.2.1); after 421 the server is gone."""
        if code == 421 or self._connection is None or self._connection.sock is None:
            self.close()
        error = f"{what} ({code} {_clean(reply, self._hidden)})"
        return Outcome(Fate.FAILED if code >= 500 else Fate.DEFERRED, error[:_MOST])


def _defer(error: str) -> Outcome:
    return Outcome(Fate.DEFERRED, error[:_MOST], everybody=True)


def _clean(reply: bytes | str, hidden: tuple[str, ...] = ()) -> str:
    text = reply.decode(errors="replace") if isinstance(reply, bytes) else reply
    for secret in hidden:
        text = text.replace(secret, "(hidden)")
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:200]


def _line(error: BaseException, hidden: tuple[str, ...] = ()) -> str:
    if isinstance(error, socket.gaierror):
        return "no such host"
    if isinstance(error, TimeoutError):
        return "no answer in time"
    return _clean(getattr(error, "strerror", None) or str(error) or type(error).__name__, hidden).lower()


# ---- a command, a folder ----------------------------------------------------------------------------------------------------


def _send_by_command(message: EmailMessage, address: str, mail: Mail) -> Outcome:
    command = (*mail.command, "-f", mail.address, "--", address)
    try:
        done = subprocess.run(
            command,
            input=render_message(message).replace(b"\r\n", b"\n"),
            capture_output=True,
            timeout=mail.timeout.total_seconds(),
            check=False,
        )
    except subprocess.TimeoutExpired:
        return _defer(f"{mail.command[0]!r} took over {mail.timeout.total_seconds():g} s: check the mail system")
    except OSError as error:
        return _defer(f"{mail.command[0]!r} cannot be run ({_line(error)}): check 'command' in [mail]")
    if done.returncode == 0:
        return SENT
    error_text = f"{mail.command[0]!r} ended with {done.returncode} for {address} ({_clean(done.stderr)})"[:_MOST]
    return Outcome(Fate.FAILED if done.returncode in _PERMANENT_EXITS else Fate.DEFERRED, error_text)


def _save_message(message: EmailMessage, folder: Path, *, maildir: bool) -> Outcome:
    """Write the message under a name drawn from its Message-ID: written again it is the same file, never half of one."""
    name = re.sub(r"[^A-Za-z0-9.@_-]", "", str(message["Message-ID"]))
    try:
        if maildir:
            for part in ("tmp", "new", "cur"):
                (folder / part).mkdir(mode=0o700, parents=True, exist_ok=True)
            if any((folder / "cur").glob(f"{name}:*")) or (folder / "cur" / name).exists():
                return SENT
            _write(folder / "tmp" / name, folder / "new" / name, message)
        else:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write(folder / f".{name}.unfinished", folder / f"{name}.eml", message)
    except OSError as error:
        return _defer(f"cannot write to {str(folder)!r} ({_line(error)}): check 'folder' in [mail] and the disk")
    return SENT


def _write(unfinished: Path, finished: Path, message: EmailMessage) -> None:
    descriptor = os.open(unfinished, os.O_CREAT | os.O_WRONLY | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(render_message(message).replace(b"\r\n", b"\n"))
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(finished)


def find_address(recipient: str) -> str:
    """The bare address of a recipient that may have a display name."""
    return parseaddr(recipient)[1]


