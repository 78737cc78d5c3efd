"""A digest as a mail: headers of its own, text and HTML side by side, the same bytes whenever it is composed again."""

import gzip
import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage, MIMEPart
from email.policy import SMTP
from email.utils import format_datetime
from typing import Final

from tracker.digest.charts import Chart, render_charts
from tracker.digest.compose import compose_subject
from tracker.digest.html import MAIL_BYTES, fit_html, render_html
from tracker.digest.outline import compose_outline
from tracker.digest.text import LIMITS, render_text
from tracker.model import Delivery, Digest
from tracker.profiles import Form, Mail

_POLICY: Final = SMTP.clone(max_line_length=200, refold_source="none")
_PLAIN_BYTES: Final = 2_000_000
"""A larger page is attached packed, for mail servers refuse messages of some 10 MB."""
_ATTACHMENT: Final = "digest.html"


@dataclass(frozen=True, slots=True)
class Content:
    """What every recipient of a digest gets alike. Without a `page` it is text alone."""

    subject: str
    text: str
    page: str | None
    charts: tuple[Chart, ...]
    whole: str | None
    """The whole digest as a page, where text or page leave something out."""


def compose_message_id(sender: str, profile: str, composed: datetime, through: int, recipient: str) -> str:
    """A Message-ID (RFC 5322, section 3.6.4) that the same digest to the same recipient always gets, whoever composes it."""
    key = "\0".join((profile, composed.astimezone(UTC).isoformat(), str(through), recipient))
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{sender.rpartition('@')[2]}>"


def compose_content(digest: Digest, form: Form, *, charts: bool = False) -> Content:
    """A digest ready for the mail. What a text or a page of less than 100,000 bytes leaves out comes whole as an attachment.

    `charts` asks for them in the page; they are left out where they cannot be drawn.
    """
    cut = compose_outline(digest, LIMITS).is_cut
    page: str | None = None
    drawn: tuple[Chart, ...] = ()
    if form is Form.HTML:
        drawn = render_charts(digest) if charts else ()
        page, page_cut = fit_html(digest, MAIL_BYTES, drawn)
        cut = cut or page_cut
    whole = render_html(digest, None) if cut else None
    return Content(compose_subject(digest), render_text(digest), page, drawn, whole)


def compose_message(content: Content, delivery: Delivery, mail: Mail) -> EmailMessage:
    """The mail of one delivery.

    Identification and list headers follow RFC 5322, RFC 2919 (List-Id), RFC 2369 (List-Unsubscribe) and RFC 3834
    (Auto-Submitted); article text gets into headers only in the subject, cleaned and in one line.
    """
    message = _compose_frame(delivery.recipient, delivery.message_id, delivery.composed, mail, delivery.profile)
    message["Subject"] = content.subject
    if delivery.in_reply_to:
        message["In-Reply-To"] = message["References"] = delivery.in_reply_to
    message.set_content(content.text, cte="quoted-printable")
    if content.page is not None:
        message.add_alternative(content.page, subtype="html", cte="quoted-printable")
        (part,) = (part for part in message.iter_parts() if part.get_content_subtype() == "html")
        for chart in content.charts:
            part.add_related(chart.content, "image", "png", cid=f"<{chart.name}>", disposition="inline")
    if content.whole is not None:
        _attach(message, content.whole)
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


def _attach(message: EmailMessage, page: str) -> None:
    raw = page.encode()
    if len(raw) <= _PLAIN_BYTES:
        message.add_attachment(page, subtype="html", filename=_ATTACHMENT, cte="base64")
    else:
        packed = gzip.compress(raw, mtime=0)
        message.add_attachment(packed, "application", "gzip", filename=f"{_ATTACHMENT}.gz")


def _set_boundaries(message: MIMEPart, message_id: str) -> None:
    """Boundaries drawn from the Message-ID instead of by chance."""
    for number, part in enumerate(message.walk()):
        if part.is_multipart():
            part.set_boundary(f"=_{hashlib.sha256(f'{message_id}{number}'.encode()).hexdigest()[:32]}")
