"""The way to a model through the `llm` package."""

import json
import subprocess
import sys
import time

import pytest

from tracker.advice.engine import EngineError, open_engine
from tracker.errors import ConfigurationError

from .conftest import ScriptedModel

SCHEMA = {"type": "object", "properties": {"label": {"type": "string"}}}


def test_a_model_is_asked_with_instructions_material_schema_and_options(model: ScriptedModel) -> None:
    model.script = ['{"label": "restated"}']
    engine = open_engine("script", {"temperature": 0.5})
    answer = engine.ask("compare", "<data>", SCHEMA, 5)
    assert (answer.text, answer.input_tokens, answer.output_tokens) == ('{"label": "restated"}', 1000, 200)
    (prompt,) = model.prompts
    assert (prompt.system, prompt.prompt, prompt.schema) == ("compare", "<data>", SCHEMA)
    assert prompt.options.temperature == 0.5


def test_a_model_without_schemas_gets_it_in_words(model: ScriptedModel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model, "supports_schema", False)
    model.script = ["{}"]
    open_engine("scripted", {}).ask("compare", "<data>", SCHEMA, 5)
    (prompt,) = model.prompts
    assert prompt.schema is None
    assert json.dumps(SCHEMA) in prompt.system


def test_a_failure_is_one_line(model: ScriptedModel) -> None:
    model.script = [OSError("no\nroute")]
    with pytest.raises(EngineError, match=r"^OSError: no route$"):
        open_engine("scripted", {}).ask("", "x", SCHEMA, 5)


def test_a_model_that_does_not_answer_is_cut_off(model: ScriptedModel) -> None:
    def sleep(_: str) -> str:
        try:
            time.sleep(20)
        except Exception:  # as libraries do that try again by themselves
            time.sleep(20)
        return "{}"

    model.script = [sleep]
    begun = time.monotonic()
    with pytest.raises(EngineError, match=r"no answer within 0\.2 seconds"):
        open_engine("scripted", {}).ask("", "x", SCHEMA, 0.2)
    assert time.monotonic() - begun < 5


@pytest.mark.usefixtures("model")
def test_an_unknown_model_is_a_matter_of_configuration() -> None:
    with pytest.raises(ConfigurationError, match="no model 'nobody' is installed: `llm models` lists them"):
        open_engine("nobody", {})


def test_without_the_package_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "llm", None)
    with pytest.raises(ConfigurationError, match=r"the package llm is not installed: pip install 'tracker\[llm\]'"):
        open_engine("scripted", {})


def test_nothing_of_it_is_imported_where_it_is_not_asked() -> None:
    code = "import sys, tracker.cli, tracker.run, tracker.pairs, tracker.extract; sys.exit('llm' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
