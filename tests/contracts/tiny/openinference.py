"""A tiny server for the format ``openinference``."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.models.fake_server import serving

from modelkin.records import EndpointOptions

SETTINGS = {"options": EndpointOptions(template='{"shape": [4]}')}


@contextmanager
def serve() -> Iterator[str]:
    with serving() as fake:
        yield fake.url + "/v2/models/tiny"
