"""Starting real model servers, each from a virtual environment of its own."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

_PATIENCE = 90.0
SCRIPTS = Path(__file__).parent / "scripts"


def venv(name: str) -> Path:
    """The folder of programs of one server's environment; skips where it is not there."""
    named = os.environ.get("MODELKIN_SERVER_VENVS")
    folder = Path(named or "none") / name / "bin"
    if not (folder / "python").exists():
        why = f"needs MODELKIN_SERVER_VENVS, a folder with an environment '{name}'"
        if "servers" in os.environ.get("MODELKIN_REQUIRE", "").split(","):
            pytest.fail(why)
        pytest.skip(f"{why}: make lane-servers")
    return folder.absolute()


def free_ports(n: int) -> list[int]:
    """Ports that nobody listens on now."""
    sockets = [socket.socket() for _ in range(n)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in sockets]
    finally:
        for one in sockets:
            one.close()


@contextmanager
def running(command: Sequence[str | Path], ready: str, folder: Path) -> Iterator[None]:
    """Run a server until the block ends; its output is kept in ``folder/server.log``.

    Args:
        command: what to run.
        ready: URL that answers 200 once the server is ready.
        folder: where it runs.
    """
    log = folder / "server.log"
    programs = str(Path(command[0]).parent)
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith("PYTEST")},
        "PATH": f"{programs}:{os.environ['PATH']}",
        "BENTOML_DO_NOT_TRACK": "1",
        "MLFLOW_DISABLE_TELEMETRY": "true",
    }
    with log.open("wb") as output:
        started = subprocess.Popen(
            list(map(str, command)),
            cwd=folder,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            _wait(started, ready, log)
            yield
        finally:
            _stop(started)


def _wait(started: subprocess.Popen[bytes], ready: str, log: Path) -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        if started.poll() is not None:
            break
        try:
            if httpx.get(ready, timeout=2).status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.2)
    pytest.fail(f"the server did not become ready:\n{log.read_text(errors='replace')[-3000:]}")


def _stop(started: subprocess.Popen[bytes]) -> None:
    """End the process group that we started."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(started.pid, sign)
            started.wait(timeout=10)
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue
