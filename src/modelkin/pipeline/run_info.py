"""How a run was made, for its report."""

import datetime as dt
import importlib.metadata
import platform

from modelkin.pipeline.options import CompareOptions
from modelkin.records import RunInfo

_VERSIONS = ("modelkin", "numpy", "onnxruntime")


def run_info(options: CompareOptions, started: dt.datetime, seconds: float) -> RunInfo:
    """Versions, command, time and seed.

    Args:
        options: of the run.
        started: when, in UTC.
        seconds: that it took.
    """
    versions = {name: importlib.metadata.version(name) for name in _VERSIONS}
    return RunInfo(
        versions={**versions, "python": platform.python_version()},
        command=options.command,
        started=started.isoformat(timespec="seconds"),
        seconds=seconds,
        seed=options.seed,
    )
