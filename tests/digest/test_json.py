"""The JSON form against its published schema, by a small reading of the keywords that the schema uses."""

import json
from pathlib import Path
from typing import Any

from tracker.digest.compose import compose_digest
from tracker.digest.json import render_json
from tracker.model import Digest, Label

from .conftest import UNTIL, ChangeMaker

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "digest.schema.json").read_text(encoding="utf-8"))
_TYPES: dict[str, Any] = {"object": dict, "array": list, "string": str, "integer": int, "number": (int, float), "null": type(None)}
_TYPES["boolean"] = bool
_KEYWORDS = {
    *("$schema", "$defs", "title", "description", "format", "type", "const", "enum", "anyOf", "$ref", "required"),
    *("properties", "additionalProperties", "items", "minimum", "maximum"),
}


def _complaints(value: Any, schema: dict[str, Any], at: str = "$") -> list[str]:
    assert set(schema) <= _KEYWORDS, f"{at}: this check does not know {set(schema) - _KEYWORDS}"
    if "$ref" in schema:
        return _complaints(value, SCHEMA["$defs"][schema["$ref"].removeprefix("#/$defs/")], at)
    if "anyOf" in schema:
        options = [_complaints(value, option, at) for option in schema["anyOf"]]
        return [] if [] in options else options[0]
    if "const" in schema or "enum" in schema:
        return [] if value in schema.get("enum", [schema.get("const")]) else [f"{at}: {value!r}"]
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    if not any(isinstance(value, _TYPES[kind]) for kind in kinds):
        return [f"{at}: {value!r} is not {kinds}"]
    found: list[str] = []
    if isinstance(value, dict):
        known = schema["properties"]
        found += [f"{at}: {key} is missing" for key in schema["required"] if key not in value]
        found += [f"{at}: {key} is not documented" for key in value if key not in known]
        found += [text for key in value if key in known for text in _complaints(value[key], known[key], f"{at}.{key}")]
    elif isinstance(value, list):
        found += [text for place, item in enumerate(value) for text in _complaints(item, schema["items"], f"{at}[{place}]")]
    elif isinstance(value, int | float) and not schema.get("minimum", value) <= value <= schema.get("maximum", value):
        found.append(f"{at}: {value} is out of range")
    return found


def test_follows_its_schema(night: Digest) -> None:
    document = json.loads(render_json(night))
    assert _complaints(document, SCHEMA) == []
    assert document["counts"] == {"reversed": 1, "hardened": 1, "softened": 1, "amended": 1, "new": 3, "restated": 3}
    assert [change["label"] for change in document["changes"]][:2] == ["reversed", "hardened"]


def test_the_check_itself_complains(night: Digest) -> None:
    document = json.loads(render_json(night))
    document["changes"][0]["label"] = "unrelated"
    document["changes"][1]["after"]["extra"] = 1
    document["articles_seen"] = "9"
    del document["until"]
    assert len(_complaints(document, SCHEMA)) == 4


def test_an_empty_digest_follows_it_too() -> None:
    digest = compose_digest([], [], [], since=None, until=UNTIL, articles_seen=0)
    assert _complaints(json.loads(render_json(digest)), SCHEMA) == []


def test_texts_are_verbatim(make_change: ChangeMaker) -> None:
    content = 'a "quoted"\r\n\x1b[31m \\\u202e \x00 \x85 é \u2028 <b> \\u0041'
    digest = compose_digest([make_change(Label.NEW, after=("s", content))], [], [], since=None, until=UNTIL, articles_seen=1)
    shown = render_json(digest)
    assert json.loads(shown)["changes"][0]["after"]["content"] == content
    assert "é" in shown
    assert "\\u202e" in shown
