import gzip
from dataclasses import replace

from tracker.digest.html import MAIL_BYTES
from tracker.digest.message import compose_content, compose_message, compose_message_id, render_message
from tracker.model import Delivery, Digest, Label, Standing
from tracker.profiles import Form, Mail

from .conftest import UNTIL, ChangeMaker

MAIL = Mail("Tracker <tracker@example.org>")
DELIVERY = Delivery(1, 1, "Ankara Desk!", "smtp", "desk@example.org", "<1@example.org>", "pending", 0, UNTIL, UNTIL, "subject")


def test_what_the_page_leaves_out_is_attached(make_change: ChangeMaker, night: Digest) -> None:
    changes = tuple(make_change(Label.HARDENED, issue=f"issue {n}", number=n) for n in range(600))
    digest = replace(night, changes=changes, standings=tuple(Standing(c.after, (None, None)) for c in changes[:40]))
    message = compose_message(compose_content(digest, Form.HTML), DELIVERY, MAIL)
    page = message.get_body(("html",))
    assert page is not None
    assert len(page.get_content().encode()) < MAIL_BYTES
    (attached,) = message.iter_attachments()
    assert attached.get_filename() == "digest.html"
    assert attached.get_content().count("▲") == 600
    assert render_message(message) == render_message(compose_message(compose_content(digest, Form.HTML), DELIVERY, MAIL))
    assert message["List-Id"] == "<ankara-desk.tracker.example.org>"


def test_what_a_text_leaves_out_is_attached(make_change: ChangeMaker, night: Digest) -> None:
    for count, attached in ((100, 0), (101, 1)):
        changes = tuple(make_change(Label.HARDENED, issue=f"issue {n}", number=3 * n) for n in range(count))
        message = compose_message(compose_content(replace(night, changes=changes, standings=()), Form.TEXT), DELIVERY, MAIL)
        assert [part.get_filename() for part in message.iter_attachments()] == ["digest.html"] * attached
    assert "… and 1 more: see the attachment" in message.get_body(("plain",)).get_content()  # type: ignore[union-attr]


def test_a_very_large_digest_is_attached_packed(make_change: ChangeMaker, night: Digest) -> None:
    long = "will open every one of the quays in the spring " * 8
    changes = tuple(make_change(Label.HARDENED, after=("Norland", f"{long} {n}"), number=3 * n) for n in range(1_200))
    message = compose_message(compose_content(replace(night, changes=changes), Form.HTML), DELIVERY, MAIL)
    (attached,) = message.iter_attachments()
    assert attached.get_filename() == "digest.html.gz"
    assert gzip.decompress(attached.get_content()).decode().count("<h4") == 1_200
    assert len(render_message(message)) < 1_000_000


def test_a_follow_up_names_what_it_follows(night: Digest) -> None:
    content = compose_content(night, Form.TEXT)
    assert compose_message(content, DELIVERY, MAIL)["In-Reply-To"] is None
    message = compose_message(content, replace(DELIVERY, in_reply_to="<0@example.org>"), MAIL)
    assert message["In-Reply-To"] == message["References"] == "<0@example.org>"


def test_article_text_makes_no_headers(make_change: ChangeMaker, night: Digest) -> None:
    digest = replace(night, changes=(make_change(party="Nor\r\nBcc: everybody@example.org\r\n\r\nland"),))
    head = render_message(compose_message(compose_content(digest, Form.TEXT), DELIVERY, MAIL)).partition(b"\r\n\r\n")[0]
    assert b"\r\nBcc" not in head
    assert b"Subject: [tracker] 1 hardened: Nor Bcc" in head


def test_a_message_id_is_settled_by_what_is_sent_to_whom() -> None:
    first = compose_message_id("tracker@example.org", "desk", UNTIL, 4, "a@example.org")
    assert first == compose_message_id("tracker@example.org", "desk", UNTIL, 4, "a@example.org")
    assert first != compose_message_id("tracker@example.org", "desk", UNTIL, 4, "b@example.org")
    assert first.endswith("@example.org>")
