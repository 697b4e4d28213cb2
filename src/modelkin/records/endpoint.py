"""How an endpoint is talked to; secrets are only named here, never held."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class EndpointOptions:
    """Settings of one side that answers over a network.

    Attributes:
        adapter: registry name of the format that speaks its protocol; None lets the URL decide.
        chosen_by: how the adapter was chosen, for people.
        headers: (header, environment variable) pairs; the values are read when a request is made.
        template: JSON text of the adapter's own settings, such as request and response of a
            custom endpoint; empty for none.
        timeout: seconds that one request may take.
        tries: how often a request is put on the wire before it is given up.
        backoff: seconds before the second try; doubles with each, plus a random part.
        max_batch: most queries in one request; None starts with 8.
        rate: most requests a second; None for no limit.
    """

    adapter: str | None = None
    chosen_by: str = "named"
    headers: tuple[tuple[str, str], ...] = ()
    template: str = ""
    timeout: float = 30.0
    tries: int = 5
    backoff: float = 0.5
    max_batch: int | None = None
    rate: float | None = None
