"""A tiny server for the format ``tfserving``."""

from collections.abc import Iterator
from contextlib import contextmanager

from modelkin.records import EndpointOptions
from tests.models.fake_server import serving

SETTINGS = {"options": EndpointOptions(template='{"shape": [4]}')}


@contextmanager
def serve() -> Iterator[str]:
    with serving() as fake:
        yield fake.url + "/v1/models/tiny"
