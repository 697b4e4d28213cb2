"""Keeping one model's answers as a file that stands in for the model."""

from pathlib import Path

from modelkin.models.inference import infer_preprocessing
from modelkin.models.opened import open_model
from modelkin.models.recorded_table import write_recorded
from modelkin.pipeline.asking import ask, pool_for
from modelkin.pipeline.options import CompareOptions
from modelkin.pipeline.progress import Progress
from modelkin.records import Collected


def run_record(location: str, out: Path, options: CompareOptions, progress: Progress) -> Collected:
    """Ask one model a pool and write its answers, keyed by query id.

    Args:
        location: the model.
        out: answers file, .parquet, .csv or .npz.
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
    return found
