"""OpenVINO's intermediate representation: an .xml of layers and a .bin of weights beside it."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from modelkin.errors import BrokenModelError
from modelkin.models.compiled import CompiledModel, reason
from modelkin.models.contents import content_kind
from modelkin.models.extras import require
from modelkin.protocols import Model, ModelFormat


@dataclass(frozen=True)
class Openvino(ModelFormat):
    """OpenVINO models (.xml with its .bin beside it), run by OpenVINO on the CPU."""

    name: ClassVar[str] = "openvino"
    extensions: ClassVar[tuple[str, ...]] = (".xml",)
    extra: ClassVar[str | None] = "openvino"
    loading: ClassVar[str] = "OpenVINO builds the graph; nothing in the file is run as code"

    def recognises(self, location: str, first_bytes: bytes) -> bool:
        """Tell by the root element, since much else ends in .xml."""
        del location
        return content_kind(first_bytes) == "openvino"

    def companions(self, location: str) -> tuple[Path, ...]:
        """The weights."""
        weights = Path(location).with_suffix(".bin")
        return (weights,) if weights.is_file() else ()

    def load(self, location: str) -> Model:
        """Compile the graph for the CPU.

        Raises:
            MissingDependencyError: OpenVINO is not installed.
            BrokenModelError: OpenVINO refuses the file, or its weights are not there.
        """
        openvino = require("openvino", self.extra)
        try:
            return CompiledModel(openvino, location)
        except RuntimeError as error:
            if not self.companions(location):
                raise BrokenModelError(
                    f"the weights of '{location}' are missing: there is no "
                    f"'{Path(location).with_suffix('.bin').name}' beside it",
                    hint="copy the .bin file of the same name into its folder",
                ) from error
            raise BrokenModelError(
                f"'{location}' cannot be loaded by OpenVINO: {reason(error)}",
                hint="check that the .xml and the .bin are of one export, and copy both again",
            ) from error
