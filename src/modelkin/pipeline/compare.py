"""One pair end to end: open, ask, judge, report."""

import datetime as dt
import time
from collections.abc import Sequence
from dataclasses import replace

from modelkin.models.opened import OpenedModel
from modelkin.pipeline.asking_everyone import ask_everyone
from modelkin.pipeline.cast import cast_for
from modelkin.pipeline.concluding import conclude
from modelkin.pipeline.evidence import Evidence, evidence_of
from modelkin.pipeline.export_check import check_export
from modelkin.pipeline.material import material_of
from modelkin.pipeline.options import CompareOptions
from modelkin.pipeline.progress import Progress
from modelkin.pipeline.reporting import report_of
from modelkin.pipeline.run_info import run_info
from modelkin.records import Report


def run_compare(
    source: str | OpenedModel,
    suspect: str | OpenedModel,
    references: Sequence[str],
    options: CompareOptions,
    progress: Progress,
) -> tuple[Report, Evidence]:
    """Compare two models.

    Args:
        source: the claimed original: its location, or the opened model.
        suspect: the model that may derive from it, likewise.
        references: files, folders and patterns of honest models.
        options: all settings.
        progress: told how far the asking is.

    Raises:
        ModelkinError: the pair cannot be compared; the message names what is wrong.
    """
    started, clock = dt.datetime.now(dt.UTC), time.perf_counter()
    cast = cast_for(source, suspect, references, options, progress)
    everyone = ask_everyone(cast, options, progress)
    material = material_of(cast, everyone, options)
    conclusion = conclude(material)
    first, second = cast.sides
    # a diagnosis would ask the suspect more than was chosen
    parity, probes = (
        (None, 0)
        if cast.select is not None
        else check_export(conclusion.judgement, second, cast.pool, options)
    )
    sides = (first, replace(second, probes=second.probes + probes))
    for side in sides:
        side.close()
    report = report_of(
        cast,
        everyone,
        conclusion,
        options,
        sides=sides,
        parity=parity,
        run=run_info(options, started, time.perf_counter() - clock),
    )
    return report, evidence_of(material, conclusion, report, options)
