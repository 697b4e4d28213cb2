"""A tiny view of a tiny ONNX model."""

import json
from pathlib import Path

from tests.contracts.tiny import onnx


def write(folder: Path) -> str:
    model = Path(onnx.write(folder))
    path = folder / "tiny.view.json"
    steps = [{"do": "temper", "temperature": 2.0}, {"do": "round", "decimals": 6}]
    content = {"schema": "modelkin/view/1", "model": model.name, "steps": steps}
    path.write_text(json.dumps(content), encoding="utf-8")
    return str(path)
