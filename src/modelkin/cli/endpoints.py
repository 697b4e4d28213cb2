"""Options of verbs that take a URL as a model."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from modelkin.records import EndpointOptions

AdapterOption = Annotated[
    str | None,
    typer.Option(
        help="Protocol of the URL: openinference, openinference-grpc, tfserving, mlflow, "
        "torchserve, json [default: told by the URL, else asked]."
    ),
]
AdapterFileOption = Annotated[
    Path | None,
    typer.Option(help="JSON that describes the URL's requests, answers, shape and labels."),
]
HeaderOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME=env:VARIABLE",
        help="Header for the URL, its value from the environment; repeatable.",
    ),
]
TimeoutOption = Annotated[float, typer.Option(help="Seconds that a request may take.")]
MaxBatchOption = Annotated[
    int | None, typer.Option(help="Most queries in one request [default: 8].")
]
RateOption = Annotated[float | None, typer.Option(help="Most requests a second.")]

_HEADER = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+)=env:(\w+)")
_PLAIN_NAME = re.compile(r"([A-Za-z]+(?:-[A-Za-z]+)*)[=:] ?\S")


@dataclass(frozen=True, kw_only=True)
class Stated:
    """What was typed for one URL."""

    adapter: str | None = None
    adapter_file: Path | None = None
    headers: Sequence[str] = ()
    timeout: float = 30.0
    max_batch: int | None = None
    rate: float | None = None

    def options(self) -> "EndpointOptions":
        """The same as settings.

        Raises:
            UsageError: a number is not positive, an adapter unknown, or a header malformed.
            SignatureError: the adapter file is malformed.
        """
        from modelkin.errors import UsageError
        from modelkin.models.endpoints.probing import adapter_name
        from modelkin.models.endpoints.settings import read_adapter_file
        from modelkin.records import EndpointOptions

        numbers = {"timeout": self.timeout, "max-batch": self.max_batch, "rate": self.rate}
        for name, value in numbers.items():
            if value is not None and not value > 0:
                raise UsageError(f"--{name} {value:g} is not positive", hint="pass more than 0")
        return EndpointOptions(
            adapter=adapter_name(self.adapter) if self.adapter else None,
            headers=tuple(_header(text) for text in self.headers),
            template=read_adapter_file(self.adapter_file) if self.adapter_file else "",
            timeout=self.timeout,
            max_batch=self.max_batch,
            rate=self.rate,
        )


def require_one_url(source: str, suspect: str, stated: dict[str, object]) -> None:
    """Refuse options for "the URL" where none or both sides are one.

    Args:
        source: location of the source.
        suspect: location of the suspect.
        stated: value by option name.

    Raises:
        UsageError: it is open which side is meant; a header must not go to both.
    """
    from modelkin.errors import UsageError
    from modelkin.models.endpoints.address import is_url

    urls = [is_url(source), is_url(suspect)]
    given = [name for name, value in stated.items() if value]
    if given and all(urls):
        side = given[0].removeprefix("--")
        raise UsageError(
            f"{given[0]} is meant for one URL, and both models are URLs",
            hint='state it in the section "endpoint" of --source-override and --suspect-override'
            if side == "adapter-file"
            else f"pass --source-{side} and --suspect-{side}",
        )
    if given and not any(urls):
        raise UsageError(
            f"{given[0]} is for a model behind a URL, and neither is one",
            hint="leave it out, or name a model as http://host:port/path",
        )


def _header(text: str) -> tuple[str, str]:
    from modelkin.errors import UsageError

    found = _HEADER.fullmatch(text)
    if found is None:
        # what was typed may be a secret, so that only a plain name is repeated here
        plain = _PLAIN_NAME.match(text)
        name = plain.group(1) if plain else "NAME"
        raise UsageError(
            f"the header {name} does not name an environment variable",
            hint="values are never typed, for reports keep the command line: "
            f'export VARIABLE=... and pass --header "{name}=env:VARIABLE"',
        )
    return found.group(1), found.group(2)
