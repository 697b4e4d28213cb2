"""Putting the pool of its group to every model, once."""

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from modelkin.answers.coverage import measure_coverage
from modelkin.bench.field.opening import Opened, ready, reason
from modelkin.bench.field.questions import as_tokens
from modelkin.bench.processes import each, stay
from modelkin.errors import ConstantAnswersError, ModelkinError, PredictionError
from modelkin.models.opened import OpenedModel
from modelkin.pipeline.feeding import subject_for
from modelkin.queries.building import build_pool
from modelkin.queries.naming import parse_pool_name
from modelkin.records import Collected, Pool, Responses
from modelkin.responses.collect import collect


@dataclass(frozen=True, kw_only=True, eq=False)
class Answered:
    """What became of asking a model.

    Attributes:
        file: its name in the corpus.
        responses: its answers; None where it failed or gave one constant answer.
        mute: why nothing can be told from its answers, or empty.
        failed: why it could not be asked, or empty.
        seconds: the asking took, 0 where the answers were recorded.
        group: models that were asked the same, where it is not the one it was opened for.
    """

    file: str
    responses: Responses | None = None
    mute: str = ""
    failed: str = ""
    seconds: float = 0.0
    group: str = ""


def ask_all(
    folder: Path,
    opened: Sequence[Opened],
    *,
    cache: Path,
    progress: Callable[[int], None],
) -> list[Answered]:
    """Ask in two processes; what is recorded is not asked again.

    Args:
        folder: of the files.
        opened: the models that could be opened.
        cache: folder of pools and answers.
        progress: told how many models have just answered everything.
    """
    for name in dict.fromkeys(one.pool for one in opened):  # two processes would both make them
        _pool(name, cache)
    jobs = [(one.file, one.pool) for one in opened]
    return each(functools.partial(_one, folder, cache), jobs, progress=progress, prepare=stay)


@functools.lru_cache(maxsize=1)  # reading it back checks half a gigabyte
def _pool(name: str, cache: Path) -> Pool:
    return build_pool(parse_pool_name(name), cache=cache)


def _one(folder: Path, cache: Path, job: tuple[str, str]) -> Answered:
    file, name = job
    group = ""
    try:
        opened = ready(folder / file, cache)
        try:
            found = _collected(opened, name, cache)
        except PredictionError:
            # a table of words fails on reals; what fails on small whole numbers too stays failed
            tokens = as_tokens(opened, name)
            if tokens is None:
                raise
            group, name = tokens
            found = _collected(opened, name, cache)
        finally:
            opened.close()
    except ConstantAnswersError:
        return Answered(file=file, mute="gave one and the same answer to every query", group=group)
    except ModelkinError as error:
        return Answered(file=file, failed=reason(error, folder))
    parts = measure_coverage(found.responses)
    seconds = found.seconds if found.asked_now else 0.0
    mute = "every part of the pool saturates it" if all(one.saturated for one in parts) else ""
    named = replace(found.responses, model=file)
    return Answered(file=file, responses=named, mute=mute, seconds=seconds, group=group)


def _collected(opened: OpenedModel, name: str, cache: Path) -> Collected:
    pool = _pool(name, cache)
    return collect(subject_for(opened, pool), pool, cache=cache)
