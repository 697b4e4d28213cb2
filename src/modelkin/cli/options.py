"""Options that several verbs share."""

import shlex
import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

Access = Literal["scores", "top-k", "label"]
Null = Literal["N0", "N1", "N2", "N3"]

CacheOption = Annotated[
    Path | None,
    typer.Option(
        help="Folder of pools and recorded answers [default: $MODELKIN_CACHE or the user's]."
    ),
]
SeedOption = Annotated[int, typer.Option(help="Seed of everything random.")]
AllowCodeOption = Annotated[
    bool, typer.Option("--allow-code", help="Load files that run code when loaded (pickle).")
]
TimeLimitOption = Annotated[
    float, typer.Option(help="Seconds a model may take to load, or to answer one batch.")
]
MemoryLimitOption = Annotated[
    float, typer.Option(help="GiB of memory for the worker process of a model.")
]
QuietOption = Annotated[bool, typer.Option("--quiet", help="No progress bars.")]
JsonOption = Annotated[
    str | None, typer.Option("--json", metavar="FILE", help="Write JSON there; - for stdout.")
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
