"""Delivery against a real SMTP server: nothing lost, nothing repeated, whatever breaks and whenever."""

import base64
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from tracker.delivery import GIVE_UP_AFTER, Report, deliver_digests, find_due
from tracker.profiles import Form, Secret, Security
from tracker.store.store import Store, open_store

from .conftest import PASSWORD, USER, Post, ServerStarter, make_config, make_mail, with_login

# aiosmtpd does not count TLS from the first byte as encryption.
pytestmark = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")

THREE = ("a@example.org", "b@example.org", "c@example.org")


def test_a_digest_arrives_once(store: Store, night: SimpleNamespace, server: Post) -> None:
    config = make_config(make_mail(server), "Desk <desk@example.org>")
    assert deliver_digests(store, config, night.NOW) == Report(composed=1, sent=1)
    (message,) = server.messages
    assert server.recipients == ["desk@example.org"]
    assert message["From"] == "Tracker <tracker@example.org>"
    assert message["To"] == "Desk <desk@example.org>"
    assert message["Date"] == "Sun, 04 May 2031 03:00:00 +0000"
    assert message["List-Id"] == "<desk.tracker.example.org>"
    assert message["List-Unsubscribe"] == "<mailto:tracker@example.org?subject=unsubscribe>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"].endswith("@example.org>")
    assert [part.get_content_type() for part in message.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    assert deliver_digests(store, config, night.NOW + timedelta(days=1)) == Report()
    assert len(server.got) == 1


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
def test_encrypted_and_logged_in(store: Store, night: SimpleNamespace, start_server: ServerStarter, security: Security) -> None:
    post = start_server(security, auth=True)
    assert deliver_digests(store, make_config(make_mail(post, security, **with_login())), night.NOW).sent == 1
    assert post.logins == [USER.encode()]
    assert len(post.got) == 1


@pytest.mark.parametrize("security", [Security.STARTTLS, Security.TLS])
@pytest.mark.parametrize("fields", [{"ca_file": None}, {"host": "127.0.0.1"}], ids=["unknown authority", "wrong name"])
def test_a_bad_certificate(
    store: Store,
    night: SimpleNamespace,
    start_server: ServerStarter,
    caplog: pytest.LogCaptureFixture,
    security: Security,
    fields: dict[str, object],
) -> None:
    post = start_server(security, auth=True)
    mail = make_mail(post, security, **(with_login() | fields))
    assert deliver_digests(store, make_config(mail, *THREE), night.NOW) == Report(composed=1, deferred=3)
    assert (post.got, post.logins) == ([], [])
    assert caplog.text.count("certificate of") == 1
    good = make_config(make_mail(post, security, **with_login()), *THREE)
    assert deliver_digests(store, good, night.NOW).sent == 3


def test_a_server_without_starttls_gets_no_password(store: Store, night: SimpleNamespace, server: Post) -> None:
    mail = make_mail(server, Security.STARTTLS, **with_login())
    assert deliver_digests(store, make_config(mail), night.NOW).deferred == 1
    assert (server.got, server.logins) == ([], [])


def test_a_wrong_password_is_told_and_never_shown(
    store: Store, night: SimpleNamespace, start_server: ServerStarter, caplog: pytest.LogCaptureFixture
) -> None:
    post = start_server(Security.TLS, auth=True)
    mail = make_mail(post, Security.TLS, **with_login(password="wrong-harbour-1"))
    assert deliver_digests(store, make_config(mail), night.NOW).deferred == 1
    assert "check the password" in caplog.text
    assert "wrong-harbour-1" not in caplog.text + repr(Secret(in_file="wrong-harbour-1")) + str(store.outbox.load_deliveries())
    assert deliver_digests(store, make_config(make_mail(post, Security.TLS, **with_login())), night.NOW).sent == 1
    assert PASSWORD not in caplog.text


def test_a_server_that_repeats_the_password_does_not_bring_it_into_the_log(
    store: Store, night: SimpleNamespace, start_server: ServerStarter, caplog: pytest.LogCaptureFixture
) -> None:
    post = start_server(Security.TLS, auth=True)
    post.fault, post.times = "telltale", 9
    wrong = "wrong-harbour-" + "1" * 180
    mail = make_mail(post, Security.TLS, **with_login(password=wrong))
    assert deliver_digests(store, make_config(mail), night.NOW).deferred == 1
    (waiting,) = store.outbox.load_deliveries()
    assert "535 wrong: (hidden) (hidden) (hidden)" in waiting.error
    shown = caplog.text + repr(waiting)
    for secret in (wrong, base64.b64encode(wrong.encode()).decode()):
        assert secret[:12] not in shown


def test_nobody_listens(store: Store, night: SimpleNamespace, server: Post, caplog: pytest.LogCaptureFixture) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        closed = taken.getsockname()[1]
    down = make_config(make_mail(server, port=closed), *THREE)
    assert deliver_digests(store, down, night.NOW) == Report(composed=1, deferred=3)
    assert caplog.text.count("cannot be used") == 1
    assert deliver_digests(store, make_config(make_mail(server), *THREE), night.NOW) == Report(sent=3)


@pytest.mark.parametrize("fault", ["greylisted", "timeout", "cut in data", "closing", "sender"])
def test_a_temporary_fault_loses_nothing(path: Path, store: Store, night: SimpleNamespace, server: Post, fault: str) -> None:
    server.fault, server.times = fault, 1
    config = make_config(make_mail(server))
    first = deliver_digests(store, config, night.NOW)
    assert (first.composed, first.deferred, first.sent) == (1, 1, 0)
    (waiting,) = store.outbox.load_deliveries()
    assert (waiting.attempts, waiting.state) == (1, "pending")
    assert waiting.error
    store.close()
    with open_store(path) as again:
        assert deliver_digests(again, config, night.NOW + timedelta(days=1)) == Report(sent=1)
    # "closing" is 421 in answer to the data: the server has said that it did not take the message.
    assert len({message["Message-ID"] for message in server.messages}) == 1
    assert len(server.got) == (2 if fault == "closing" else 1)


def test_a_cut_after_data_repeats_the_same_message(store: Store, night: SimpleNamespace, server: Post) -> None:
    server.fault, server.times = "cut after data", 1
    config = make_config(make_mail(server))
    assert deliver_digests(store, config, night.NOW).deferred == 1
    night.save_night(store, night.NOW + timedelta(hours=1), articles=8)
    later = deliver_digests(store, config, night.NOW + timedelta(days=1))
    assert (later.composed, later.sent) == (1, 2)
    first, repeated, second = server.messages
    assert server.got[0] == server.got[1]
    assert first["Message-ID"] == repeated["Message-ID"] != second["Message-ID"]


def test_one_bad_recipient_stops_nobody_and_is_reported_once(
    store: Store, night: SimpleNamespace, server: Post, caplog: pytest.LogCaptureFixture
) -> None:
    server.fault, server.victim = "unknown", "b@example.org"
    config = make_config(make_mail(server), *THREE)
    assert deliver_digests(store, config, night.NOW) == Report(composed=1, sent=2, failed=1)
    assert server.recipients == ["a@example.org", "c@example.org"]
    (failed,) = store.outbox.load_failed()
    assert "no such mailbox" in failed.error
    assert [record.levelname for record in caplog.records if "no such mailbox" in record.getMessage()] == ["ERROR"]
    night.save_night(store, night.NOW + timedelta(days=1), articles=8)
    assert deliver_digests(store, config, night.NOW + timedelta(days=1)).failed == 1
    assert [record.levelname for record in caplog.records if "no such mailbox" in record.getMessage()].count("ERROR") == 1
    server.fault = ""
    assert store.outbox.save_retry(night.NOW + timedelta(days=1), failed=True) == 2
    deliver_digests(store, config, night.NOW + timedelta(days=1))
    assert server.recipients.count("b@example.org") == 2


def test_what_nobody_got_is_told_in_the_next_digest(store: Store, night: SimpleNamespace, server: Post) -> None:
    server.fault = "content"
    config = make_config(make_mail(server))
    assert deliver_digests(store, config, night.NOW).failed == 1
    server.fault = ""
    assert deliver_digests(store, config, night.NOW + timedelta(days=1)) == Report(composed=1, sent=1)
    assert "18 changes" not in server.messages[0]["Subject"]
    assert "from 6 articles" in server.messages[0].get_body(("plain",)).get_content()  # type: ignore[union-attr]


def test_a_recipient_greylisted_for_good_is_given_up(store: Store, night: SimpleNamespace, server: Post) -> None:
    server.fault = "greylisted"
    config = make_config(make_mail(server))
    assert deliver_digests(store, config, night.NOW).deferred == 1
    assert deliver_digests(store, config, night.NOW + GIVE_UP_AFTER + timedelta(hours=13)).failed == 1


def test_the_pauses_grow() -> None:
    now = make_now()
    pauses = [(find_due(attempts, now) - now).total_seconds() / 60 for attempts in (1, 2, 3, 4, 99)]
    assert pauses == [0, 15, 30, 60, 720]


def make_now() -> datetime:
    return datetime(2031, 5, 4, tzinfo=UTC)


def test_text_alone(store: Store, night: SimpleNamespace, server: Post) -> None:
    deliver_digests(store, make_config(make_mail(server), form=Form.TEXT), night.NOW)
    assert server.messages[0].get_content_type() == "text/plain"
