"""modelkin fingerprint: record models into a zoo, each once."""

from pathlib import Path
from typing import Annotated

import typer

from modelkin.cli.endpoints import Stated
from modelkin.cli.exits import FAILED
from modelkin.cli.options import (
    AllowCodeOption,
    CacheOption,
    FormatOption,
    FreshOption,
    JsonOption,
    OverrideOption,
    QuietOption,
    cache_folder,
    require_writable,
    write_text,
)
from modelkin.cli.sections import MODELS, QUERIES
from modelkin.cli.seen import Seen
from modelkin.cli.spreading import spread
from modelkin.cli.workers import Workers


@spread
def fingerprint(
    models: Annotated[
        list[str],
        typer.Argument(metavar="MODEL", help="Files, folders, patterns, URLs, module:function."),
    ],
    *,
    zoo: Annotated[Path, typer.Option(metavar="DIR", help="Folder of the zoo; made if missing.")],
    pool: Annotated[
        str | None,
        typer.Option(
            metavar="POOL",
            help="Pool name, folder or table. [default: the zoo's, or the modality's mix]",
            rich_help_panel=QUERIES,
        ),
    ] = None,
    queries: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            help="Queries put to each model. [default: the zoo's, or 500]",
            rich_help_panel=QUERIES,
        ),
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            help="Seed of the pool. [default: the zoo's, or 0]",
            rich_help_panel=QUERIES,
        ),
    ] = None,
    fresh: FreshOption = False,
    family: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Independent family of these models. [default: what the JSON beside says]",
            rich_help_panel=MODELS,
        ),
    ] = None,
    model_format: FormatOption = None,
    override: OverrideOption = None,
    seen: Seen,
    json: JsonOption = None,
    url: Stated,
    allow_code: AllowCodeOption = False,
    workers: Workers,
    cache: CacheOption = None,
    quiet: QuietOption = False,
) -> None:
    """Ask each model the zoo's queries once and keep the answers; 'modelkin map' compares them.

    All models of one kind are asked one pool, which the first of them settles. Models that are
    recorded already are not asked again, unless their file changed. One that fails is listed, and
    the others go on; exits with 3 when no model could be recorded.
    """
    require_writable(json)
    endpoint = url.options()
    from rich.console import Console

    from modelkin.cli.progress import Bars
    from modelkin.zoo.add_options import AddOptions
    from modelkin.zoo.adding import add_models
    from modelkin.zoo.as_json import added_json
    from modelkin.zoo.as_text import added_text
    from modelkin.zoo.folder import ZooFolder

    options = AddOptions(
        cache=cache_folder(cache),
        pool=pool,
        queries=queries,
        seed=seed,
        family=family,
        access=seen.record(),
        top_k=seen.top_k,
        decimals=seen.decimals,
        format_name=model_format,
        override=override,
        endpoint=endpoint,
        allow_code=allow_code,
        limits=workers.limits(),
        fresh=fresh,
    )
    added = add_models(ZooFolder(zoo), models, options, Bars(quiet=quiet))
    if json is not None:
        write_text(json, added_json(added))
    if json != "-":
        console = Console(highlight=False, markup=False, soft_wrap=True)
        console.print(added_text(added, str(zoo)))
    if not added.recorded and not added.known:
        raise typer.Exit(FAILED)
