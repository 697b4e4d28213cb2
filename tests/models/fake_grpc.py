"""A small gRPC server of the Open Inference Protocol, on the stubs that tritonclient ships."""

# ruff: noqa: ANN401 (JSON and messages of any form)

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import numpy as np
from tests.models.fake_server import softmax


@contextmanager
def serving() -> Iterator[tuple[str, list[Any]]]:
    """Run it on a free port; faults are (status, text) pairs given instead of answers."""
    import grpc
    from tritonclient.grpc import service_pb2 as messages
    from tritonclient.grpc import service_pb2_grpc as stubs

    faults: list[Any] = []

    class Service(stubs.GRPCInferenceServiceServicer):  # type: ignore[misc]
        def ModelMetadata(self, request: Any, context: Any) -> Any:  # noqa: N802 (its name)
            if request.name != "tiny":
                context.abort(grpc.StatusCode.NOT_FOUND, f"no model {request.name}")
            of = messages.ModelMetadataResponse.TensorMetadata
            return messages.ModelMetadataResponse(
                name="tiny",
                inputs=[of(name="x", datatype="FP64", shape=[-1, 4])],
                outputs=[of(name="probabilities", datatype="FP64", shape=[-1, 3])],
            )

        def ModelInfer(self, request: Any, context: Any) -> Any:  # noqa: N802 (its name)
            if faults:
                status, text = faults.pop(0)
                context.abort(getattr(grpc.StatusCode, status), text)
            [given] = request.inputs
            rows = np.frombuffer(request.raw_input_contents[0]).reshape(list(given.shape))
            scores = softmax(rows)
            answer = messages.ModelInferResponse(
                model_name="tiny", raw_output_contents=[scores.tobytes()]
            )
            tensor = answer.outputs.add(name="probabilities", datatype="FP64")
            tensor.shape.extend(scores.shape)
            return answer

    server = grpc.server(ThreadPoolExecutor(2))
    stubs.add_GRPCInferenceServiceServicer_to_server(Service(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield f"grpc://127.0.0.1:{port}/tiny", faults
    finally:
        server.stop(0).wait()
