"""A real SMTP server on loopback that can be told to fail at any stage, and a store with a night's news in it."""

import asyncio
import base64
import runpy
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tracker.config import Config
from tracker.profiles import Mail, Profile, Secret, Security
from tracker.store.store import Store, open_store

CERTIFICATES = Path(__file__).parent / "certificates"
USER, PASSWORD = "tracker", "tidal-harbour-9"
_NIGHT = SimpleNamespace(**runpy.run_path(str(Path(__file__).parents[1] / "store" / "night.py")))


@dataclass
class Post:
    """What the server does and what it got. `fault` names the stage at which it fails, `times` how often."""

    port: int = 0
    fault: str = ""
    times: int = 1_000
    victim: str = ""
    """The fault strikes this recipient only; everybody where it is empty."""
    got: list[tuple[str, bytes]] = field(default_factory=list)
    sessions: int = 0
    logins: list[bytes] = field(default_factory=list)

    def strikes(self, stage: str, recipient: str = "") -> bool:
        if self.fault != stage or self.times <= 0 or (self.victim and recipient != self.victim):
            return False
        self.times -= 1
        return True

    @property
    def messages(self) -> list[EmailMessage]:
        return [cast(EmailMessage, message_from_bytes(data, policy=default)) for _, data in self.got]

    @property
    def recipients(self) -> list[str]:
        return [recipient for recipient, _ in self.got]

    # ---- aiosmtpd's hooks ---------------------------------------------------------------------------------------------------

    async def handle_EHLO(  # noqa: N802 - the name is aiosmtpd's
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]  # noqa: ARG002
    ) -> list[str]:
        self.sessions += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]  # noqa: ARG002
    ) -> str:
        if self.strikes("timeout"):
            await asyncio.sleep(1.5)
        if self.strikes("sender"):
            return "550 5.7.1 not with that sender"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]  # noqa: ARG002
    ) -> str:
        if self.strikes("greylisted", address):
            return "451 4.7.1 greylisted, come back later"
        if self.strikes("unknown", address):
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802, ARG002
        (recipient,) = envelope.rcpt_tos
        if self.strikes("content"):
            return "554 5.6.0 we do not like it"
        self.got.append((recipient, cast(bytes, envelope.original_content)))
        if self.strikes("cut after data", recipient):
            cast(asyncio.Transport, server.transport).abort()
        if self.strikes("closing"):
            return "421 4.3.2 going down"
        return "250 OK"


class _Server(SMTP):
    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        post = cast(Post, self.event_handler)
        if post.strikes("cut in data"):
            await self.push("354 go on")
            cast(asyncio.Transport, self.transport).abort()
            return
        await super().smtp_DATA(arg)


ServerStarter = Callable[..., Post]


@pytest.fixture
def start_server() -> Iterator[ServerStarter]:
    """Starts servers: `security` as in the configuration, `auth` to ask for a login."""
    running: list[tuple[asyncio.AbstractEventLoop, threading.Thread]] = []

    def start(security: Security = Security.NONE, *, auth: bool = False) -> Post:
        post = Post()

        def authenticate(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:  # noqa: ARG001
            assert isinstance(data, LoginPassword)
            post.logins.append(data.login)
            right = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
            if not right and post.strikes("telltale"):
                plain = (data.password, b"\0" + data.login + b"\0" + data.password)
                told = b" ".join((data.password, *map(base64.b64encode, plain))).decode()
                return AuthResult(success=False, handled=False, message=f"535 wrong: {told}")
            return AuthResult(success=right, handled=right)

        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(CERTIFICATES / "server.pem", CERTIFICATES / "server.key")
        loop, ready = asyncio.new_event_loop(), threading.Event()
        encrypted = security is not Security.NONE

        def build() -> _Server:
            return _Server(
                post,
                hostname="localhost",
                loop=loop,
                tls_context=context if security is Security.STARTTLS else None,
                require_starttls=security is Security.STARTTLS,
                authenticator=authenticate if auth else None,
                auth_required=auth,
                auth_require_tls=security is Security.STARTTLS,
            )

        def serve() -> None:
            asyncio.set_event_loop(loop)
            made = loop.run_until_complete(
                loop.create_server(build, "127.0.0.1", 0, ssl=context if encrypted and security is Security.TLS else None)
            )
            post.port = made.sockets[0].getsockname()[1]
            ready.set()
            loop.run_forever()
            made.close()
            for task in asyncio.all_tasks(loop):
                task.cancel()
            loop.run_until_complete(asyncio.sleep(0.01))
            loop.close()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        assert ready.wait(5)
        running.append((loop, thread))
        return post

    yield start
    for loop, thread in running:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)


@pytest.fixture
def server(start_server: ServerStarter) -> Post:
    """A server without encryption."""
    return start_server()


def make_mail(post: Post, security: Security = Security.NONE, **fields: Any) -> Mail:
    """Mail to that server."""
    return Mail(
        **{
            "sender": "Tracker <tracker@example.org>",
            "host": "localhost",
            "port": post.port,
            "security": security,
            "ca_file": CERTIFICATES / "authority.pem",
            "timeout": timedelta(seconds=1),
            **fields,
        }
    )


def make_config(mail: Mail | None, *to: str, **fields: Any) -> Config:
    """One profile with these recipients."""
    return Config(mail=mail, profiles=(Profile("desk", to or ("desk@example.org",), **fields),))


def with_login(password_file: Path | None = None, password: str = PASSWORD) -> dict[str, Any]:
    """The fields of a Mail that logs in."""
    secret = Secret(file=password_file) if password_file else Secret(command=("printf", "%s", password))
    return {"user": USER, "secret": secret}


@pytest.fixture
def night() -> SimpleNamespace:
    """The makers of sample articles in the store's night.py."""
    return _NIGHT


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "tracker.db"


@pytest.fixture
def store(path: Path, night: SimpleNamespace) -> Iterator[Store]:
    """A store with six articles."""
    with open_store(path) as opened:
        night.save_night(opened, night.NOW)
        yield opened
