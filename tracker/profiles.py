"""Who gets which digest, and by which way: `[mail]` and `[[digest]]` of tracker.toml as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.utils import getaddresses, parseaddr
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from tracker.errors import ConfigurationError
from tracker.model import Label

_MAIL_KEYS: Final = (
    "from", "transport", "host", "port", "security", "user", "password", "password_env", "password_command", "password_file",
    "password_credential", "ca_file", "timeout", "command", "folder", "unsubscribe",
)  # fmt: skip
_PROFILE_KEYS: Final = (
    "name", "to", "parties", "issues", "labels", "beats", "send", "at_most_per_day", "format", "quiet_after_days", "charts",
)  # fmt: skip
_SECRETS: Final = ("password", "password_env", "password_command", "password_file", "password_credential")
_LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")
_MOST_RECIPIENTS: Final = 1000


class Transport(StrEnum):
    """How a message leaves this machine."""

    SMTP = "smtp"
    SENDMAIL = "sendmail"
    MAILDIR = "maildir"
    FOLDER = "folder"


class Security(StrEnum):
    """How an SMTP connection is encrypted: STARTTLS (RFC 3207), TLS from the first byte (RFC 8314), or not."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


class Send(StrEnum):
    """When a profile gets mail: every night, or only where something changed."""

    ALWAYS = "always"
    CHANGES = "changes"


class Form(StrEnum):
    """Of a message: text and HTML side by side, or text alone."""

    HTML = "html"
    TEXT = "text"


_PORTS: Final = {Security.STARTTLS: 587, Security.TLS: 465, Security.NONE: 25}


@dataclass(frozen=True, slots=True)
class Secret:
    """Where the SMTP password comes from; one of the fields is set. `in_file` stands in the configuration itself."""

    environment: str = ""
    command: tuple[str, ...] = ()
    file: Path | None = None
    credential: str = ""
    """Name in the folder that systemd gives as CREDENTIALS_DIRECTORY."""
    in_file: str = field(default="", repr=False)
    """Accepted only where nobody but its owner can read `file`."""


@dataclass(frozen=True, slots=True)
class Mail:
    """How digests are sent."""

    sender: str
    """An address, with a display name or without."""
    transport: Transport = Transport.SMTP
    host: str = "localhost"
    port: int = 587
    security: Security = Security.STARTTLS
    user: str = ""
    secret: Secret | None = None
    ca_file: Path | None = None
    """Certificates to trust instead of the system's, for a mail server of one's own."""
    timeout: timedelta = timedelta(seconds=30)
    command: tuple[str, ...] = ("/usr/sbin/sendmail", "-i")
    folder: Path | None = None
    unsubscribe: str = ""
    """Where List-Unsubscribe points to: a mailto: or https: address; the sender's own without it."""

    @property
    def address(self) -> str:
        """The bare address of `sender`."""
        return parseaddr(self.sender)[1]


@dataclass(frozen=True, slots=True)
class Profile:
    """Some readers and what they follow; empty filters let everything through."""

    name: str
    to: tuple[str, ...]
    parties: tuple[str, ...] = ()
    issues: tuple[str, ...] = ()
    """Words that stand in the name of an issue."""
    labels: tuple[Label, ...] = ()
    beats: tuple[str, ...] = ()
    send: Send = Send.CHANGES
    at_most_per_day: int | None = None
    form: Form = Form.HTML
    quiet_after_days: int = 14
    """A party that has said nothing for so many days has gone quiet."""
    charts: bool = False
    """Whether the page shows the parties' paths as images too; needs the extra [charts]."""


def parse_mail(table: Mapping[str, Any], path: Path) -> Mail:
    """`[mail]` of the configuration at `path`. Raises ConfigurationError."""
    check = _Checker(path, "[mail]")
    check.only(table, _MAIL_KEYS)
    transport = Transport(check.choice(table, "transport", Transport.SMTP, Transport))
    security = Security(check.choice(table, "security", Security.STARTTLS, Security))
    host, user = check.text(table, "host", "localhost"), check.text(table, "user", "")
    secret = _parse_secret(table, check, path)
    if bool(user) != bool(secret):
        raise check.error(f"needs both 'user' and a password or neither: give one of {', '.join(_SECRETS[1:])} with 'user'")
    if user and security is Security.NONE and host not in _LOOPBACK:
        raise check.error(f"would send the password of {user!r} to {host!r} in the clear: set security to 'starttls' or 'tls'")
    folder = check.text(table, "folder", "")
    if transport in (Transport.MAILDIR, Transport.FOLDER) and not folder:
        raise check.error(f"transport {str(transport)!r} needs 'folder': name the folder to write to")
    unsubscribe = check.text(table, "unsubscribe", "")
    if unsubscribe and not unsubscribe.startswith(("mailto:", "https://")):
        raise check.error(f"unsubscribe is {unsubscribe!r}: give an address that begins with mailto: or https://")
    ca_file = check.text(table, "ca_file", "")
    return Mail(
        sender=check.address(check.text(table, "from", "")),
        transport=transport,
        host=host,
        port=check.number(table, "port", _PORTS[security], 1, 65535),
        security=security,
        user=user,
        secret=secret,
        ca_file=path.parent / ca_file if ca_file else None,
        timeout=timedelta(seconds=check.number(table, "timeout", 30, 1, 600)),
        command=check.texts(table, "command") or ("/usr/sbin/sendmail", "-i"),
        folder=path.parent / folder if folder else None,
        unsubscribe=unsubscribe,
    )


def parse_profiles(entries: object, path: Path, sendable: bool) -> tuple[Profile, ...]:
    """Every `[[digest]]` of the configuration at `path`; `sendable`: whether there is a `[mail]`. Raises ConfigurationError."""
    if not isinstance(entries, list):
        raise ConfigurationError(f"{path}: 'digest' is a single table: write [[digest]] with two brackets")
    if entries and not sendable:
        raise ConfigurationError(f"{path}: [[digest]] has recipients, but there is no [mail]: say there how to send")
    profiles: list[Profile] = []
    for number, entry in enumerate(entries, 1):
        check = _Checker(path, f"[[digest]] number {number}")
        if not isinstance(entry, dict):
            raise check.error(f"is {entry!r}: write [[digest]] and its keys below it")
        profile = _parse_profile(entry, check, "readers" if len(entries) == 1 else f"readers-{number}")
        if any(profile.name == other.name for other in profiles):
            raise check.error(f"has the name {profile.name!r} of another one: give each a name of its own")
        profiles.append(profile)
    return tuple(profiles)


def _parse_profile(entry: Mapping[str, Any], check: "_Checker", default_name: str) -> Profile:
    check.only(entry, _PROFILE_KEYS)
    to = check.texts(entry, "to")
    if not 1 <= len(to) <= _MOST_RECIPIENTS:
        raise check.error(f"has {len(to)} recipients under 'to': give a list of 1 to {_MOST_RECIPIENTS:,} addresses")
    labels = [str(label) for label in Label if label is not Label.UNRELATED]
    chosen = check.texts(entry, "labels")
    for label in chosen:
        if label not in labels:
            raise check.error(f"has the label {label!r}: choose from {', '.join(labels)}")
    limit = check.number(entry, "at_most_per_day", 0, 1, 100) if "at_most_per_day" in entry else None
    return Profile(
        name=check.text(entry, "name", default_name),
        to=tuple(dict.fromkeys(check.address(address) for address in to)),
        parties=check.texts(entry, "parties"),
        issues=check.texts(entry, "issues"),
        labels=tuple(Label(label) for label in chosen),
        beats=check.texts(entry, "beats"),
        send=Send(check.choice(entry, "send", Send.CHANGES, Send)),
        at_most_per_day=limit,
        form=Form(check.choice(entry, "format", Form.HTML, Form)),
        quiet_after_days=check.number(entry, "quiet_after_days", 14, 1, 3650),
        charts=check.flag(entry, "charts"),
    )


def _parse_secret(table: Mapping[str, Any], check: "_Checker", path: Path) -> Secret | None:
    given = [key for key in _SECRETS if key in table]
    if len(given) > 1:
        raise check.error(f"has both {given[0]!r} and {given[1]!r}: keep one")
    if not given:
        return None
    if given[0] == "password_command":
        return Secret(command=check.texts(table, "password_command"))
    value = table[given[0]]
    if not isinstance(value, str) or not value:
        raise check.error(f"{given[0]} is no text or empty: give a text in quotes")  # the value stays out of the message
    if given[0] == "password_env":
        return Secret(environment=value)
    if given[0] == "password_credential":
        return Secret(credential=value)
    return Secret(file=path.parent / value) if given[0] == "password_file" else Secret(in_file=value, file=path)


@dataclass(frozen=True, slots=True)
class _Checker:
    """Typed access to one table, with messages that name it."""

    path: Path
    where: str

    def error(self, complaint: str) -> ConfigurationError:
        return ConfigurationError(f"{self.path}: {self.where} {complaint}")

    def only(self, table: Mapping[str, Any], known: tuple[str, ...]) -> None:
        for key in table:
            if key not in known:
                raise ConfigurationError(f"{self.path}: unknown key {key!r} in {self.where}: known are {', '.join(known)}")

    def text(self, table: Mapping[str, Any], key: str, default: str) -> str:
        value = table.get(key, default)
        if not isinstance(value, str) or (key in table and not value.strip()) or not value.isprintable():
            raise self.error(f"{key} is {value!r}: give a text in quotes, in one line")
        return value

    def texts(self, table: Mapping[str, Any], key: str) -> tuple[str, ...]:
        value = table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() and item.isprintable() for item in value):
            raise self.error(f"{key} is {value!r}: give a list of texts in quotes")
        return tuple(value)

    def choice(self, table: Mapping[str, Any], key: str, default: str, kind: type[StrEnum]) -> str:
        value, allowed = table.get(key, default), [str(member) for member in kind]
        if value not in allowed:
            raise self.error(f"{key} is {value!r}: choose one of {', '.join(allowed)}")
        return str(value)

    def number(self, table: Mapping[str, Any], key: str, default: int, least: int, most: int) -> int:
        value = table.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or (key in table and not least <= value <= most):
            raise self.error(f"{key} is {value!r}: give a whole number from {least} to {most:,}")
        return value

    def flag(self, table: Mapping[str, Any], key: str) -> bool:
        value = table.get(key, False)
        if not isinstance(value, bool):
            raise self.error(f"{key} is {value!r}: write true or false, without quotes")
        return value

    def address(self, text: str) -> str:
        """A mail address in ASCII, with a display name or without (RFC 5322, section 3.4)."""
        name, bare = parseaddr(text)
        try:
            parsed = Address(display_name=name, addr_spec=bare)
        except (HeaderParseError, ValueError, IndexError):
            parsed = None
        if parsed is None or not parsed.username or not parsed.domain or not bare.isascii() or len(getaddresses([text])) != 1:
            raise self.error(f"has the address {text!r}: write it like desk@example.org or 'Desk <desk@example.org>', in ASCII")
        return text
