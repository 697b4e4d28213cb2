"""TensorFlow SavedModel folders, run by OpenVINO instead of TensorFlow."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from modelkin.errors import BrokenModelError
from modelkin.models.compiled import CompiledModel, reason
from modelkin.models.extras import require
from modelkin.protocols import Model, ModelFormat

_GRAPH = "saved_model.pb"
_INDEX = Path("variables") / "variables.index"


@dataclass(frozen=True)
class SavedModel(ModelFormat):
    """SavedModel folders (or their saved_model.pb), by OpenVINO's TensorFlow frontend.

    OpenVINO reads the signature ``serving_default`` and the variables without TensorFlow, in a
    tenth of its size; what it cannot translate (text and hash-table operations) is refused.
    """

    name: ClassVar[str] = "saved_model"
    extensions: ClassVar[tuple[str, ...]] = (".pb",)
    extra: ClassVar[str | None] = "openvino"
    loading: ClassVar[str] = "OpenVINO translates the graph; nothing in the folder is run as code"
    sees_folder: ClassVar[bool] = True

    def recognises(self, location: str, first_bytes: bytes) -> bool:
        """Tell by the name of the graph's file, in the folder or as the file itself."""
        path = Path(location)
        is_graph = bool(first_bytes) and path.name == _GRAPH
        return is_graph or (not first_bytes and (path / _GRAPH).is_file())

    def companions(self, location: str) -> tuple[Path, ...]:
        """The variables."""
        found = (_folder(location) / "variables").glob("*")
        return tuple(sorted(file for file in found if file.is_file()))

    def load(self, location: str) -> Model:
        """Translate and compile the graph for the CPU.

        Raises:
            MissingDependencyError: OpenVINO is not installed.
            BrokenModelError: a file is missing, or OpenVINO cannot translate the graph.
        """
        openvino = require("openvino", self.extra)
        folder = _folder(location)
        if not (folder / _GRAPH).is_file():
            raise BrokenModelError(
                f"'{location}' is no SavedModel: there is no '{_GRAPH}' in it",
                hint="name the folder that holds saved_model.pb and variables/",
            )
        try:
            return CompiledModel(openvino, str(folder))
        except RuntimeError as error:
            missing = not (folder / _INDEX).is_file()
            raise BrokenModelError(
                f"'{location}' cannot be loaded by OpenVINO: {reason(error)}"
                + (f"; '{_INDEX.as_posix()}' is missing" if missing else ""),
                hint="copy the whole folder again, or convert it: tf2onnx to ONNX, TFLiteConverter "
                "to TFLite",
            ) from error


def _folder(location: str) -> Path:
    path = Path(location)
    return path.parent if path.name == _GRAPH else path
