"""A tiny server for the format ``json_endpoint``."""

from collections.abc import Iterator
from contextlib import contextmanager

from modelkin.records import EndpointOptions
from tests.models.fake_server import ITEMS, serving

SETTINGS = {"options": EndpointOptions(template=ITEMS)}


@contextmanager
def serve() -> Iterator[str]:
    with serving() as fake:
        yield fake.url + "/score"
