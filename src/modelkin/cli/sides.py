"""Options of verbs that take a URL on either side."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated

import typer

from modelkin.cli.endpoints import Stated
from modelkin.cli.sections import URLS

if TYPE_CHECKING:
    from modelkin.records import EndpointOptions


@dataclass(frozen=True, kw_only=True)
class Sides:
    """What was typed for the one side or the other."""

    source_adapter: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Protocol of SOURCE's URL.", rich_help_panel=URLS),
    ] = None
    suspect_adapter: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Protocol of SUSPECT's URL.", rich_help_panel=URLS),
    ] = None
    source_header: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=env:VARIABLE",
            help="Header for SOURCE alone; repeatable.",
            rich_help_panel=URLS,
        ),
    ] = None
    suspect_header: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=env:VARIABLE",
            help="Header for SUSPECT alone; repeatable.",
            rich_help_panel=URLS,
        ),
    ] = None

    def options(self, either: Stated) -> "tuple[EndpointOptions, EndpointOptions]":
        """Settings of source and suspect.

        Args:
            either: what holds for whichever is a URL.

        Raises:
            UsageError: a number is not positive, an adapter unknown, or a header malformed.
            SignatureError: the adapter file is malformed.
        """
        source = replace(
            either,
            adapter=self.source_adapter or either.adapter,
            header=[*(either.header or ()), *(self.source_header or ())],
        )
        suspect = replace(
            either,
            adapter=self.suspect_adapter or either.adapter,
            header=[*(either.header or ()), *(self.suspect_header or ())],
        )
        return source.options(), suspect.options()
