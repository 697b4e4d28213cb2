"""Keeping one model's answers as a file that stands in for the model."""

import json
from pathlib import Path

from modelkin.models.inference import infer_preprocessing
from modelkin.models.opened import OpenedModel, open_model
from modelkin.models.recorded_table import write_recorded
from modelkin.models.sidecar import sidecar_path
from modelkin.models.stated_columns import as_json
from modelkin.pipeline.asking import ask, pool_for
from modelkin.pipeline.columns import agree_on_columns
from modelkin.pipeline.options import CompareOptions
from modelkin.pipeline.progress import Progress
from modelkin.records import Collected


def run_record(location: str, out: Path, options: CompareOptions, progress: Progress) -> Collected:
    """Ask one model a pool and write its answers, keyed by query id.

    Args:
        location: the model.
        out: answers file, .parquet, .csv or .npz; columns of known values are written beside it.
        options: the settings of the source's side.
        progress: told how far the asking is.

    Raises:
        ModelkinError: the model cannot be opened or asked.
    """
    opened = open_model(
        location,
        format_name=options.source_format,
        allow_code=options.allow_code,
        override=options.source_override,
        limits=options.limits,
        cache=options.cache,
        endpoint=options.source_endpoint,
    )
    pool = pool_for(opened, opened, options, progress)
    opened, _, _ = agree_on_columns(opened, opened, pool)
    found = ask(infer_preprocessing(opened, cache=options.cache), pool, options, progress)
    responses = found.responses
    ids = pool.ids
    write_recorded(
        out,
        [ids[position] for position in responses.index],
        responses.values,
        kind=responses.kind,
        labels=opened.signature.labels,
    )
    _keep_columns(out, opened)
    return found


def _keep_columns(out: Path, opened: OpenedModel) -> None:
    """Write beside the answers which values the queries stood for; what else is there stays."""
    beside = sidecar_path(out)
    content = json.loads(beside.read_text(encoding="utf-8")) if beside.is_file() else {}
    stated = dict(content.get("preprocessing", {}))
    stated.pop("columns", None)
    if any(column.known for column in opened.fed.columns):
        stated["columns"] = as_json(opened.fed.columns)
    if stated or beside.is_file():
        text = json.dumps({**content, "preprocessing": stated}, indent=1) + "\n"
        beside.write_text(text, encoding="utf-8")
