"""The process around one model: loads it, answers batches, hands arrays through shared memory.

Started by ``isolation``; speaks length-prefixed JSON over one connection, and never pickle.
"""

import contextlib
import dataclasses
import json
import sys
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from modelkin.errors import ModelkinError
from modelkin.models.arena import Arena
from modelkin.models.loading import load_model
from modelkin.protocols import Model, ModelFormat
from modelkin.records import Batch
from modelkin.registry import part
from modelkin.store import signature_to_dict

_GIB = 1 << 30


def serve(connection: Connection) -> None:
    """Load the model named in the first message, then answer until the connection ends."""
    order = json.loads(connection.recv_bytes())
    folder = Path(order["folder"])
    _limit_memory(order["memory_gib"])
    given, answers = Arena(folder / "given"), Arena(folder / "answers")
    chosen: ModelFormat = part(ModelFormat, order["format"])()  # type: ignore[type-abstract]
    known = {field.name for field in dataclasses.fields(chosen)}
    options = {key: value for key, value in order["options"].items() if key in known}
    chosen = dataclasses.replace(chosen, **options)
    loaded: list[Model] = []

    def load() -> dict[str, Any]:
        loaded.append(load_model(chosen, order["location"]))
        return {"signature": signature_to_dict(loaded[0].signature)}

    if not _reply(connection, load):
        return
    while True:
        try:
            message = json.loads(connection.recv_bytes())
        except EOFError:
            return

        def work(message: dict[str, Any] = message) -> dict[str, Any]:
            if message["do"] == "first_convolution":
                found = chosen.first_convolution(order["location"])
                return {"arrays": answers.put(found) if found else None}
            batch = Batch(ids=("",) * message["n"], inputs=given.get(message["arrays"]))
            return {"arrays": answers.put(loaded[0].predict(batch))}

        _reply(connection, work)


def _reply(connection: Connection, work: Callable[[], dict[str, Any]]) -> bool:
    """Do the work and send its result or its error."""
    try:
        reply, done = work(), True
    except ModelkinError as error:
        reply, done = _failure(type(error).__name__, str(error), error.hint), False
    except MemoryError:
        reply = _failure("PredictionError", "it ran out of its memory limit", _MEMORY_HINT)
        done = False
    except Exception as error:  # noqa: BLE001 (whatever a runtime raises must cross the border)
        text = f"{type(error).__name__}: {error}"
        reply, done = (
            _failure("PredictionError", text, "check the model in its own framework"),
            False,
        )
    connection.send_bytes(json.dumps(reply).encode())
    return done


_MEMORY_HINT = "pass --memory-limit GIB with more, or fewer queries at once"


def _failure(kind: str, message: str, hint: str) -> dict[str, Any]:
    return {"error": kind, "message": message[:2000], "hint": hint[:500]}


def _limit_memory(gib: float) -> None:
    """Limit data memory; address space is left alone, since runtimes reserve far more than use."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        size = int(gib * _GIB)
        resource.setrlimit(resource.RLIMIT_DATA, (size, size))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    with contextlib.suppress(BrokenPipeError, ConnectionResetError, EOFError):
        serve(Connection(int(sys.argv[1])))
