import io
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from tracker.digest import charts
from tracker.digest.charts import WIDTH, render_charts
from tracker.digest.html import render_html
from tracker.digest.message import compose_content, compose_message, render_message
from tracker.model import Commitment, Digest
from tracker.profiles import Form

from .test_message import DELIVERY, MAIL


def test_a_chart_shows_who_moved(night: Digest) -> None:
    (chart,) = render_charts(night)
    assert chart.text == "Chart of cod quota: the paths of Norland, Sundmark, told below"
    image = Image.open(io.BytesIO(chart.content))
    assert image.size == (2 * WIDTH, 2 * chart.height)
    assert len(chart.content) < 20_000
    assert render_charts(night) == (chart,)
    drawn = {colour for _, colour in image.convert("RGB").getcolors(1 << 20) or ()}
    assert len(drawn) > 8


def test_names_are_drawn_whatever_fonts_there_are(night: Digest, monkeypatch: pytest.MonkeyPatch) -> None:
    first = night.standings[0]
    foreign = replace(night, standings=(replace(first, position=replace(first.position, party="Türkiye")),))
    for fonts in (charts._FONTS, ("no-such-font.ttf",)):
        monkeypatch.setattr(charts, "_FONTS", fonts)
        charts._font.cache_clear()
        assert charts._drawable("Türkiye") == ("Türkiye" if charts._font().getname()[0] in charts._FAMILIES else "Turkiye")
        assert render_charts(foreign)[0].text == "Chart of cod quota: the paths of Türkiye, told below"
    charts._font.cache_clear()


def test_who_stands_still_is_not_drawn(night: Digest) -> None:
    still = tuple(replace(standing, path=(Commitment.WILL, None, Commitment.WILL)) for standing in night.standings)
    assert render_charts(replace(night, standings=still)) == ()


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(st.none() | st.sampled_from(Commitment), min_size=1, max_size=9), min_size=1, max_size=9))
def test_any_paths_can_be_drawn(night: Digest, paths: list[list[Commitment | None]]) -> None:
    first = night.standings[0]
    standings = tuple(replace(first, path=tuple(path)) for path in paths)
    found = render_charts(replace(night, standings=standings))
    assert len(found) == any(len({rung for rung in path if rung}) > 1 for path in paths)


def test_a_chart_is_part_of_the_mail(night: Digest) -> None:
    message = compose_message(compose_content(night, Form.HTML, charts=True), DELIVERY, MAIL)
    kinds = [part.get_content_type() for part in message.walk()]
    assert kinds == ["multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png"]
    (image,) = (part for part in message.walk() if part.get_content_type() == "image/png")
    page = message.get_body(("html",))
    assert page is not None
    assert f'<img src="cid:{image["Content-ID"].strip("<>")}" alt="Chart of cod quota' in page.get_content()
    assert image.get_content_disposition() == "inline"
    again = compose_message(compose_content(night, Form.HTML, charts=True), DELIVERY, MAIL)
    assert render_message(message) == render_message(again)


def test_without_pillow_the_mail_goes_without(night: Digest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(charts, "find_spec", lambda name: None if name == "PIL" else object())
    assert not charts.has_charts()
    assert compose_content(night, Form.HTML, charts=True) == compose_content(night, Form.HTML)
    assert compose_content(night, Form.HTML).page == render_html(night)


def test_text_alone_has_no_charts(night: Digest) -> None:
    message = compose_message(compose_content(night, Form.TEXT, charts=True), DELIVERY, MAIL)
    assert message.get_content_type() == "text/plain"
