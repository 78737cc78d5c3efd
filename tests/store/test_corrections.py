"""Readers' corrections hold at once, also where the same thing is stored again."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from tracker.errors import UsageError
from tracker.model import Change, Label
from tracker.store.outbox import Mark
from tracker.store.store import Store


@pytest.fixture
def change(store: Store, night: SimpleNamespace) -> Change:
    """A reversal of Nordia's, stored with everything before it."""
    night.save_night(store, night.NOW)
    found = [c for c in store.load_run_material(1).changes if c.before and c.after.party == "Nordia"]
    return found[-1]


def test_a_change_is_suppressed(store: Store, night: SimpleNamespace, change: Change) -> None:
    correction = store.save_correction(change.id[:12], None, "irony", night.NOW)
    assert (correction.subject, correction.was, correction.label) == (change.id, Label.REVERSED, None)
    assert change.id not in {c.id for c in store.load_run_material(1).changes}
    assert store.load_positions([change.after.id])[change.after.id].recalled is False
    assert store.outbox.load_corrections(Mark(change=99)) == (correction,)
    assert store.load_corrections() == (correction,)
    with pytest.raises(UsageError, match="no position or change"):
        store.save_correction(change.id, None, "", night.NOW)


def test_a_change_is_relabelled(store: Store, night: SimpleNamespace, change: Change) -> None:
    store.save_correction(change.id, Label.SOFTENED, "", night.NOW)
    trace = store.load_trace(change.id)
    assert trace.change is not None
    assert trace.change.judgement.label is Label.SOFTENED
    assert trace.change.judgement.why == "corrected by a reader; the rules had: because it says so"
    store.save_correction(change.id, Label.AMENDED, "", night.NOW)
    assert [c.label for c in store.load_corrections()] == [Label.AMENDED]
    assert len(store.outbox.load_corrections(Mark(change=99))) == 2


def test_what_was_compared_wrongly_is_new(store: Store, night: SimpleNamespace, change: Change) -> None:
    store.save_correction(change.id, Label.UNRELATED, "", night.NOW)
    trace = store.load_trace(change.id)
    assert trace.change is not None
    assert (trace.change.judgement.label, trace.change.before) == (Label.NEW, None)


def test_a_position_is_suppressed(store: Store, night: SimpleNamespace, change: Change) -> None:
    store.save_correction(change.after.id, None, "nobody said so", night.NOW)
    assert change.id not in {c.id for c in store.load_run_material(1).changes}
    held = {held.position_id for held in store.load_held("Nordia", night.NOW + timedelta(days=9))}
    assert change.after.id not in held
    assert held


@pytest.mark.parametrize("label", [None, Label.HARDENED, Label.UNRELATED])
def test_a_correction_outlives_storing_again(store: Store, night: SimpleNamespace, change: Change, label: Label | None) -> None:
    store.save_correction(change.id, label, "", night.NOW)
    with store._write():
        row = dict(store._db.execute("SELECT row FROM corrections").fetchone())
        store._db.execute("DELETE FROM changes WHERE id = ?", [change.id])
        store._db.execute(
            "INSERT INTO changes (id, run, stored, before, after, label, why, evidence, confidence) "
            "SELECT value ->> 'id', value ->> 'run', value ->> 'stored', value ->> 'before', value ->> 'after', value ->> 'label', "
            "value ->> 'why', value ->> 'evidence', value ->> 'confidence' FROM json_each(:row)",
            row,
        )
    found = {c.id: c.judgement.label for c in store.load_run_material(1).changes}
    assert found.get(change.id) is {None: None, Label.UNRELATED: Label.NEW}.get(label, label)


def test_a_suppressed_position_stays_background_when_stored_again(store: Store, night: SimpleNamespace) -> None:
    handle = store.begin_run(night.NOW, "1.0")
    store.save_reading(night.compose_reading(1), handle, night.NOW)
    position = night.compose_position(1)
    store.save_correction(position.id, None, "", night.NOW)
    with store._write():
        store._db.execute("CREATE TEMP TABLE again AS SELECT * FROM positions WHERE id = ?", [position.id])
        store._db.execute("DELETE FROM latest_positions")
        store._db.execute("UPDATE issues SET first_position = (SELECT id FROM positions WHERE id <> ? LIMIT 1)", [position.id])
        store._db.execute("DELETE FROM positions WHERE id = ?", [position.id])
        store._db.execute("UPDATE temp.again SET recalled = 0")
        store._db.execute("INSERT INTO positions SELECT * FROM temp.again")
    assert store.load_positions([position.id])[position.id].recalled is True
    assert store.load_held("Nordia", night.NOW) == ()


def test_a_label_needs_something_to_compare(store: Store, night: SimpleNamespace) -> None:
    night.save_night(store, night.NOW, articles=1)
    new = store.load_run_material(1).changes[0]
    with pytest.raises(UsageError, match="has no earlier position"):
        store.save_correction(new.id, Label.HARDENED, "", night.NOW)
    assert store.load_corrections() == ()


def test_the_number_of_a_suppressed_change_is_not_given_again(store: Store, night: SimpleNamespace) -> None:
    """Mailed digests go by these numbers: under one that was mailed already, the next night's news would never be told."""
    night.save_night(store, night.NOW)
    end = store.outbox.load_end(night.NOW)
    digest = night.compose_empty_digest(night.NOW)
    store.outbox.save_digest("desk", digest, "subject", (Mark(), end), night.NOW, "smtp", [("a@b.example", "<1>", "")])
    last = store.load_run_material(1).changes[-1]
    store.save_correction(last.id, None, "", night.NOW)
    night.save_night(store, night.NOW + timedelta(days=1), articles=7)
    mark = store.outbox.load_mark("desk")
    material, _ = store.outbox.load_material(mark, store.outbox.load_end(night.NOW))
    assert {change.id for change in material.changes} == {change.id for change in store.load_run_material(2).changes}
    assert len(material.changes) == 3
