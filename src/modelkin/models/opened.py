"""A model made ready to be asked in the canonical query space."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path

from modelkin.errors import SignatureError
from modelkin.models.feeding import Feeder
from modelkin.models.opening import location_digest, open_format
from modelkin.models.preprocessing import apply_override, derive_preprocessing
from modelkin.models.sidecar import Sidecar, read_override, read_sidecar
from modelkin.protocols import Model, ModelFormat
from modelkin.records import AnyArray, Batch, OutputKind, Preprocessing, Signature


@dataclass(frozen=True, kw_only=True, eq=False)
class OpenedModel:
    """A loaded model, how to feed it, and what is recorded of its origin.

    Attributes:
        location: as given by the user.
        name: short name for people.
        format: what opened it.
        model: the model itself.
        file_digest: sha256 of the file, or of the function's source.
        preprocessing: how canonical queries become its tensors; None while its shape is open.
        sidecar: what the JSON beside it says.
        probes: queries spent on finding out its preprocessing.
    """

    location: str
    name: str
    format: ModelFormat
    model: Model
    file_digest: str
    preprocessing: Preprocessing | None
    sidecar: Sidecar
    probes: int = 0

    @property
    def signature(self) -> Signature:
        """The model's own, with what the sidecar states of its output."""
        stated = self.sidecar.output
        signature = self.model.signature
        return replace(signature, output=OutputKind(stated)) if stated else signature

    @property
    def fed(self) -> Preprocessing:
        """How it is fed.

        Raises:
            SignatureError: its input shape is still open.
        """
        if self.preprocessing is None:
            raise SignatureError(
                f"'{self.name}' accepts anything, so nobody knows what to ask it",
                hint='declare it: f.modelkin = {"shape": [28, 28, 1]}, or pass an override file',
            )
        return self.preprocessing

    @property
    def digest(self) -> str:
        """sha256 of the file and of all that changes its answers to a query."""
        fed = {k: v for k, v in asdict(self.fed).items() if k not in _NOT_FEEDING}
        content = json.dumps([self.file_digest, self.format.name, fed], sort_keys=True)
        return hashlib.sha256(content.encode()).hexdigest()

    def answer(self, ids: Sequence[str], queries: AnyArray) -> tuple[AnyArray, ...]:
        """Answer canonical queries."""
        return self.model.predict(Batch(ids=tuple(ids), inputs=self._feeder.tensors(queries)))

    @cached_property
    def _feeder(self) -> Feeder:
        return Feeder(self.fed)


_NOT_FEEDING = ("origin", "margin", "considered", "convention")


def open_model(
    location: str,
    *,
    format_name: str | None = None,
    allow_code: bool = False,
    override: Path | None = None,
) -> OpenedModel:
    """Load a model and read how it wants to be fed.

    What an override file or the JSON beside the model states wins over what the file says.

    Args:
        location: a path, or a name such as ``module:function``.
        format_name: the format to use instead of looking for one.
        allow_code: load files that run code when loaded.
        override: JSON file that states preprocessing and output.

    Raises:
        ModelError: it cannot be opened; the subclass and the hint tell more.
    """
    opened_by, model = open_format(location, format_name=format_name, allow_code=allow_code)
    sidecar = read_override(override) if override else read_sidecar(location)
    preprocessing = None
    stated_shape = _stated_shape(sidecar)
    if model.signature.inputs or stated_shape:
        preprocessing = derive_preprocessing(model.signature, file_shape_hint=stated_shape)
        preprocessing = apply_override(preprocessing, sidecar.preprocessing)
    return OpenedModel(
        location=location,
        name=_short_name(location),
        format=opened_by,
        model=model,
        file_digest=location_digest(location, opened_by.companions(location)),
        preprocessing=preprocessing,
        sidecar=sidecar,
    )


def adopt(opened: OpenedModel, shape: tuple[int, ...]) -> OpenedModel:
    """Let a model that accepts anything be asked queries of a shape, in [0, 1] and RGB."""
    if opened.preprocessing is not None:
        return opened
    fed = derive_preprocessing(opened.signature, file_shape_hint=shape)
    return replace(opened, preprocessing=apply_override(fed, opened.sidecar.preprocessing))


def _stated_shape(sidecar: Sidecar) -> tuple[int, ...] | None:
    stated = sidecar.preprocessing
    columns = len(stated.get("columns", ()))
    return stated.get("shape") or ((columns,) if columns else None)


def _short_name(location: str) -> str:
    path = Path(location)
    return path.name if path.exists() else location
