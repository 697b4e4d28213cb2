"""Pickle and joblib files, which run code when they are loaded."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from modelkin.models.contents import content_kind
from modelkin.models.estimators import EstimatorModel
from modelkin.models.extras import require
from modelkin.protocols import Model, ModelFormat


@dataclass(frozen=True)
class Pickle(ModelFormat):
    """Pickled estimators (.pkl, .pickle, .joblib); refused unless --allow-code is given."""

    name: ClassVar[str] = "pickle"
    extensions: ClassVar[tuple[str, ...]] = (".pkl", ".pickle", ".joblib")
    extra: ClassVar[str | None] = "sklearn"
    runs_code: ClassVar[bool] = True
    loading: ClassVar[str] = "unpickling runs whatever the file says, with your rights"

    def recognises(self, location: str, first_bytes: bytes) -> bool:
        """Tell by the first bytes, or by the ending (compressed and old pickles)."""
        kind = content_kind(first_bytes)
        by_name = kind is None and Path(location).suffix.lower() in self.extensions
        return by_name or kind == "pickle"

    def load(self, location: str) -> Model:
        """Unpickle an estimator.

        Raises:
            MissingDependencyError: joblib is not installed.
            BrokenModelError: what it holds cannot answer.
        """
        joblib = require("joblib", self.extra)
        return EstimatorModel(joblib.load(location), location)
