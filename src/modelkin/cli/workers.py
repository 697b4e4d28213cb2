"""Limits of the processes that hold the models, as options."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from modelkin.cli.sections import RUNNING

if TYPE_CHECKING:
    from modelkin.records import Limits


@dataclass(frozen=True, kw_only=True)
class Workers:
    """What a model may take while it runs.

    Attributes:
        time_limit: seconds.
        memory_limit: GiB.
    """

    time_limit: Annotated[
        float,
        typer.Option(
            metavar="SECONDS",
            help="What a model may take to load, or to answer one batch.",
            rich_help_panel=RUNNING,
        ),
    ] = 120.0
    memory_limit: Annotated[
        float,
        typer.Option(
            metavar="GIB",
            help="Memory for the worker process of a model.",
            rich_help_panel=RUNNING,
        ),
    ] = 8.0

    def limits(self) -> "Limits":
        """The same as a record."""
        from modelkin.records import Limits

        return Limits(seconds=self.time_limit, memory_gib=self.memory_limit)
