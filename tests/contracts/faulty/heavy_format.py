"""A format that imports its framework (here: Pillow) before it is needed."""

from dataclasses import dataclass
from typing import ClassVar

from PIL import Image

from modelkin.errors import BrokenModelError
from modelkin.protocols import Model, ModelFormat


@dataclass(frozen=True)
class HeavyFormat(ModelFormat):
    """Pictures, which are no models."""

    name: ClassVar[str] = "heavy_format"
    loading: ClassVar[str] = "nothing is run"

    def recognises(self, location: str, first_bytes: bytes) -> bool:
        return location.endswith(".png") and first_bytes.startswith(b"\x89PNG")

    def load(self, location: str) -> Model:
        with Image.open(location) as picture:
            raise BrokenModelError(f"{location} is a picture of {picture.size}", hint="draw less")
