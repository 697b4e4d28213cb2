"""The comparison of a pair as a check of an export."""

from dataclasses import replace

from modelkin.answers.parity import measure_parity
from modelkin.models.opened import OpenedModel
from modelkin.pipeline.diagnosis import diagnose
from modelkin.pipeline.feeding import in_reals
from modelkin.pipeline.judging import Judgement
from modelkin.pipeline.options import CompareOptions
from modelkin.records import Parity, Pool


def check_export(
    judgement: Judgement, suspect: OpenedModel, pool: Pool, options: CompareOptions
) -> tuple[Parity | None, int]:
    """Measure how exactly the suspect repeats the source, and look for the cause if it does not.

    Args:
        judgement: of the pair.
        suspect: may be asked again with other preprocessing.
        pool: the queries.
        options: of the compare.

    Returns:
        The parity, None where there is none to speak of, and the queries spent on its diagnosis.
    """
    if judgement.alignment.label_sets == "permuted":
        note = f"the classes stand in another order: {judgement.alignment.note}"
    else:
        note = None
    parity = measure_parity(judgement.source, judgement.suspect, pool.ids)
    # what is fed as equal reals tells nothing of how an export is fed
    if parity is None or options.access is not None or in_reals(pool):
        return parity, 0
    parity = replace(parity, diagnosis=note or parity.diagnosis)
    return diagnose(parity, suspect, judgement.source, pool)
