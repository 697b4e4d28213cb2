"""What opens one kind of model."""

import abc
from pathlib import Path
from typing import ClassVar

from modelkin.protocols.component import Component
from modelkin.protocols.model import Model
from modelkin.records import FloatArray


class ModelFormat(Component, abc.ABC):
    """Opens one kind of model.

    A format may have the fields ``allow_code`` and ``options`` (``EndpointOptions``): who opens
    a model fills in those that the format has.

    Attributes:
        extensions: usual file endings, with the dot.
        extra: the extra that installs its framework, or None when the core has it.
        runs_code: loading a file executes code that the file holds.
        loading: one sentence on what loading executes.
        sees_file: a path on disk is wanted (False: the location is a name, such as
            ``module:function``).
        sees_folder: a folder can be a model of this format.
        isolated: load it in a worker process (files and folders only).
    """

    extensions: ClassVar[tuple[str, ...]] = ()
    extra: ClassVar[str | None] = None
    runs_code: ClassVar[bool] = False
    loading: ClassVar[str]
    sees_file: ClassVar[bool] = True
    sees_folder: ClassVar[bool] = False
    isolated: ClassVar[bool] = True

    @abc.abstractmethod
    def recognises(self, location: str, first_bytes: bytes) -> bool:
        """Tell from the location and the first 4096 bytes (empty if no file) if it is ours."""

    @abc.abstractmethod
    def load(self, location: str) -> Model:
        """Open the model; frameworks are imported here and nowhere else.

        Raises:
            MissingDependencyError: the framework is not installed.
            BrokenModelError: the file cannot be loaded.
        """

    def companions(self, location: str) -> tuple[Path, ...]:
        """Other files without which the model is not what it is, such as its weights."""
        del location
        return ()

    def first_convolution(self, location: str) -> tuple[FloatArray, FloatArray] | None:
        """Kernel (out, height, width, in) and bias (out,) of the first layer, where readable.

        They tell which value range a picture model was trained on, when its file does not say.
        """
        del location
        return None
