"""Building the zoo: two processes, one thread each, resumable."""

import importlib
from collections.abc import Callable
from functools import partial
from pathlib import Path

from modelkin.bench.dataless.image_set import load_set
from modelkin.bench.dataless.member import Kind
from modelkin.bench.dataless.sidecars import write_sidecars
from modelkin.bench.dataless.zoo import Zoo
from modelkin.bench.processes import each
from modelkin.errors import UsageError
from modelkin.models.extras import require

_JOB = "modelkin.bench.dataless.training.job"
_MODULES = {
    Kind.CNN: ("torch", "onnx"),
    Kind.SVM: ("torch", "sklearn", "skimage", "skops"),
    Kind.GAN: ("torch", "onnx"),
}


def build_zoo(zoo: Zoo, data: Path, *, progress: Callable[[int], None]) -> None:
    """Train every model that is not there yet; what fails is written down and the rest goes on.

    Args:
        zoo: where to and which.
        data: folder of the image sets.
        progress: told how many models were just finished.

    Raises:
        MissingDependencyError: a framework is not installed.
        UsageError: an image set is missing, or no model could be built.
    """
    # here: two workers would decode a set twice
    for name in sorted({member.data for member in zoo.members}):
        load_set(data, name, cache=zoo.folder / "sets")
    for name in sorted({maker.data for maker in zoo.makers}):
        load_set(data, name, cache=zoo.folder / "sets", classes=None)
    every = (*zoo.makers, *zoo.members)
    waiting = [member for member in every if not zoo.built(member)]
    progress(len(every) - len(waiting))
    if waiting:
        for module in sorted({name for one in waiting for name in _MODULES[one.kind]}):
            require(module, "bench")
        job = importlib.import_module(_JOB)
        each(partial(job.build, zoo, data), waiting, progress=progress, prepare=job.prepare)
    write_sidecars(zoo)
    if not any(zoo.built(member) for member in zoo.members):
        reason = next(iter(zoo.holes().values()), "it has no members")
        raise UsageError(
            f"none of the {len(zoo.members)} models in '{zoo.folder}' could be built ({reason})",
            hint="see the logs folder there",
        )
