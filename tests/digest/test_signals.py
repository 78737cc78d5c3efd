from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.digest.history import render_history
from tracker.digest.phrases import render_counts
from tracker.digest.signals import find_notes, find_standings, is_mixed, render_path
from tracker.model import Commitment, Correction, Corrector, Digest, Label, Standing

from .conftest import UNTIL, ChangeMaker


def test_a_path_climbs_the_ladder() -> None:
    assert render_path(Commitment) == "▁▁▂▃▄▄▅▆▇█"
    assert render_path([None, Commitment.RULES_OUT]) == "·▁"


@settings(max_examples=30, deadline=None)
@given(st.lists(st.none() | st.sampled_from(Commitment), max_size=12))
def test_a_path_has_one_sign_a_statement(path: list[Commitment | None]) -> None:
    assert len(render_path(path)) == len(path)


def test_standings_leave_out_what_is_said_above(night: Digest) -> None:
    (group,) = find_standings(night)
    assert group.issue == "cod quota"
    told, untold = group.lines
    assert (told.party, told.rung, told.detail) == ("Norland", "will", "23 Nov 2026")
    assert untold.detail.startswith("23 Nov 2026: is ready to discuss")


def test_standings_leave_out_what_is_new_and_has_not_moved(make_change: ChangeMaker) -> None:
    from dataclasses import replace

    born = make_change(Label.NEW, number=1)
    moved = replace(make_change(Label.SOFTENED, number=4), before=born.after)
    for changes, shown in (((born,), 0), ((born, moved), 1), ((moved,), 1)):
        standing = Standing(changes[-1].after, (Commitment.WILL, Commitment.OFFERS))
        assert len(find_standings(Digest(None, UNTIL, changes, (), (), standings=(standing,)))) == shown


def test_two_speakers_within_days_are_mixed_signals(make_change: ChangeMaker) -> None:
    from dataclasses import replace

    change = make_change(Label.REVERSED, before=("Minister Aas", "will pay"), after=("Minister Lien", "will not pay"))
    assert change.before is not None
    assert not is_mixed(change)
    close = replace(change, before=replace(change.before, published=UNTIL - timedelta(days=2)))
    assert is_mixed(close)
    (note,) = find_notes(Digest(None, UNTIL, (close,), (), ()))
    assert note.lines == ("Norland on fishing quotas: Minister Aas (22 Nov) and Minister Lien (23 Nov) differ",)
    same = replace(close, after=replace(close.after, speaker="Minister Aas"))
    assert not is_mixed(same)
    party = replace(close, after=replace(close.after, speaker="Norland"))
    assert not is_mixed(party)


def test_long_lists_are_counted(night: Digest) -> None:
    from dataclasses import replace

    notes = find_notes(replace(night, silences=night.silences * 25))
    assert notes[0].lines[-1] == "… and 5 more"


def test_a_history_marks_what_differs(make_change: ChangeMaker) -> None:
    change = make_change(before=("Norland", "will lower the quota to 40"), after=("Norland", "will lower the quota to 30"))
    assert change.before is not None
    shown = render_history(((change.before, None), (change.after, change)))
    assert shown.splitlines()[0] == "Norland: fishing quotas  ··"
    assert shown.splitlines()[1] == "  11 Nov 2026  · said [00000000] The Strand Gazette"
    assert "will lower the quota to *30*" in shown
    assert "▲ hardened" in shown
    assert max(map(len, render_history(((change.before, None), (change.after, change)) * 3, 50).splitlines())) <= 50


def test_what_an_outlet_edited_is_told_apart_from_what_readers_corrected(night: Digest) -> None:
    from dataclasses import replace

    edit = Correction(
        "c", "Norland", "cod", Label.SOFTENED, None, "", "will pay", "will not pay", UNTIL, Corrector.OUTLET, "Harbour Post"
    )
    gone = replace(edit, was=None, after="", note="other outlets still carry it")
    later = replace(edit, by=Corrector.HISTORY, label=Label.REVERSED, outlet="", note="a report of 2026-11-01 came in later")
    digest = replace(night, changes=(), articles=(), silences=(), corrections=(edit, gone, later))
    edits, corrections = find_notes(digest)
    assert (edits.title, edits.lines) == (
        "Edited by the outlet",
        (
            "Norland on cod: Harbour Post changed “will pay” to “will not pay”, told as softened",
            "Norland on cod: Harbour Post took out “will pay” (other outlets still carry it)",
        ),
    )
    assert corrections.lines == (
        "Norland on cod: told as softened, is reversed: “will not pay” (a report of 2026-11-01 came in later)",
    )
    assert render_counts(digest) == "Nothing new; 3 corrections; 1 input failed."
