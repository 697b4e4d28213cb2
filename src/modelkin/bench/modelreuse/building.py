"""Building the zoo: two processes, one thread each, resumable."""

import importlib
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, wait
from pathlib import Path

from modelkin.bench.modelreuse.entry import Entry
from modelkin.bench.modelreuse.zoo import Zoo
from modelkin.bench.processes import workers
from modelkin.models.extras import require

_JOB = "modelkin.bench.modelreuse.training.job"
_AHEAD = 4  # enough that no process waits, few enough that a failed parent is seen early


def build_zoo(zoo: Zoo, data: Path, *, progress: Callable[[int], None]) -> None:
    """Train every model that is not there yet; what fails is written down and the rest goes on.

    Args:
        zoo: where to and which.
        data: folder of the image sets.
        progress: told how many models were just finished.

    Raises:
        MissingDependencyError: torch or onnx is not installed.
    """
    waiting = [entry for entry in zoo.entries if not zoo.built(entry)]
    for entry in waiting:
        zoo.forget(entry)  # what failed before is tried again
    progress(len(zoo.entries) - len(waiting))
    if not waiting:
        zoo.write_manifest()
        return
    for module in ("torch", "onnx", "safetensors"):
        require(module, "bench")
    job = importlib.import_module(_JOB)
    running: dict[Future[str], Entry] = {}
    with workers(job.prepare) as pool:
        while waiting or running:
            for entry in [entry for entry in waiting if _settled(zoo, entry)]:
                if len(running) >= _AHEAD:
                    break
                waiting.remove(entry)
                lost = _lost_parent(zoo, entry)
                if lost:
                    zoo.keep(entry, {"failed": lost})
                    progress(1)
                else:
                    running[pool.submit(job.build, zoo, entry, data)] = entry
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                del running[future]
                future.result()
                progress(1)
    zoo.write_manifest()


def _settled(zoo: Zoo, entry: Entry) -> bool:
    return not entry.parent or zoo.log(zoo.by_name[entry.parent]) is not None


def _lost_parent(zoo: Zoo, entry: Entry) -> str:
    if entry.parent and not zoo.built(zoo.by_name[entry.parent]):
        return f"its parent '{entry.parent}' could not be built"
    return ""
