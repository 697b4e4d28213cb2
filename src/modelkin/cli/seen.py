"""How much of the answers is used, as options."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from modelkin.cli.sections import SEEN

if TYPE_CHECKING:
    from modelkin.records import Access


@dataclass(frozen=True, kw_only=True)
class Seen:
    """The access that was stated.

    Attributes:
        access: the most that is used.
        top_k: scores kept with access ``top-k``.
        decimals: decimals that scores are rounded to.
    """

    access: Annotated[
        Literal["scores", "top-k", "label"] | None,
        typer.Option(
            metavar="scores|top-k|label",
            help="Use no more of the answers than this.",
            rich_help_panel=SEEN,
        ),
    ] = None
    top_k: Annotated[
        int,
        typer.Option(
            metavar="N", help="With --access top-k: how many scores.", rich_help_panel=SEEN
        ),
    ] = 5
    decimals: Annotated[
        int | None,
        typer.Option(
            "--round",
            metavar="N",
            help="Use scores rounded to so many decimals.",
            rich_help_panel=SEEN,
        ),
    ] = None

    def record(self) -> "Access | None":
        """The stated access as a record."""
        from modelkin.records import Access

        return Access(self.access) if self.access else None
