"""skops files: scikit-learn estimators that load without running code."""

import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from modelkin.errors import BrokenModelError, UnsafeModelError
from modelkin.models.contents import content_kind, zip_names
from modelkin.models.estimators import EstimatorModel
from modelkin.models.extras import require
from modelkin.protocols import Model, ModelFormat

_HARMLESS = frozenset(
    f"sklearn.neural_network._stochastic_optimizers.{name}"
    for name in ("AdamOptimizer", "SGDOptimizer")
)
"""Plain Python classes of scikit-learn itself, that skops has not listed yet. Trees are not among
them: their compiled state is taken as it comes, and a forged one corrupts memory."""


@dataclass(frozen=True)
class Skops(ModelFormat):
    """scikit-learn models saved by skops (.skops); unknown types are refused by name.

    Attributes:
        allow_code: load types that skops does not trust, which can run their code.
    """

    name: ClassVar[str] = "skops"
    extensions: ClassVar[tuple[str, ...]] = (".skops",)
    extra: ClassVar[str | None] = "sklearn"
    loading: ClassVar[str] = (
        "skops builds objects of types that it trusts; others need --allow-code"
    )
    allow_code: bool = False

    def recognises(self, location: str, first_bytes: bytes) -> bool:
        """Tell by the ending, or by the schema that every skops archive holds."""
        kind = content_kind(first_bytes)
        if Path(location).suffix.lower() in self.extensions:
            return kind in {None, "zip"}
        names = zip_names(location) if kind == "zip" else ()
        return "schema.json" in names and not any("/" in name for name in names)

    def load(self, location: str) -> Model:
        """Rebuild the estimator.

        Raises:
            MissingDependencyError: skops or scikit-learn is not installed.
            UnsafeModelError: the file names types that skops does not trust.
            BrokenModelError: it is no skops archive.
        """
        require("sklearn", self.extra)
        files = require("skops.io", self.extra)
        try:
            named = {str(name) for name in files.get_untrusted_types(file=location)}
        except (zipfile.BadZipFile, KeyError, ValueError, TypeError, OSError) as error:
            raise BrokenModelError(
                f"'{location}' is no readable skops archive: {type(error).__name__}: {error}",
                hint="save the estimator again with skops.io.dump",
            ) from error
        untrusted = sorted(named - _HARMLESS)
        if untrusted and not self.allow_code:
            raise UnsafeModelError(
                f"'{location}' holds types that skops does not trust: {', '.join(untrusted)}",
                hint="if you know where they come from, pass --allow-code; else save the model "
                "as ONNX",
            )
        return EstimatorModel(files.load(location, trusted=sorted(named)), location)
