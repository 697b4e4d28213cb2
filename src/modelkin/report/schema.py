"""The published JSON Schema of reports."""

import json
from importlib.resources import files
from typing import Any


def report_schema() -> dict[str, Any]:
    """Read the JSON Schema (2020-12) that every JSON report obeys."""
    text = files("modelkin.report").joinpath("schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema
