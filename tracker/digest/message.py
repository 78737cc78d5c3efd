"""A digest as a mail: headers of its own, text and HTML side by side, the same bytes whenever it is composed again."""

import hashlib
import re
from datetime import UTC, datetime
from email.message import EmailMessage, MIMEPart
from email.policy import SMTP
from email.utils import format_datetime
from typing import Final

from tracker.digest.compose import compose_subject
from tracker.digest.html import render_html
from tracker.digest.text import render_text
from tracker.model import Delivery, Digest
from tracker.profiles import Form, Mail

_POLICY: Final = SMTP.clone(max_line_length=200, refold_source="none")
_ATTACHMENT_BYTES: Final = 5_000_000
_ATTACHMENT: Final = "digest.html"


def compose_message_id(sender: str, profile: str, composed: datetime, through: int, recipient: str) -> str:
    """A Message-ID (RFC 5322, section 3.6.4) that the same digest to the same recipient always gets, whoever composes it."""
    key = "\0".join((profile, composed.astimezone(UTC).isoformat(), str(through), recipient))
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{sender.rpartition('@')[2]}>"


def compose_message(digest: Digest, delivery: Delivery, mail: Mail, form: Form) -> EmailMessage:
    """The mail of one delivery. What the size of an HTML part leaves out comes whole as an attachment.

    Identification and list headers follow RFC 5322, RFC 2919 (List-Id), RFC 2369 (List-Unsubscribe) and RFC 3834
    (Auto-Submitted); article text gets into headers only in the subject, cleaned and in one line.
    """
    message = _compose_frame(delivery.recipient, delivery.message_id, delivery.composed, mail, delivery.profile)
    message["Subject"] = compose_subject(digest)
    message.set_content(render_text(digest), cte="quoted-printable")
    if form is Form.HTML:
        page = render_html(digest)
        message.add_alternative(page, subtype="html", cte="quoted-printable")
        whole = render_html(digest, None)
        if whole != page and len(whole.encode()) <= _ATTACHMENT_BYTES:
            message.add_attachment(whole, subtype="html", filename=_ATTACHMENT, cte="base64")
    _set_boundaries(message, delivery.message_id)
    return message


def compose_test(recipient: str, mail: Mail, now: datetime) -> EmailMessage:
    """A mail that tells its recipient that mail works."""
    message = _compose_frame(recipient, compose_message_id(mail.address, "test", now, 0, recipient), now, mail, "test")
    message["Subject"] = "[tracker] test"
    message.set_content(
        "This is a test of tracker's mail. Digests to this address will arrive the same way.\n", cte="quoted-printable"
    )
    return message


def render_message(message: EmailMessage) -> bytes:
    """The message with CRLF line ends, ready for SMTP's DATA."""
    return message.as_bytes(policy=_POLICY)


def _compose_frame(recipient: str, message_id: str, composed: datetime, mail: Mail, profile: str) -> EmailMessage:
    message = EmailMessage(policy=_POLICY)
    message["From"] = mail.sender
    message["To"] = recipient
    message["Date"] = format_datetime(composed.astimezone(UTC))
    message["Message-ID"] = message_id
    label = re.sub(r"[^a-z0-9-]+", "-", profile.lower()).strip("-") or "readers"
    message["List-Id"] = f"<{label}.tracker.{mail.address.rpartition('@')[2]}>"
    message["List-Unsubscribe"] = f"<{mail.unsubscribe or f'mailto:{mail.address}?subject=unsubscribe'}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    return message


def _set_boundaries(message: MIMEPart, message_id: str) -> None:
    """Boundaries drawn from the Message-ID instead of by chance."""
    for number, part in enumerate(message.walk()):
        if part.is_multipart():
            part.set_boundary(f"=_{hashlib.sha256(f'{message_id}{number}'.encode()).hexdigest()[:32]}")
