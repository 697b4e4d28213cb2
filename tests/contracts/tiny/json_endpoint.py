"""A tiny server for the format ``json_endpoint``."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.models.fake_server import ITEMS, serving

from modelkin.records import EndpointOptions

SETTINGS = {"options": EndpointOptions(template=ITEMS)}


@contextmanager
def serve() -> Iterator[str]:
    with serving() as fake:
        yield fake.url + "/score"
