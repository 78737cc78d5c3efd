"""Deliveries: digests on their way to recipients."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Delivery:
    """One digest to one recipient: written before sending, so that nothing is lost and a repeat is recognised."""

    id: int
    digest: int
    profile: str
    channel: str
    recipient: str
    message_id: str
    state: str
    """`pending`, `sent` or `failed`."""
    attempts: int
    due: datetime
    """Not to be tried before."""
    composed: datetime
    subject: str
    error: str = ""
    """Of the last attempt."""
    in_reply_to: str = ""
    """Message-ID of the mail that this one follows up; empty where it follows up none."""
