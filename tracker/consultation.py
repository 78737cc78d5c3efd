"""The tables [llm], [changes] and [positions] of tracker.toml as far as a language model of the reader's own is concerned."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tracker.errors import ConfigurationError

WORKERS = ("shipped", "llm")
"""Who does a piece of work: the models that tracker ships, or the reader's own language model."""

Option = str | int | float | bool


@dataclass(frozen=True, slots=True)
class Consultation:
    """For what, and within which bounds, a language model is asked."""

    model: str
    """By the name or alias that the `llm` package knows."""
    judges: bool
    """Whether it tells how a stance changed."""
    extracts: bool
    """Whether it finds who says what."""
    calls: int = 200
    """Most calls in a night."""
    seconds: float = 60.0
    """For one call."""
    input_price: float = 0.0
    """Of a million tokens that it reads, in any currency; 0: the costs are not counted."""
    output_price: float = 0.0
    """Of a million tokens that it writes."""
    options: tuple[tuple[str, Option], ...] = ()
    """Passed on to the model, such as its temperature."""


def parse_consultation(tables: Mapping[str, Any], path: Path) -> Consultation | None:
    """What a configuration says of it; None where the shipped models do all work. Raises ConfigurationError."""
    table = _table(tables, "llm", path)
    changes, positions = _table(tables, "changes", path), _table(tables, "positions", path)
    for key in changes:
        if key != "judge":
            raise ConfigurationError(f"{path}: unknown key {key!r} in [changes]: known are judge")
    for key in table:
        if key not in (known := ("model", "calls", "seconds", "input_price", "output_price", "options")):
            raise ConfigurationError(f"{path}: unknown key {key!r} in [llm]: known are {', '.join(known)}")
    judges = _worker(changes, "[changes] judge", "judge", path) == "llm"
    extracts = _worker(positions, "[positions] extractor", "extractor", path) == "llm"
    calls = _number(table, "calls", 200, 1_000_000, path)
    if not isinstance(calls, int):
        raise ConfigurationError(f"{path}: [llm] calls is {calls!r}: give a whole number from 0 to 1,000,000")
    seconds = float(_number(table, "seconds", 60.0, 3600, path))
    if not seconds:
        raise ConfigurationError(f"{path}: [llm] seconds is 0: give a number above 0, up to 3600")
    prices = [float(_number(table, key, 0.0, 1_000_000, path)) for key in ("input_price", "output_price")]
    options = table.get("options", {})
    if not isinstance(options, dict) or not all(isinstance(value, (str, int, float, bool)) for value in options.values()):
        raise ConfigurationError(f"{path}: [llm] options is {options!r}: write a table such as {{ temperature = 0 }}")
    model = table.get("model", "")
    if not isinstance(model, str) or ("model" in table and not model.strip()):
        raise ConfigurationError(f"{path}: [llm] model is {model!r}: give a name in quotes; `llm models` lists them")
    if not (judges or extracts):
        return None
    if not model:
        raise ConfigurationError(f'{path}: [llm] has no model: name one that `llm models` lists, or take "llm" out of the file')
    return Consultation(
        model=model,
        judges=judges,
        extracts=extracts,
        calls=calls,
        seconds=seconds,
        input_price=prices[0],
        output_price=prices[1],
        options=tuple(sorted(options.items())),
    )


def _table(tables: Mapping[str, Any], name: str, path: Path) -> Mapping[str, Any]:
    value = tables.get(name, {})
    if not isinstance(value, dict):
        raise ConfigurationError(f"{path}: {name!r} is {value!r}: write a table [{name}]")
    return value


def _worker(table: Mapping[str, Any], where: str, key: str, path: Path) -> str:
    value = table.get(key, WORKERS[0])
    if value not in WORKERS:
        raise ConfigurationError(f"{path}: {where} is {value!r}: choose one of {', '.join(WORKERS)}")
    return str(value)


def _number(table: Mapping[str, Any], key: str, default: float, most: int, path: Path) -> float:
    value = table.get(key, default)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= most:
        raise ConfigurationError(f"{path}: [llm] {key} is {value!r}: give a number from 0 to {most:,}")
    return value
