from dataclasses import replace

from tracker.digest.html import MAIL_BYTES
from tracker.digest.message import compose_message, compose_message_id, render_message
from tracker.model import Delivery, Digest, Label, Standing
from tracker.profiles import Form, Mail

from .conftest import UNTIL, ChangeMaker

MAIL = Mail("Tracker <tracker@example.org>")
DELIVERY = Delivery(1, 1, "Ankara Desk!", "smtp", "desk@example.org", "<1@example.org>", "pending", 0, UNTIL, UNTIL, "subject")


def test_what_the_page_leaves_out_is_attached(make_change: ChangeMaker, night: Digest) -> None:
    changes = tuple(make_change(Label.HARDENED, issue=f"issue {n}", number=n) for n in range(600))
    digest = replace(night, changes=changes, standings=tuple(Standing(c.after, (None, None)) for c in changes[:40]))
    message = compose_message(digest, DELIVERY, MAIL, Form.HTML)
    page = message.get_body(("html",))
    assert page is not None
    assert len(page.get_content().encode()) < MAIL_BYTES
    (attached,) = message.iter_attachments()
    assert attached.get_filename() == "digest.html"
    assert attached.get_content().count("▲") == 600
    assert render_message(message) == render_message(compose_message(digest, DELIVERY, MAIL, Form.HTML))
    assert message["List-Id"] == "<ankara-desk.tracker.example.org>"


def test_article_text_makes_no_headers(make_change: ChangeMaker, night: Digest) -> None:
    digest = replace(night, changes=(make_change(party="Nor\r\nBcc: everybody@example.org\r\n\r\nland"),))
    head = render_message(compose_message(digest, DELIVERY, MAIL, Form.TEXT)).partition(b"\r\n\r\n")[0]
    assert b"\r\nBcc" not in head
    assert b"Subject: [tracker] 1 hardened: Nor Bcc" in head


def test_a_message_id_is_settled_by_what_is_sent_to_whom() -> None:
    first = compose_message_id("tracker@example.org", "desk", UNTIL, 4, "a@example.org")
    assert first == compose_message_id("tracker@example.org", "desk", UNTIL, 4, "a@example.org")
    assert first != compose_message_id("tracker@example.org", "desk", UNTIL, 4, "b@example.org")
    assert first.endswith("@example.org>")
