"""Options of verbs that take a URL as a model."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from modelkin.cli.sections import URLS

if TYPE_CHECKING:
    from modelkin.records import EndpointOptions

AdapterOption = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="Protocol of the URL: openinference, openinference-grpc, tfserving, mlflow, "
        "torchserve, json. [default: told by the URL, else asked]",
        rich_help_panel=URLS,
    ),
]
AdapterFileOption = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="JSON that describes the URL's requests, answers, shape and labels.",
        rich_help_panel=URLS,
    ),
]
HeaderOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME=env:VARIABLE",
        help="Header for the URL, its value from the environment; repeatable.",
        rich_help_panel=URLS,
    ),
]
TimeoutOption = Annotated[
    float,
    typer.Option(metavar="SECONDS", help="What a request may take.", rich_help_panel=URLS),
]
MaxBatchOption = Annotated[
    int | None,
    typer.Option(
        metavar="N", help="Most queries in one request. [default: 8]", rich_help_panel=URLS
    ),
]
RateOption = Annotated[
    float | None,
    typer.Option(metavar="N", help="Most requests a second.", rich_help_panel=URLS),
]

_HEADER = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+)=env:(\w+)")
_PLAIN_NAME = re.compile(r"([A-Za-z]+(?:-[A-Za-z]+)*)[=:] ?\S")


@dataclass(frozen=True, kw_only=True)
class Stated:
    """What was typed for one URL."""

    adapter: AdapterOption = None
    adapter_file: AdapterFileOption = None
    header: HeaderOption = None
    timeout: TimeoutOption = 30.0
    max_batch: MaxBatchOption = None
    rate: RateOption = None

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
            headers=tuple(_header(text) for text in self.header or ()),
            template=read_adapter_file(self.adapter_file) if self.adapter_file else "",
            timeout=self.timeout,
            max_batch=self.max_batch,
            rate=self.rate,
        )


def require_one_url(source: str, suspect: str, stated: Stated) -> None:
    """Refuse options for "the URL" where none or both sides are one.

    Args:
        source: location of the source.
        suspect: location of the suspect.
        stated: for the one URL.

    Raises:
        UsageError: it is open which side is meant; a header must not go to both.
    """
    from modelkin.errors import UsageError
    from modelkin.models.endpoints.address import is_url

    urls = [is_url(source), is_url(suspect)]
    meant = {
        "--adapter": stated.adapter,
        "--adapter-file": stated.adapter_file,
        "--header": stated.header,
    }
    given = [name for name, value in meant.items() if value]
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
