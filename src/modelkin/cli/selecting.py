"""Options of a selection of queries."""

from typing import Annotated

import typer

from modelkin.cli.sections import QUERIES

QueriesOption = Annotated[
    int | None,
    typer.Option(
        metavar="N",
        help="Queries put to each model. [default: 500; 100 with --select]",
        rich_help_panel=QUERIES,
    ),
]
SelectOption = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="Choose the suspect's queries by SOURCE and some of the references; the others judge "
        "('modelkin parts selector').",
        rich_help_panel=QUERIES,
    ),
]
CandidatesOption = Annotated[
    int | None,
    typer.Option(
        metavar="N",
        help="With --select: queries to choose from. [default: 1000, or all of a folder]",
        rich_help_panel=QUERIES,
    ),
]
AnytimeOption = Annotated[
    bool,
    typer.Option(
        "--anytime",
        help="With --select: ask the selected queries in random order, stop when the evidence "
        "suffices.",
        rich_help_panel=QUERIES,
    ),
]
