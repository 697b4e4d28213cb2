"""A file model in a process of its own, so that its crash, hang or hunger ends only itself."""

import contextlib
import importlib.metadata
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import weakref
from collections.abc import Mapping
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from modelkin import errors
from modelkin.errors import BrokenModelError, ModelkinError, PredictionError
from modelkin.models.arena import Arena
from modelkin.protocols import ModelFormat
from modelkin.records import AnyArray, Batch, FloatArray, Limits, Signature
from modelkin.store import signature_from_dict, signature_to_dict

_LONGEST_MESSAGE = 1 << 26  # a signature names every column of a table, and its categories
_FAST = Path("/dev/shm")  # noqa: S108 (a private folder is made in it)


class WorkerModel:
    """Stands in for a model that lives in a worker process, started when it is first needed.

    Args:
        location: the model's file.
        format_name: registry name of its format.
        options: fields of the format to set.
        limits: what the process may use.
        signature: the model's own, where it is known from an earlier run.
    """

    def __init__(
        self,
        location: str,
        format_name: str,
        *,
        options: Mapping[str, Any],
        limits: Limits,
        signature: Signature | None = None,
    ) -> None:
        self._order = {"location": location, "format": format_name, "options": dict(options)}
        self._limits = limits
        self._running: _Process | None = None
        self._signature = signature
        if signature is None:
            self._start()

    @property
    def signature(self) -> Signature:
        """Inputs and outputs as the model itself declares them."""
        if self._signature is None:
            self._start()
        if self._signature is None:
            raise BrokenModelError("the worker gave no signature", hint="load the model elsewhere")
        return self._signature

    def predict(self, batch: Batch) -> tuple[AnyArray, ...]:
        """Answer a batch in the worker.

        Raises:
            PredictionError: it crashed, took too long or too much, or failed in its own way.
        """
        process = self._start()
        arrays = process.given.put(batch.inputs)
        reply = self._talk(process, {"do": "predict", "n": len(batch), "arrays": arrays})
        return process.answers.get(reply["arrays"])

    def first_convolution(self) -> tuple[FloatArray, FloatArray] | None:
        """Kernel and bias of the first layer, where the format can read them."""
        process = self._start()
        reply = self._talk(process, {"do": "first_convolution"})
        if reply["arrays"] is None:
            return None
        kernel, bias = process.answers.get(reply["arrays"])
        return kernel.astype("float64"), bias.astype("float64")

    def close(self) -> None:
        """End the process; it is started again when needed."""
        if self._running is not None:
            self._running.end()
            self._running = None

    def _start(self) -> "_Process":
        if self._running is None:
            process = _Process()
            order = {
                **self._order,
                "folder": str(process.folder),
                "memory_gib": self._limits.memory_gib,
            }
            self._running = process
            reply = self._talk(process, order)
            self._signature = signature_from_dict(reply["signature"])
        return self._running

    def _talk(self, process: "_Process", message: Mapping[str, Any]) -> dict[str, Any]:
        """One message there and its reply back; a process that gives none is ended."""
        try:
            process.connection.send_bytes(json.dumps(message).encode())
            if not process.connection.poll(self._limits.seconds):
                self.close()
                raise PredictionError(
                    f"'{self._order['location']}' did not answer within "
                    f"{self._limits.seconds:g} seconds and was ended",
                    hint="pass --time-limit SECONDS with more, or fewer queries",
                )
            reply: dict[str, Any] = json.loads(process.connection.recv_bytes(_LONGEST_MESSAGE))
        except (EOFError, OSError, ValueError) as error:
            how = process.how_it_ended()
            self.close()
            raise PredictionError(
                f"'{self._order['location']}' {how} in its worker process",
                hint="the file is damaged, hostile, or too large for this machine; "
                "--memory-limit GIB allows more",
            ) from error
        if "error" in reply:
            raise _as_error(reply, str(self._order["location"]))
        return reply


def open_isolated(
    location: str,
    chosen: ModelFormat,
    digest: str,
    *,
    options: Mapping[str, Any],
    limits: Limits,
    cache: Path | None,
) -> WorkerModel:
    """Open a file in a worker, or only remember its signature from an earlier run.

    Args:
        location: the file.
        chosen: its format.
        digest: sha256 of the file.
        options: fields of the format to set.
        limits: what the process may use.
        cache: folder that remembers signatures, or None.

    Raises:
        ModelError: it cannot be loaded.
    """
    version = importlib.metadata.version("modelkin")
    kept = cache / "signatures" / f"{digest[:32]}-{chosen.name}-{version}.json" if cache else None
    known = None
    if kept is not None and kept.is_file():
        with contextlib.suppress(ValueError, ModelkinError):
            known = signature_from_dict(json.loads(kept.read_text(encoding="utf-8")))
    model = WorkerModel(location, chosen.name, options=options, limits=limits, signature=known)
    if kept is not None and known is None:
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps(signature_to_dict(model.signature)), encoding="utf-8")
    return model


class _Process:
    """The worker, its connection and the two files that carry arrays."""

    def __init__(self) -> None:
        fast = str(_FAST) if os.access(_FAST, os.W_OK) else None
        self.folder = Path(tempfile.mkdtemp(prefix="modelkin-", dir=fast))
        self.given, self.answers = (Arena(self.folder / name) for name in ("given", "answers"))
        ours, theirs = socket.socketpair()
        self._child = subprocess.Popen(  # noqa: S603 (our own module)
            [sys.executable, "-m", "modelkin.models.worker", str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        theirs.close()
        self.connection = Connection(ours.detach())
        self.end = weakref.finalize(
            self, _end, self._child, self.connection, (self.given, self.answers), self.folder
        )

    def how_it_ended(self) -> str:
        """In words, from the exit status."""
        try:
            code = self._child.wait(5)
        except subprocess.TimeoutExpired:
            return "broke off the talk"
        if code == -signal.SIGKILL:
            return "was killed (most likely out of memory)"
        if code < 0:
            return f"crashed ({signal.Signals(-code).name})"
        return f"ended by itself (exit code {code})"


def _end(
    child: "subprocess.Popen[bytes]",
    connection: Connection,
    arenas: tuple[Arena, ...],
    folder: Path,
) -> None:
    connection.close()
    child.kill()
    child.wait()
    for arena in arenas:
        with contextlib.suppress(BufferError):
            arena.close()
    shutil.rmtree(folder, ignore_errors=True)


def _as_error(reply: Mapping[str, Any], location: str) -> ModelkinError:
    """The worker's error as ours; what it names is not trusted to be a class of ours."""
    kind = getattr(errors, str(reply["error"]), None)
    message, hint = str(reply.get("message", "")), str(reply.get("hint", ""))
    if not (isinstance(kind, type) and issubclass(kind, ModelkinError)):
        kind = PredictionError
    named = message if location in message else f"'{location}': {message}"
    error: ModelkinError = kind(named, hint=hint)
    return error
