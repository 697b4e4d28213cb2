"""Records to and from disk: npz and JSON with a schema number, never pickle."""

import dataclasses
import io
import json
import zipfile
from typing import Any

import numpy as np

from modelkin.errors import CorruptFileError, SchemaVersionError
from modelkin.records import Access, ColumnSpec, OutputKind, Responses, Signature, TensorSpec

_SCHEMA = 1


def pack_responses(responses: Responses) -> bytes:
    """Write responses as the bytes of one npz file."""
    part_names = tuple(dict.fromkeys(responses.parts))
    meta = {
        "schema": _SCHEMA,
        "model": responses.model,
        "model_digest": responses.model_digest,
        "pool": responses.pool,
        "pool_digest": responses.pool_digest,
        "kind": responses.kind,
        "access": responses.access,
        "asked": responses.asked,
        "step": responses.step,
        "parts": part_names,
    }
    buffer = io.BytesIO()
    np.savez_compressed(
        buffer,
        values=responses.values,
        index=responses.index,
        part=np.array([part_names.index(part) for part in responses.parts], dtype=np.int16),
        meta=np.frombuffer(json.dumps(meta).encode(), dtype=np.uint8),
    )
    return buffer.getvalue()


def unpack_responses(content: bytes, *, name: str) -> Responses:
    """Read what ``pack_responses`` wrote.

    Args:
        content: bytes of the npz file.
        name: what to call it in an error.

    Raises:
        CorruptFileError: damaged or not written by modelkin.
        SchemaVersionError: written by another version.
    """
    try:
        with np.load(io.BytesIO(content), allow_pickle=False) as held:
            arrays = {key: held[key] for key in ("values", "index", "part", "meta")}
        meta: dict[str, Any] = json.loads(arrays["meta"].tobytes())
        schema = meta["schema"]
    except (ValueError, KeyError, OSError, zipfile.BadZipFile) as error:
        raise _corrupt(name) from error
    if schema != _SCHEMA:
        raise SchemaVersionError(
            f"'{name}' has schema {schema}, this version reads {_SCHEMA}",
            hint="use the version of modelkin that wrote it",
        )
    try:
        return Responses(
            model=meta["model"],
            model_digest=meta["model_digest"],
            pool=meta["pool"],
            pool_digest=meta["pool_digest"],
            values=arrays["values"],
            kind=OutputKind(meta["kind"]),
            access=Access(meta["access"]),
            index=arrays["index"],
            parts=tuple(meta["parts"][code] for code in arrays["part"]),
            asked=meta["asked"],
            step=meta["step"],
        )
    except (KeyError, ValueError, IndexError) as error:
        raise _corrupt(name) from error


def signature_to_dict(signature: Signature) -> dict[str, Any]:
    """A signature as JSON values."""
    return dataclasses.asdict(signature)


def signature_from_dict(content: dict[str, Any]) -> Signature:
    """Read what ``signature_to_dict`` wrote.

    Raises:
        CorruptFileError: it is no signature.
    """
    try:
        fields = _with_tuples(content)
        for side in ("inputs", "outputs"):
            fields[side] = tuple(
                TensorSpec(**{**tensor, "shape": tuple(tensor["shape"])}) for tensor in fields[side]
            )
        fields["columns"] = tuple(
            ColumnSpec(**_with_tuples(column)) for column in fields.get("columns", ())
        )
        fields["access"] = Access(fields["access"])
        fields["output"] = OutputKind(fields["output"]) if fields["output"] else None
        return Signature(**fields)
    except (KeyError, TypeError, ValueError) as error:
        raise _corrupt("signature") from error


def _with_tuples(content: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(held) if isinstance(held, list) else held for key, held in content.items()}


def _corrupt(name: str) -> CorruptFileError:
    return CorruptFileError(
        f"'{name}' is damaged, or was not written by modelkin",
        hint="make it again; the answers themselves may still be in the cache",
    )
