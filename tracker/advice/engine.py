"""Simon Willison's `llm` package, the one way to a language model: hosted or local, whatever plugin brings it.

It is imported when a model is opened and not before; nothing else of tracker knows it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from tracker.bounds import set_aside
from tracker.consultation import Option
from tracker.errors import ConfigurationError

EXTRA = "pip install 'tracker[llm]'"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a model wrote, and the tokens that it counted; 0 where it counts none."""

    text: str
    input_tokens: int = 0
    output_tokens: int = 0


class EngineError(Exception):
    """A call that brought no answer; the message is one line."""


class Engine(Protocol):
    """What the adviser asks."""

    @property
    def name(self) -> str: ...
    def ask(self, instructions: str, material: str, schema: Mapping[str, Any], seconds: float) -> Answer: ...


@dataclass(frozen=True, slots=True)
class _PluginEngine:
    name: str
    model: Any
    options: Mapping[str, Option]

    def ask(self, instructions: str, material: str, schema: Mapping[str, Any], seconds: float) -> Answer:
        """The model's answer. Raises EngineError where it fails or takes longer than `seconds`."""
        asked: dict[str, Any] = {"system": instructions, "stream": False, **self.options}
        if self.model.supports_schema:
            asked["schema"] = dict(schema)
        else:  # many local models: the schema goes along in words, the check is the same
            asked["system"] = f"{instructions}\nThe schema:\n{json.dumps(schema)}"
        try:
            with set_aside(seconds):
                response = self.model.prompt(material, **asked)
                text, usage = response.text(), response.usage()
        except Exception as error:  # every plugin has errors of its own
            message = " ".join(str(error).split())[:200]
            raise EngineError(f"{type(error).__name__}: {message}".rstrip(": ")) from error
        return Answer(str(text), int(usage.input or 0), int(usage.output or 0))


def open_engine(name: str, options: Mapping[str, Option]) -> Engine:
    """The model of that name or alias. Raises ConfigurationError where it, or the package, is not installed."""
    try:
        import llm
    except ImportError as error:
        raise ConfigurationError(f"[llm] model is {name!r} and the package llm is not installed: {EXTRA}") from error
    try:
        model = llm.get_model(name)
    except llm.UnknownModelError as error:
        raise ConfigurationError(f"no model {name!r} is installed: `llm models` lists them, `llm install` adds plugins") from error
    except Exception as error:  # plugins are imported here
        raise ConfigurationError(
            f"the model {name!r} cannot be opened ({type(error).__name__}: {error}): try `llm models`"
        ) from error
    return _PluginEngine(name, model, options)
