"""Opening the model behind a view, fed as the view says."""

import tempfile
from dataclasses import replace
from pathlib import Path

from modelkin.models.inference import infer_preprocessing
from modelkin.models.opened import OpenedModel, is_open, open_model
from modelkin.models.overrides import apply_override
from modelkin.models.views.view_description import ViewDescription
from modelkin.records import EndpointOptions


def open_behind(
    view: ViewDescription, *, allow_code: bool, endpoint: EndpointOptions
) -> OpenedModel:
    """Open it; its value range is found out where neither the view nor its file states one.

    Args:
        view: what the file says.
        allow_code: load files that run code when loaded.
        endpoint: how to talk to it, where it is a URL.

    Raises:
        ModelError: it cannot be opened.
    """
    inner = open_model(view.model, allow_code=allow_code, endpoint=endpoint)
    if view.output is not None:
        inner = replace(inner, sidecar=replace(inner.sidecar, output=view.output))
    if inner.preprocessing is not None and view.preprocessing:
        changed = apply_override(inner.preprocessing, view.preprocessing)
        stated = {**inner.sidecar.preprocessing, **view.preprocessing}
        sidecar = replace(inner.sidecar, preprocessing=stated)
        inner = replace(inner, preprocessing=changed, sidecar=sidecar)
    if is_open(inner):
        return inner
    with tempfile.TemporaryDirectory(prefix="modelkin-") as folder:
        return infer_preprocessing(inner, cache=Path(folder))
