"""What an adapter file or the "endpoint" section of an override file states."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from modelkin.errors import SignatureError
from modelkin.records import Access, OutputKind, Signature, TensorSpec

_IMAGES = ("arrays", "png", "jpeg")
_BEST_QUALITY = 100
_HINT = (
    'for example: {"request": {"instances": "$batch"}, "response": "predictions[*].scores", '
    '"shape": [28, 28, 1], "images": "png"}'
)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """An adapter's own settings; the field names are the keys of the file.

    Attributes:
        request: body of a custom request, with placeholders.
        response: JMESPath to the answers.
        ids: JMESPath to the ids of the answers, where they come in another order.
        shape: shape of one query, where the server does not tell it.
        dtype: its element type; None is float64 for rows and float32 for images.
        images: how pictures travel: "arrays", "png" or "jpeg".
        quality: JPEG quality.
        columns: column names, where the server wants them.
        outputs: names of the outputs to ask for.
        output: what the numbers of an answer mean.
        labels: class names in the order of the columns.
        access: "top-k" where only the best labels are scored, "label" where scores mislead.
    """

    request: Any = None
    response: str | None = None
    ids: str | None = None
    shape: tuple[int, ...] = ()
    dtype: str | None = None
    images: str = "arrays"
    quality: int = 90
    columns: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    output: OutputKind | None = None
    labels: tuple[str, ...] = ()
    access: Access | None = None

    def signature(
        self, inputs: tuple[TensorSpec, ...] = (), outputs: tuple[TensorSpec, ...] = ()
    ) -> Signature:
        """A metered signature; what is stated here wins over what the server says."""
        if self.shape:
            name = inputs[0].name if inputs else "input"
            dtype = self.dtype or (inputs[0].dtype if inputs else self._usual_dtype())
            inputs = (TensorSpec(name=name, shape=(None, *self.shape), dtype=dtype),)
        bare = self.output is OutputKind.LABELS
        return Signature(
            inputs=inputs,
            outputs=outputs,
            access=self.access or (Access.LABEL if bare else Access.SCORES),
            output=self.output,
            metered=True,
            labels=self.labels,
        )

    def _usual_dtype(self) -> str:
        if len(self.shape) == 1:
            return "float64"
        return "float32" if self.images == "arrays" else "uint8"


def read_adapter_file(path: Path) -> str:
    """Read an adapter file, check it, and return its settings as canonical JSON.

    The settings may stand alone, or in the section "endpoint" of an override file.

    Raises:
        SignatureError: it cannot be read, or has an unknown key or a wrong value.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise wrong(f"'{path}' cannot be read as JSON ({error})") from error
    if isinstance(content, dict) and "endpoint" in content:
        content = content["endpoint"]
    return canonical(content, str(path))


def canonical(content: object, file: str) -> str:
    """Check settings and write them in one line, the same for the same settings.

    Raises:
        SignatureError: an unknown key or a wrong value.
    """
    _checked(content, file)
    return json.dumps(content, sort_keys=True)


def read_settings(template: str) -> Settings:
    """The settings behind the text that ``canonical`` wrote.

    Raises:
        SignatureError: an unknown key or a wrong value.
    """
    return _checked(json.loads(template), "the adapter file") if template else Settings()


def _checked(content: object, file: str) -> Settings:
    if not isinstance(content, dict):
        raise wrong(f"'{file}' holds no JSON object for the endpoint")
    known = tuple(Settings.__dataclass_fields__)
    unknown = [f"'{key}'" for key in content if key not in known]
    if unknown:
        raise wrong(f"'{file}' has the unknown key {', '.join(unknown)}; known: {', '.join(known)}")
    faults = [key for key, value in content.items() if not _GOOD[key](value)]
    if faults:
        raise wrong(f"'{file}' has '{faults[0]}' = {json.dumps(content[faults[0]])[:80]}")
    return Settings(**_typed(content))


def _typed(content: Mapping[str, Any]) -> dict[str, Any]:
    fields: dict[str, Any] = {k: tuple(v) if k in _LISTS else v for k, v in content.items()}
    if "output" in fields:
        fields["output"] = OutputKind(fields["output"])
    if "access" in fields:
        fields["access"] = Access(fields["access"])
    return fields


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, str) for one in value)


def _is_sizes(value: object) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(one, int) and not isinstance(one, bool) and one > 0 for one in value)
    )


def _is_dtype(value: object) -> bool:
    try:
        return isinstance(value, str) and np.dtype(value).kind in "iufb"
    except TypeError:
        return False


def _is_quality(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= _BEST_QUALITY


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value)


_LISTS = ("shape", "columns", "outputs", "labels")
_GOOD: dict[str, Callable[[Any], bool]] = {
    "request": lambda value: value is not None,
    "response": _is_text,
    "ids": _is_text,
    "shape": _is_sizes,
    "dtype": _is_dtype,
    "images": lambda value: value in _IMAGES,
    "quality": _is_quality,
    "columns": _is_texts,
    "outputs": _is_texts,
    "output": lambda value: value in tuple(OutputKind),
    "labels": _is_texts,
    "access": lambda value: value in tuple(Access),
}


def wrong(what: str) -> SignatureError:
    """The error for settings that cannot be."""
    return SignatureError(what, hint=_HINT)
