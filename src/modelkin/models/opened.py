"""A model made ready to be asked in the canonical query space."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from pathlib import Path

from modelkin.errors import SignatureError
from modelkin.models.digests import location_digest
from modelkin.models.endpoints.address import is_url
from modelkin.models.feeding import Feeder
from modelkin.models.isolation import WorkerModel, open_isolated
from modelkin.models.loading import load_model
from modelkin.models.locations import path_of
from modelkin.models.opening import find_format
from modelkin.models.preprocessing import apply_override, derive_preprocessing
from modelkin.models.sidecar import Sidecar, read_override, read_sidecar
from modelkin.models.view import View
from modelkin.protocols import Model, ModelFormat, Wired
from modelkin.records import (
    Access,
    AnyArray,
    Batch,
    EndpointOptions,
    FloatArray,
    Limits,
    Modality,
    OutputKind,
    Preprocessing,
    Signature,
)


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
    def wire(self) -> Wired | None:
        """The model as one that counts what it sends, if it is behind a network."""
        return self.model if isinstance(self.model, Wired) else None

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

    def first_convolution(self) -> tuple[FloatArray, FloatArray] | None:
        """Kernel and bias of the first layer, where the format can read them."""
        worker = self._worker
        if worker is not None:
            return worker.first_convolution()
        return self.format.first_convolution(self.location)

    def close(self) -> None:
        """Let go of what the model holds; it is taken up again when needed."""
        closing = getattr(self._worker or self.model, "close", None)
        if callable(closing):
            closing()

    @property
    def _worker(self) -> WorkerModel | None:
        behind = self.model.model if isinstance(self.model, View) else self.model
        return behind if isinstance(behind, WorkerModel) else None

    def seen(
        self,
        access: Access = Access.SCORES,
        *,
        top_k: int = 5,
        decimals: int | None = None,
        budget: int | None = None,
    ) -> "OpenedModel":
        """The same model behind a service that shows less.

        Args:
            access: what is shown.
            top_k: with top-k access, how many scores; the others share what is left.
            decimals: scores are rounded to so many places.
            budget: answers given before it refuses.
        """
        view = View(self.model, access, top_k, decimals, budget)
        about = json.dumps([self.file_digest, access, top_k, decimals, budget])
        digest = hashlib.sha256(about.encode()).hexdigest()
        return replace(self, model=view, file_digest=digest)

    @cached_property
    def _feeder(self) -> Feeder:
        return Feeder(self.fed)


_OPEN = -1
_NOT_FEEDING = ("origin", "margin", "considered", "convention")


def open_model(
    location: str,
    *,
    format_name: str | None = None,
    allow_code: bool = False,
    override: Path | None = None,
    limits: Limits | None = None,
    cache: Path | None = None,
    endpoint: EndpointOptions | None = None,
) -> OpenedModel:
    """Load a model and read how it wants to be fed.

    A file is loaded in a worker process of its own, a function in this one.

    What an override file or the JSON beside the model states wins over what the file says.

    Args:
        location: a path, a URL, or a name such as ``module:function``.
        format_name: the format to use instead of looking for one.
        allow_code: load files that run code when loaded.
        override: JSON file that states preprocessing and output.
        limits: what the worker process may use.
        cache: folder that remembers the signatures of files, so that a file whose answers are
            recorded need not be loaded again.
        endpoint: how to talk to a URL.

    Raises:
        ModelError: it cannot be opened; the subclass and the hint tell more.
    """
    sidecar = _stated(location, override)
    endpoint = endpoint or EndpointOptions()
    if sidecar.endpoint and not endpoint.template:
        endpoint = replace(endpoint, template=sidecar.endpoint)
    opened_by = find_format(
        location, format_name=format_name, allow_code=allow_code, endpoint=endpoint
    )
    model: Model
    if opened_by.sees_file and opened_by.isolated:
        digest = location_digest(location, companions=opened_by.companions(location))
        options = {"allow_code": allow_code}
        model = open_isolated(
            location, opened_by, digest, options=options, limits=limits or Limits(), cache=cache
        )
    else:
        model = load_model(opened_by, location)
        companions = opened_by.companions(location)
        digest = location_digest(location, getattr(model, "identity", ""), companions=companions)
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
        file_digest=digest,
        preprocessing=preprocessing,
        sidecar=sidecar,
    )


def is_open(opened: OpenedModel) -> bool:
    """Tell if the query shape is left open by the file and stated by nobody."""
    fed = opened.preprocessing
    if fed is None:
        return True
    plane = fed.modality is Modality.IMAGE and _OPEN in fed.tensor_shape
    return plane and "shape" not in opened.sidecar.preprocessing


def adopt(opened: OpenedModel, shape: tuple[int, ...]) -> OpenedModel:
    """Close an open query shape; a model that accepts anything is fed [0, 1] and RGB."""
    if not is_open(opened):
        return opened
    fed = derive_preprocessing(opened.signature, file_shape_hint=shape)
    return replace(opened, preprocessing=apply_override(fed, opened.sidecar.preprocessing))


def _stated_shape(sidecar: Sidecar) -> tuple[int, ...] | None:
    stated = sidecar.preprocessing
    columns = len(stated.get("columns", ()))
    return stated.get("shape") or ((columns,) if columns else None)


def _stated(location: str, override: Path | None) -> Sidecar:
    if override:
        return read_override(override)
    return Sidecar() if is_url(location) else read_sidecar(location)


def _short_name(location: str) -> str:
    path = path_of(location)
    return path.resolve().name if not is_url(location) and path.exists() else location
