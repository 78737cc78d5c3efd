"""A language model that says what a test tells it to, registered as a plugin of the `llm` package: nothing leaves the machine."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest

Script = str | Exception | Callable[[str], str]


class ScriptedModel(Protocol):
    """Answers with the next line of its script, the last one again and again; keeps what it was asked."""

    model_id: str
    script: list[Script]
    prompts: list[Any]


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[ScriptedModel]:
    """The model `scripted`, with the alias `script`; the test is skipped where the extra is not installed."""
    llm = pytest.importorskip("llm", reason="the extra [llm] is not installed")
    from llm.plugins import load_plugins, pm

    class Scripted(llm.Model):  # type: ignore[name-defined, misc]
        model_id = "scripted"
        supports_schema = True

        class Options(llm.Options):  # type: ignore[name-defined, misc]
            temperature: float | None = None

        def __init__(self) -> None:
            self.script: list[Script] = []
            self.prompts: list[Any] = []

        def execute(self, prompt: Any, stream: bool, response: Any, conversation: Any) -> Iterator[str]:  # noqa: ARG002
            self.prompts.append(prompt)
            line = self.script.pop(0) if len(self.script) > 1 else self.script[0]
            if isinstance(line, Exception):
                raise line
            response.set_usage(input=1000, output=200)
            yield line(prompt.prompt) if callable(line) else line

    scripted = Scripted()

    class Plugin:
        @llm.hookimpl  # type: ignore[untyped-decorator]
        def register_models(self, register: Callable[..., None]) -> None:
            register(scripted, aliases=("script",))

    monkeypatch.setenv("LLM_USER_PATH", str(tmp_path / "llm"))
    load_plugins()
    plugin = Plugin()
    pm.register(plugin, name="scripted")
    yield scripted
    pm.unregister(plugin)
