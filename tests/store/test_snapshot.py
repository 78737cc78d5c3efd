from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest

from tracker.model import ArticleSummary, Correction, DateSource, Digest, Label, Silence, Standing
from tracker.store.snapshot import compose_document, parse_document


def test_a_digest_comes_back_whole(night: SimpleNamespace) -> None:
    before, after = (replace(night.compose_position(day), vector=b"") for day in (1, 2))
    digest = Digest(
        since=night.NOW - timedelta(days=1),
        until=night.NOW,
        changes=(replace(night.compose_change(before, after), witnesses=3), night.compose_change(None, before)),
        articles=(ArticleSummary("t", "o", "p", night.NOW, DateSource.FILE, ("One.", "Two “2”.")),),
        failures=(night.FAILURE,),
        articles_seen=4,
        standings=(Standing(after, (None, after.stance.commitment)),),
        silences=(Silence("Nordia", night.NOW, 14),),
        corrections=(Correction("c", "Nordia", "i", Label.NEW, None, "n", "", "a", night.NOW),),
    )
    assert parse_document(compose_document(digest)) == digest
    assert compose_document(digest) == compose_document(digest)


@pytest.mark.parametrize("damage", [b"", b"no zlib", compose_document.__name__.encode()])
def test_damage_is_told(damage: bytes) -> None:
    with pytest.raises(ValueError, match=r"damaged|Expecting"):
        parse_document(damage)
