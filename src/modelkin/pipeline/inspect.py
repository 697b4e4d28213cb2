"""What a model is, as far as it can be told before comparing it."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from modelkin.errors import SignatureError
from modelkin.models.inference import infer_preprocessing
from modelkin.models.opened import OpenedModel, open_model
from modelkin.records import EndpointOptions, Limits, Modality

_COLUMNS_SHOWN, _CATEGORIES_SHOWN = 30, 8


def inspect_model(
    location: str,
    *,
    format_name: str | None,
    override: Path | None,
    allow_code: bool,
    cache: Path,
    limits: Limits,
    endpoint: EndpointOptions | None = None,
) -> dict[str, Any]:
    """Describe a model: signature, preprocessing with its evidence, access, what loading runs.

    Raises:
        ModelError: it cannot be opened.
    """
    opened = open_model(
        location,
        format_name=format_name,
        allow_code=allow_code,
        override=override,
        limits=limits,
        cache=cache,
        endpoint=endpoint,
    )
    if opened.preprocessing is not None:
        opened = infer_preprocessing(opened, cache=cache)
    signature = opened.signature
    return {
        "schema": "modelkin/inspect/1",
        "name": opened.name,
        "location": opened.location,
        "format": opened.format.name,
        "sha256": opened.file_digest,
        "bytes": _size(opened),
        "loading": opened.format.loading,
        "runs_code": opened.format.runs_code,
        "access": signature.access,
        "output": signature.output,
        "labels": list(signature.labels),
        "inputs": [asdict(tensor) for tensor in signature.inputs],
        "outputs": [asdict(tensor) for tensor in signature.outputs],
        "preprocessing": asdict(opened.preprocessing) if opened.preprocessing else None,
        "probes": opened.probes,
        "endpoint": getattr(opened.model, "facts", None),
        "derivation": dict(opened.sidecar.derivation),
    }


def override_text(found: dict[str, Any]) -> str:
    """What was found as an override file, in the form of the JSON beside a model.

    Raises:
        SignatureError: it is not known how the model is fed.
    """
    fed = found["preprocessing"]
    if fed is None:
        raise SignatureError(
            f"'{found['name']}' accepts anything, so there is nothing to save",
            hint='write the file by hand: {"preprocessing": {"shape": [28, 28]}}',
        )
    keys = ("modality", "layout", "shape", "mean", "std")
    kept = {key: fed[key] for key in keys}
    if fed["modality"] == Modality.IMAGE:
        kept["channels"] = fed["channels"]
    content = {"preprocessing": kept, **({"output": found["output"]} if found["output"] else {})}
    return json.dumps(content, indent=2) + "\n"


def describe(found: dict[str, Any]) -> Iterator[str]:
    """The same for people, line by line."""
    size = "" if found["endpoint"] else f", {found['bytes'] or '?'} bytes"
    yield f"{found['name']}: {found['format']}{size}"
    yield f"  sha256      {found['sha256']}"
    yield f"  loading     {found['loading']}"
    for key, value in (found["endpoint"] or {}).items():
        if value:
            yield f"  {key:<11} {', '.join(value) if isinstance(value, list) else value}"
    yield f"  access      {found['access']}, output {found['output'] or 'found out from answers'}"
    for side in ("inputs", "outputs"):
        for tensor in found[side]:
            shape = "x".join("?" if size is None else str(size) for size in tensor["shape"])
            step = (
                f" scale {tensor['scale']:g} zero {tensor['zero_point']}" if tensor["scale"] else ""
            )
            yield f"  {side[:-1]:<11} {tensor['name']}: {shape or 'scalar'} {tensor['dtype']}{step}"
    fed = found["preprocessing"]
    if fed is None:
        yield "  fed         whatever the other side of a comparison takes"
    else:
        yield from _fed(fed)
    if found["labels"]:
        yield f"  labels      {', '.join(found['labels'][:10])}"
    if found["derivation"]:
        known = {key: value for key, value in found["derivation"].items() if value is not None}
        facts = ", ".join(f"{key} {value}" for key, value in known.items())
        yield f"  derivation  {facts}"


def _fed(fed: dict[str, Any]) -> Iterator[str]:
    margin = "" if fed["margin"] is None else f", margin {fed['margin']:.2f}"
    size = "x".join(map(str, fed["shape"]))
    channels = f" {fed['channels']}" if fed["modality"] == Modality.IMAGE else ""
    yield (
        f"  fed         {fed['modality']} {size} {fed['layout']}{channels} "
        f"{fed['convention']} ({fed['origin']}{margin})"
    )
    for name, score in fed["considered"]:
        yield f"    considered {name}: {score:.3f}"
    for column in fed["columns"][:_COLUMNS_SHOWN]:
        yield f"    column {_column(column)}"
    if len(fed["columns"]) > _COLUMNS_SHOWN:
        yield f"    ... {len(fed['columns']) - _COLUMNS_SHOWN} more columns"


def _column(column: dict[str, Any]) -> str:
    name = column["name"] or "(no name)"
    if column["categories"]:
        shown = ", ".join(column["categories"][:_CATEGORIES_SHOWN])
        more = ", ..." if len(column["categories"]) > _CATEGORIES_SHOWN else ""
        return f"{name}: one of {shown}{more}"
    if column["low"] is None:
        return f"{name}: values unknown"
    return f"{name}: {column['kind']} {column['low']:g} to {column['high']:g}"


def _size(opened: OpenedModel) -> int | None:
    path = Path(opened.location)
    return path.stat().st_size if path.is_file() else None
