"""A tiny gRPC server for the format ``openinference_grpc``."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.models.fake_grpc import serving


@contextmanager
def serve() -> Iterator[str]:
    with serving() as (url, _):
        yield url
