"""A small HTTP server that speaks every protocol, and misbehaves on demand."""

# ruff: noqa: ANN401 (JSON and messages of any form)

import base64
import io
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast

import numpy as np
from PIL import Image

from modelkin.records import AnyArray, FloatArray

WEIGHTS = np.random.default_rng(5).normal(size=(4, 3))
NAMES = ("ant", "bee", "cat")


def softmax(rows: AnyArray) -> FloatArray:
    """The model behind every fake: four columns, three classes."""
    odds = np.exp(rows.astype(np.float64) @ WEIGHTS)
    return np.asarray(odds / odds.sum(axis=1, keepdims=True))


@dataclass
class Reply:
    """What goes back."""

    body: Any = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    cut: bool = False

    @property
    def content(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


Script = Callable[[dict[str, Any]], Reply]


@dataclass
class Fake:
    """One running server.

    Attributes:
        faults: replies given instead of the next answers; None answers properly.
        change: alters a proper answer before it goes out.
        rows: queries in each request that arrived.
        seen: headers of the last request.
        most: more queries in one request are refused with this many as the limit.
        refusal: status of that refusal.
    """

    url: str = ""
    faults: list[Reply | None] = field(default_factory=list)
    change: Callable[[Any], Any] = field(default=lambda answer: answer)
    rows: list[int] = field(default_factory=list)
    seen: dict[str, str] = field(default_factory=dict)
    bodies: list[Any] = field(default_factory=list)
    most: int = 10**9
    refusal: int = 413
    metadata: Any = None
    model: Callable[[AnyArray], AnyArray] = softmax
    key: str = ""

    @property
    def sent(self) -> int:
        """All queries that arrived."""
        return sum(self.rows)

    def get(self, path: str) -> Reply:
        """Metadata of every protocol."""
        known: dict[str, Any] = {
            "/v2/models/tiny": self.metadata or OIP,
            "/v1/models/tiny/metadata": self.metadata or TFS,
            "/v1/models/pictures": {},
            "/v1/models/tiny": {"model_version_status": [{"state": "AVAILABLE"}]},
            "/ping": b"",
            "/version": b"3.4.0",
        }
        return Reply(known[path]) if path in known else Reply({"error": "not found"}, status=404)

    def post(self, path: str, body: bytes, kind: str) -> Reply:
        """Count the queries, and answer them unless a fault is due."""
        if path == "/v2/repository/index":
            return Reply([{"name": "tiny", "state": "READY"}])
        content = json.loads(body) if kind == "application/json" else body
        self.bodies.append(content)
        queries, answer = _PROTOCOLS[path.removeprefix("/v1").removeprefix("/v2")]
        found = queries(content)
        self.rows.append(len(found))
        fault = self.faults.pop(0) if self.faults else None
        if fault is not None:
            return fault
        if len(found) > self.most:
            return Reply({"error": f"batch size exceeds {self.most}"}, status=self.refusal)
        rows = np.stack([_seen(one) if isinstance(one, bytes) else np.array(one) for one in found])
        return Reply(self.change(answer(self.model(rows), content)))


OIP = {
    "name": "tiny",
    "platform": "fake",
    "versions": ["1"],
    "inputs": [{"name": "x", "datatype": "FP64", "shape": [-1, 4]}],
    "outputs": [{"name": "probabilities", "datatype": "FP64", "shape": [-1, 3]}],
}
TFS = {
    "model_spec": {"name": "tiny"},
    "metadata": {
        "signature_def": {
            "signature_def": {
                "serving_default": {
                    "inputs": {
                        "x": {
                            "dtype": "DT_DOUBLE",
                            "tensor_shape": {"dim": [{"size": "-1"}, {"size": "4"}]},
                        }
                    },
                    "outputs": {
                        "p": {
                            "dtype": "DT_DOUBLE",
                            "tensor_shape": {"dim": [{"size": "-1"}, {"size": "3"}]},
                        }
                    },
                }
            }
        }
    },
}


def _seen(file: bytes) -> FloatArray:
    """The first four pixels of a picture that is (2, 2)."""
    return np.asarray(Image.open(io.BytesIO(file)), dtype=np.float64).ravel()[:4] / 255


def _oip_rows(content: dict[str, Any]) -> Any:
    tensor = content["inputs"][0]
    return np.array(tensor["data"]).reshape(tensor["shape"]).tolist()


def _oip_answer(scores: AnyArray, content: dict[str, Any]) -> Any:
    tensor = {
        "name": "probabilities",
        "datatype": "FP64",
        "shape": list(scores.shape),
        "data": scores.ravel().tolist(),
    }
    return {"model_name": "tiny", "id": content["id"], "outputs": [tensor]}


def _items(content: dict[str, Any]) -> Any:
    return [one["x"] for one in content["items"]]


def _item_answers(scores: AnyArray, content: dict[str, Any]) -> Any:
    rows = cast("list[Any]", scores.tolist())
    pairs = zip(content["items"], rows, strict=True)
    return {
        "results": [
            {"id": item["id"], "scores": dict(zip(NAMES, row, strict=True))} for item, row in pairs
        ]
    }


_PROTOCOLS: dict[str, tuple[Callable[[Any], Any], Callable[[AnyArray, Any], Any]]] = {
    "/models/tiny/infer": (_oip_rows, _oip_answer),
    "/models/tiny:predict": (lambda c: c["instances"], lambda s, _: {"predictions": s.tolist()}),
    "/invocations": (
        lambda c: c["inputs"] if "inputs" in c else c["dataframe_split"]["data"],
        lambda s, _: {"predictions": s.tolist()},
    ),
    "/predictions/tiny": (
        lambda c: [c["data"]],
        lambda s, _: dict(zip(NAMES, s[0].tolist(), strict=True)),
    ),
    "/predictions/picture": (lambda c: [c], lambda s, _: s[0].tolist()),
    "/models/pictures:predict": (
        lambda c: [base64.b64decode(one["b64"]) for one in c["instances"]],
        lambda s, _: {"predictions": s.tolist()},
    ),
    "/score": (_items, _item_answers),
    "/score-one": (lambda c: [c["x"]], lambda s, _: {"p": s[0].tolist()}),
}
ITEMS = (
    '{"request": {"items": [{"id": "$id", "x": "$each"}]}, "response": "results[*].scores", '
    '"ids": "results[*].id", "shape": [4]}'
)


@contextmanager
def serving(**settings: Any) -> Iterator[Fake]:
    """Run a fake on a free port of the loopback interface."""
    fake = Fake(**settings)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def log_message(self, *_: object) -> None:
            pass

        def do_GET(self) -> None:
            self._send(self._allowed() or fake.get(self.path))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            kind = self.headers.get("Content-Type", "")
            self._send(self._allowed() or fake.post(self.path, body, kind))

        def _allowed(self) -> Reply | None:
            fake.seen = dict(self.headers.items())
            given = self.headers.get("Authorization", "")
            if fake.key and given != fake.key:
                return Reply({"error": f"bad credentials: {given}"}, status=401)
            return None

        def _send(self, reply: Reply) -> None:
            time.sleep(reply.delay)
            content = reply.content
            try:
                self.send_response(reply.status)
                self.send_header("Content-Length", str(len(content) + 9 * reply.cut))
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)
                self.close_connection = reply.cut or self.close_connection
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True  # the client had no patience

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    fake.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
