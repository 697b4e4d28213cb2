"""View files: another model, with its inputs or its answers changed."""

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from modelkin.errors import ModelkinError, ModelNotFoundError, UnsafeModelError
from modelkin.models.views.view_description import (
    VIEW_SUFFIX,
    ViewDescription,
    is_view,
    read_view,
)
from modelkin.protocols import Model, ModelFormat
from modelkin.records import EndpointOptions


@dataclass(frozen=True)
class ViewFile(ModelFormat):
    """A small JSON (.view.json) that names a model and what happens to its inputs and answers.

    Attributes:
        allow_code: also follow views of functions and URLs, and load files that run code.
        options: how to talk to the model, where it is a URL.
    """

    name: ClassVar[str] = "view_file"
    extensions: ClassVar[tuple[str, ...]] = (VIEW_SUFFIX,)
    loading: ClassVar[str] = (
        "the model that it names is opened by its own format, a file in a worker process; "
        "functions and URLs are followed with --allow-code only"
    )
    isolated: ClassVar[bool] = False
    allow_code: bool = False
    options: EndpointOptions = EndpointOptions()

    def recognises(self, location: str, first_bytes: bytes) -> bool:
        """Tell by the ending and an opening brace."""
        return is_view(location) and first_bytes.lstrip()[:1] == b"{"

    def load(self, location: str) -> Model:
        """Open the model behind the view.

        Raises:
            BrokenModelError: the JSON says something impossible.
            UnsafeModelError: it names code or a URL, which nobody allowed.
            ModelError: the model behind it cannot be opened.
        """
        # the model behind may be of any format, this one's own module included
        from modelkin.models.views.opening import open_behind
        from modelkin.models.views.viewed import Viewed, WiredView

        view = read_view(Path(location))
        self._require_allowed(location, view)
        inner = open_behind(view, allow_code=self.allow_code, endpoint=self.options)
        return WiredView(view, inner) if inner.wire is not None else Viewed(view, inner)

    def companions(self, location: str) -> tuple[Path, ...]:
        """The file of the model behind: other weights, other answers."""
        try:
            file = read_view(Path(location)).file
        except ModelkinError:
            return ()
        if file is None:
            return ()
        return (
            tuple(sorted(one for one in file.iterdir() if one.is_file()))
            if file.is_dir()
            else (file,)
        )

    def _require_allowed(self, location: str, view: ViewDescription) -> None:
        if is_view(view.model):
            raise UnsafeModelError(
                f"'{location}' is a view of a view",
                hint="name the model itself, and list all steps in one view",
            )
        plain = view.file is not None and str(view.file) == view.model
        if plain or self.allow_code:
            return
        if ":" not in view.model:
            raise ModelNotFoundError(
                f"'{location}' names the model '{view.model}', and there is no such file",
                hint="files are named from the folder of the view",
            )
        raise UnsafeModelError(
            f"'{location}' names '{view.model}', a function or a URL and no file",
            hint="pass --allow-code if you trust the view: a function is run, a URL is asked",
        )
