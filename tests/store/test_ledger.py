from datetime import UTC, datetime, timedelta
from pathlib import Path

from tracker.model import FeedState, Link
from tracker.store import Store, open_store

NOW = datetime(2026, 5, 1, tzinfo=UTC)


def test_states_and_links_come_back_and_are_replaced(store: Store, path: Path) -> None:
    sick = FeedState("https://a.example", NOW, '"1"', "Fri", "https://b.example", NOW + timedelta(1), NOW, 3, "down\0", 7)
    well = FeedState("https://c.example")
    link = Link("https://a.example/1", "https://a.example", NOW, 2, done=False)
    store.feeds.save_visits([sick, well], [link])
    with open_store(path, read_only=True) as other:
        states = other.feeds.load_states()
        assert states["https://a.example"].problem == "down\ufffd"
        assert states["https://a.example"].not_before == sick.not_before
        assert states["https://c.example"] == well
        assert other.feeds.load_link(link.address) == link
        assert other.feeds.load_link("https://a.example/2") is None
    store.feeds.save_visits([FeedState("https://a.example", NOW)], [Link(link.address, link.feed, NOW, 3)])
    assert store.feeds.load_states()["https://a.example"] == FeedState("https://a.example", NOW)
    assert store.feeds.load_link(link.address) == Link(link.address, link.feed, NOW, 3)


def test_nothing_to_keep_writes_nothing(store: Store, path: Path) -> None:
    before = path.read_bytes()
    store.feeds.save_visits([], [])
    assert path.read_bytes() == before
