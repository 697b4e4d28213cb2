"""Options of a selection of queries."""

from typing import Annotated

import typer

SelectOption = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="Choose the suspect's queries by SOURCE and some of the references; the others judge "
        "('modelkin parts selector').",
    ),
]
CandidatesOption = Annotated[
    int | None,
    typer.Option(help="With --select: queries to choose from [default: 1000, or all of a folder]."),
]
AnytimeOption = Annotated[
    bool,
    typer.Option(
        "--anytime",
        help="With --select: draw from the selected queries, stop when the evidence suffices.",
    ),
]
