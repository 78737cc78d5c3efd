"""Paths up and down the commitment ladder as PNG, for mails; drawn by Pillow where the extra [charts] is installed."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from importlib.util import find_spec
from io import BytesIO
from typing import TYPE_CHECKING, Final
from unicodedata import normalize

from tracker.digest.phrases import clean_text
from tracker.digest.signals import find_standings
from tracker.model import Commitment, Digest, Standing

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont, ImageFont

_MOST_CHARTS: Final = 4
_MOST_LINES: Final = 5
_NAME: Final = 24
_SCALE: Final = 2
"""Pixels for one CSS pixel, so that it is sharp on fine screens."""
WIDTH: Final = 560
"""CSS pixels."""
_ROW: Final = 18
_TOP: Final = 10
_LEFT: Final = 120
_RIGHT: Final = 170
_FONTS: Final = ("DejaVuSans.ttf", "LiberationSans-Regular.ttf", "Arial.ttf")
_FAMILIES: Final = ("DejaVu Sans", "Liberation Sans", "Arial")
_PAPER: Final = "#ffffff"
_INK: Final = "#1c2430"
_GRID: Final = "#dde2e8"
_COLOURS: Final = ("#0072b2", "#b34700", "#00694b", "#8f3d73", "#1c2430")
"""Of Okabe and Ito, darkened to a contrast of at least 4.5 on white; each line has a mark and a name as well."""


@dataclass(frozen=True, slots=True)
class Chart:
    """The paths of an issue's parties, newest statement on the right. `content` is PNG; sizes are in CSS pixels."""

    issue: str
    """Its id."""
    name: str
    """Its Content-ID, drawn from what it shows: mail programs keep images by it across mails."""
    content: bytes
    width: int
    height: int
    text: str
    """What it shows, for those who do not see it."""


def has_charts() -> bool:
    """Whether Pillow is installed."""
    return find_spec("PIL") is not None


def render_charts(digest: Digest) -> tuple[Chart, ...]:
    """Charts of the digest's first four issues on which a party has moved between rungs; none where Pillow is not installed.

    The same digest gives the same bytes on the same machine.
    """
    if not has_charts():
        return ()
    found: list[Chart] = []
    for group in find_standings(digest):
        standings = [s for s in digest.standings if s.position.issue.id == group.id and len({r for r in s.path if r}) > 1]
        if standings and len(found) < _MOST_CHARTS:
            found.append(_draw(group.id, group.issue, standings[:_MOST_LINES]))
    return tuple(found)


def _draw(issue: str, title: str, standings: Sequence[Standing]) -> Chart:
    from PIL import Image, ImageDraw

    height = 2 * _TOP + _ROW * len(Commitment)
    image = Image.new("RGB", (WIDTH * _SCALE, height * _SCALE), _PAPER)
    draw = ImageDraw.Draw(image)
    for rung in Commitment:
        y = _height(rung)
        draw.line([(_LEFT * _SCALE, y), ((WIDTH - _RIGHT) * _SCALE, y)], fill=_GRID, width=_SCALE)
        draw.text(((_LEFT - 8) * _SCALE, y), str(rung), fill=_INK, font=_font(), anchor="rm")
    longest = max(len(standing.path) for standing in standings)
    taken: list[float] = []
    for number, standing in enumerate(standings):
        _draw_path(draw, standing, longest, number, taken)
    buffer = BytesIO()
    image.quantize(32).save(buffer, "PNG", optimize=True)
    parties = ", ".join(clean_text(standing.position.party, _NAME) for standing in standings)
    name = f"{sha256(buffer.getvalue()).hexdigest()[:24]}@tracker"
    return Chart(issue, name, buffer.getvalue(), WIDTH, height, f"Chart of {title}: the paths of {parties}, told below")


def _draw_path(draw: "ImageDraw", standing: Standing, longest: int, number: int, taken: list[float]) -> None:
    """A line through the rungs, the last one at the right edge, with its party's name there; `taken` are heights of names."""
    colour, path = _COLOURS[number], standing.path
    step = (WIDTH - _RIGHT - _LEFT - 24) * _SCALE / max(longest - 1, 1)
    right = (WIDTH - _RIGHT - 12) * _SCALE
    points = [(right - step * (len(path) - 1 - place), _height(rung)) for place, rung in enumerate(path) if rung]
    draw.line(points, fill=colour, width=2 * _SCALE, joint="curve")
    for x, y in points:
        _draw_mark(draw, x, y, number, colour)
    wanted, line = points[-1][1], 14 * _SCALE
    steps = sorted(range(-_MOST_LINES, _MOST_LINES + 1), key=lambda n: (abs(n), -n))
    aim = next(y for n in steps if not any(abs((y := wanted + n * line) - other) < line for other in taken))
    taken.append(aim)
    name = _drawable(clean_text(standing.position.party, _NAME))
    draw.text(((WIDTH - _RIGHT + 4) * _SCALE, aim), name, fill=colour, font=_font(), anchor="lm")


def _draw_mark(draw: "ImageDraw", x: float, y: float, number: int, colour: str) -> None:
    r = 4.5 * _SCALE
    if number == 0:
        draw.ellipse([x - r, y - r, x + r, y + r], fill=colour)
    elif number == 1:
        draw.rectangle([x - r, y - r, x + r, y + r], fill=colour)
    else:
        sides, turn = ((3, 0), (4, 45), (3, 180))[number - 2]
        draw.regular_polygon((x, y, r * 1.4), n_sides=sides, rotation=turn, fill=colour)


def _height(rung: Commitment) -> float:
    """Pixels from the top: `insists on` is highest."""
    return (_TOP + _ROW * (len(Commitment) - 1 - rung.rung + 0.5)) * _SCALE


def _drawable(text: str) -> str:
    """The text, or what of it the font inside Pillow has where that is all there is: ASCII."""
    from PIL.ImageFont import FreeTypeFont

    font = _font()
    if isinstance(font, FreeTypeFont) and font.getname()[0] in _FAMILIES:
        return text
    return normalize("NFKD", text).encode("ascii", "ignore").decode() or "?"


@lru_cache(maxsize=1)
def _font() -> "FreeTypeFont | ImageFont":
    """A font of the system that has letters of most scripts, or else Pillow's own."""
    from PIL.ImageFont import load_default, truetype

    for name in _FONTS:
        with suppress(OSError):
            return truetype(name, 12 * _SCALE)
    return load_default(12 * _SCALE)
