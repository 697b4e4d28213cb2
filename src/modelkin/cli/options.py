"""Options that several verbs share, and what becomes of them."""

import shlex
import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from modelkin.cli.sections import DECISION, MODELS, QUERIES, RESULTS, RUNNING

Null = Literal["N0", "N1", "N2", "N3"]

ModelArgument = Annotated[
    str, typer.Argument(metavar="MODEL", help="A model file, URL or module:function.")
]
ReferencesOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="MODEL",
        help="Honest models to judge against: file, folder or pattern; repeatable.",
        rich_help_panel=MODELS,
    ),
]
FormatOption = Annotated[
    str | None,
    typer.Option(
        "--format",
        metavar="NAME",
        help="Its format, where it is not told by the file.",
        rich_help_panel=MODELS,
    ),
]
SourceFormatOption = Annotated[
    str | None, typer.Option(metavar="NAME", help="Format of SOURCE.", rich_help_panel=MODELS)
]
SuspectFormatOption = Annotated[
    str | None, typer.Option(metavar="NAME", help="Format of SUSPECT.", rich_help_panel=MODELS)
]
OverrideOption = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE", help="JSON that states how the model is fed.", rich_help_panel=MODELS
    ),
]
SourceOverrideOption = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE", help="JSON that states how SOURCE is fed.", rich_help_panel=MODELS
    ),
]
SuspectOverrideOption = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE", help="JSON that states how SUSPECT is fed.", rich_help_panel=MODELS
    ),
]
PoolOption = Annotated[
    str | None,
    typer.Option(
        metavar="POOL",
        help="Pool name, folder of images, or table. [default: the modality's mix]",
        rich_help_panel=QUERIES,
    ),
]
SeedOption = Annotated[
    int, typer.Option(metavar="N", help="Seed of everything random.", rich_help_panel=RUNNING)
]
FreshOption = Annotated[
    bool,
    typer.Option(
        "--fresh", help="Ask again instead of using recorded answers.", rich_help_panel=QUERIES
    ),
]
AlphaOption = Annotated[
    float,
    typer.Option(metavar="RATE", help="Bound on false accusations.", rich_help_panel=DECISION),
]
MethodsOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME",
        help="Method; repeatable, the first decides. Those with crafted queries ask each model "
        "up to 200 more.",
        rich_help_panel=DECISION,
    ),
]
NullOption = Annotated[
    Null | None,
    typer.Option(
        metavar="N0|N1|N2|N3",
        help="What the references are: N0 unrelated functions, N1 other data, N2 other samples "
        "of the same distribution, N3 the same data and recipe.",
        rich_help_panel=DECISION,
    ),
]
JsonOption = Annotated[
    str | None,
    typer.Option(
        "--json", metavar="FILE", help="Write JSON there; - for stdout.", rich_help_panel=RESULTS
    ),
]
HtmlOption = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Write a page there.", rich_help_panel=RESULTS),
]
AllowCodeOption = Annotated[
    bool,
    typer.Option(
        "--allow-code",
        help="Load files that run code when loaded (pickle).",
        rich_help_panel=RUNNING,
    ),
]
CacheOption = Annotated[
    Path | None,
    typer.Option(
        metavar="DIR",
        help="Folder of pools and recorded answers. [default: $MODELKIN_CACHE or the user's]",
        rich_help_panel=RUNNING,
    ),
]
QuietOption = Annotated[
    bool, typer.Option("--quiet", help="No progress bars.", rich_help_panel=RUNNING)
]


def cache_folder(stated: Path | None) -> Path:
    """The cache to use."""
    from modelkin.pipeline.caching import default_cache

    return stated if stated is not None else default_cache()


def command_line(*secret: str) -> str:
    """The command as typed, for reports.

    Args:
        secret: options whose values are left out.
    """
    shown, hidden = ["modelkin"], False
    for word in sys.argv[1:]:
        name, equals, _ = word.partition("=")
        if hidden:
            shown.append("[secret]")
        else:
            shown.append(f"{name}=[secret]" if equals and name in secret else word)
        hidden = not hidden and word in secret
    return shlex.join(shown)


def write_text(path: str, text: str) -> None:
    """Write a result to a file, or to stdout for ``-``.

    Raises:
        UsageError: it cannot be written there.
    """
    if path == "-":
        sys.stdout.write(text)
        return
    require_writable(path)
    Path(path).write_text(text, encoding="utf-8")


def require_writable(*paths: str | Path | None) -> None:
    """Refuse result paths whose folder is missing before any query is spent.

    Raises:
        UsageError: a folder does not exist.
    """
    from modelkin.errors import UsageError

    for path in paths:
        if path is None or str(path) == "-":
            continue
        folder = Path(path).parent
        if Path(path).is_dir():
            raise UsageError(f"'{path}' is a folder", hint=f"name a file in it: {path}/FILE")
        if not folder.is_dir():
            raise UsageError(
                f"'{path}' cannot be written: there is no folder '{folder}'",
                hint="make the folder first, or name a file in another one",
            )
