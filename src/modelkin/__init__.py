"""Tells from behaviour alone whether machine-learning models are related.

The names below are the public API; each is imported when it is first used, so that importing
modelkin stays cheap and loads no framework.
"""

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from modelkin.answers.multiplicity import e_bh, holm
    from modelkin.errors import ModelkinError
    from modelkin.models.opened import open_model
    from modelkin.pipeline.api import challenge, compare, dataset_use, verify
    from modelkin.queries.opening import open_pool
    from modelkin.records import (
        Access,
        DatasetReport,
        Decision,
        Failed,
        NullKind,
        Relation,
        Report,
        Responses,
        Skipped,
        Verdict,
    )
    from modelkin.report.as_html import render_html
    from modelkin.report.as_json import render_json
    from modelkin.zoo.zoo import Zoo

__version__ = "0.1.0"

_HOMES = {
    "Access": "modelkin.records",
    "DatasetReport": "modelkin.records",
    "Decision": "modelkin.records",
    "Failed": "modelkin.records",
    "ModelkinError": "modelkin.errors",
    "NullKind": "modelkin.records",
    "Relation": "modelkin.records",
    "Report": "modelkin.records",
    "Responses": "modelkin.records",
    "Skipped": "modelkin.records",
    "Verdict": "modelkin.records",
    "Zoo": "modelkin.zoo.zoo",
    "challenge": "modelkin.pipeline.api",
    "compare": "modelkin.pipeline.api",
    "dataset_use": "modelkin.pipeline.api",
    "e_bh": "modelkin.answers.multiplicity",
    "holm": "modelkin.answers.multiplicity",
    "open_model": "modelkin.models.opened",
    "open_pool": "modelkin.queries.opening",
    "render_html": "modelkin.report.as_html",
    "render_json": "modelkin.report.as_json",
    "verify": "modelkin.pipeline.api",
}

__all__ = [
    "Access",
    "DatasetReport",
    "Decision",
    "Failed",
    "ModelkinError",
    "NullKind",
    "Relation",
    "Report",
    "Responses",
    "Skipped",
    "Verdict",
    "Zoo",
    "challenge",
    "compare",
    "dataset_use",
    "e_bh",
    "holm",
    "open_model",
    "open_pool",
    "render_html",
    "render_json",
    "verify",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'modelkin' has no attribute '{name}'")
    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
