"""The model of a view file."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from modelkin.answers.kinds import choose_output, detect_kind
from modelkin.answers.scales import log_probability_values
from modelkin.errors import IncompatibleError
from modelkin.models.opened import OpenedModel, adopt, is_open
from modelkin.models.views.input_steps import change_pictures, change_rows
from modelkin.models.views.output_steps import change_probabilities
from modelkin.models.views.view_description import ViewDescription
from modelkin.protocols import Wired
from modelkin.records import Access, AnyArray, Batch, Modality, OutputKind, Signature, TensorSpec

_SHAKES = "shake"


class Viewed:
    """Asks the model behind the view, and changes what goes in and what comes out.

    Pictures come in as canonical bytes, and the model behind is fed as it wants to be. Everything
    else (rows, recorded answers, functions that declare no shape) is handed through.

    Args:
        view: what the file says.
        inner: the model behind.
    """

    def __init__(self, view: ViewDescription, inner: OpenedModel) -> None:
        self._view = view
        self._inner = inner
        self._before = tuple(step for step in view.steps if step.changes_input)
        self._after = tuple(step for step in view.steps if not step.changes_input)
        self._does = {step.do for step in view.steps}
        self._kind: OutputKind | None = None
        fed = inner.preprocessing
        self._pictures = fed is not None and fed.modality is Modality.IMAGE
        needs_pictures = sorted(self._does & {"jpeg", "resize", "blur", "detect"})
        if needs_pictures and not self._pictures:
            raise IncompatibleError(
                f"a view cannot do '{needs_pictures[0]}' to the queries of '{inner.name}'",
                hint="such steps are for models that take pictures of a known size",
            )
        if self._before and not inner.signature.inputs:
            raise IncompatibleError(
                f"a view cannot change the queries of '{inner.name}', which declares no input",
                hint="recorded answers cannot be asked anything else; declare a function's shape",
            )

    @property
    def ids(self) -> frozenset[str]:
        """The queries that were recorded, where the model behind is a recording."""
        found: frozenset[str] = getattr(self._inner.model, "ids", frozenset())
        return found

    @property
    def signature(self) -> Signature:
        """The model's own, as far as the view leaves it."""
        own = self._inner.signature
        if self._pictures and own.inputs:
            fed = self._inner.fed
            plane = (None, None) if is_open(self._inner) else fed.shape[:2]
            picture = TensorSpec(name="picture", shape=(None, *plane, 3), dtype="uint8")
            own = replace(own, inputs=(picture,), mean=(), std=(), rescales=None, channels=None)
        if not self._after:
            return own
        if "label" in self._does:
            return replace(own, access=Access.LABEL, outputs=(), output=OutputKind.LABELS)
        access = Access.TOP_K if "top" in self._does else Access.SCORES
        decimals = [int(s.settings["decimals"]) for s in self._after if s.do == "round"]
        width = own.outputs[0].shape[-1] if len(own.outputs) == 1 else None
        shown = TensorSpec(
            name="scores",
            shape=(None, width),
            dtype="float64",
            scale=10.0 ** -min(decimals) if decimals else None,
        )
        return replace(
            own,
            access=access if own.access.covers(access) else own.access,
            outputs=() if width is None and not decimals else (shown,),
            output=own.output if own.output is OutputKind.LABELS else OutputKind.PROBABILITIES,
        )

    def predict(self, batch: Batch) -> tuple[AnyArray, ...]:
        """Answer as the model does behind the view.

        Raises:
            IncompatibleError: the model's answers hold no class probabilities to change.
        """
        queries = batch.inputs[0]
        outputs = self._pass(batch)
        if not self._after:
            return outputs
        values, step = choose_output(outputs, self._inner.signature)
        if self._kind is None:
            self._kind = detect_kind(values, step, self._inner.signature.output)
        if self._kind is OutputKind.LABELS:
            return (values,)
        if self._kind in {OutputKind.VECTORS, OutputKind.SIGMOIDS}:
            raise IncompatibleError(
                f"'{self._inner.name}' answers with {self._kind}, which this view cannot change",
                hint="use input steps, or a model that answers with scores of classes",
            )
        chances = np.exp(log_probability_values(values, self._kind, step))
        rest = [one for one in self._after if one.do != "label"]
        found = change_probabilities(chances, rest, queries, self._view.seed)
        if "label" in self._does:
            return (np.asarray(found.argmax(axis=1), dtype=np.int64)[:, None],)
        return (found,)

    def close(self) -> None:
        """Let go of the model behind."""
        self._inner.close()

    def _pass(self, batch: Batch) -> tuple[AnyArray, ...]:
        """The answers of the model behind to the changed queries."""
        if not (self._pictures and self._inner.signature.inputs):
            return self._inner.model.predict(replace(batch, inputs=self._shaken(batch)))
        pictures = batch.inputs[0].astype(np.uint8, copy=False)
        for step in self._before:
            pictures = change_pictures(pictures, step.do, step.settings, self._view.seed)
        if is_open(self._inner):
            self._inner = adopt(self._inner, tuple(pictures.shape[1:]))
        return self._inner.answer(batch.ids, pictures)

    def _shaken(self, batch: Batch) -> tuple[AnyArray, ...]:
        """Rows with noise in proportion to each value; whole numbers are left alone."""
        sds = [float(step.settings["sd"]) for step in self._before if step.do == _SHAKES]
        found = list(batch.inputs)
        for sd in sds:
            for place, rows in enumerate(found):
                if rows.dtype.kind == "f":
                    found[place] = change_rows(rows, sd, self._view.seed)
        return tuple(found)


class WiredView(Viewed):
    """A view of a model behind a network: what is sent is counted as it is without the view."""

    @property
    def sent(self) -> int:
        """Queries put on the wire so far, retries included."""
        return self._wire.sent

    @property
    def largest(self) -> int:
        """Most queries that one request holds."""
        return self._wire.largest

    def meter(self, spend: Callable[[int], None]) -> None:
        """Report every spending before it happens."""
        self._wire.meter(spend)

    @property
    def _wire(self) -> Wired:
        found = self._inner.wire
        if found is None:
            raise IncompatibleError("the view has no network behind it", hint="open it again")
        return found
