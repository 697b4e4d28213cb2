"""modelkin scan: the models inside apps, and their kin."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from modelkin.cli.exits import FAILED, UNDECIDED, exit_code
from modelkin.cli.options import (
    CacheOption,
    HtmlOption,
    JsonOption,
    QuietOption,
    cache_folder,
    command_line,
    require_writable,
    write_text,
)
from modelkin.cli.sections import QUERIES, RESULTS
from modelkin.cli.spreading import spread
from modelkin.cli.workers import Workers

if TYPE_CHECKING:
    from modelkin.apps.scan_report import ScanReport


@spread
def scan(
    apps: Annotated[
        list[Path],
        typer.Argument(
            metavar="APP", help="APK, AAB, XAPK, IPA, JAR, wheel, zip, tar, image or folder."
        ),
    ],
    *,
    zoo: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folder of known models that 'fingerprint' filled."),
    ] = None,
    flag: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Model or family of the zoo to look for; repeatable."),
    ] = None,
    alpha: Annotated[
        float,
        typer.Option(
            metavar="RATE",
            help="Bound on any false accusation, for each --flag; without, on the share of false "
            "ones among those called related.",
        ),
    ] = 0.05,
    list_only: Annotated[
        bool, typer.Option("--list", help="List the models; ask and compare nothing.")
    ] = False,
    pool: Annotated[
        str | None,
        typer.Option(
            metavar="POOL",
            help="Pool put to picture models; a zoo that was asked another is asked again. "
            "[default: graded-noise-v1]",
            rich_help_panel=QUERIES,
        ),
    ] = None,
    queries: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            help="Queries put to each model, without a zoo. [default: 500, pictures 900]",
            rich_help_panel=QUERIES,
        ),
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            help="Seed of the pool, without a zoo. [default: 0]",
            rich_help_panel=QUERIES,
        ),
    ] = None,
    json: JsonOption = None,
    html: HtmlOption = None,
    sbom: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Write a CycloneDX 1.6 bill of materials there.",
            rich_help_panel=RESULTS,
        ),
    ] = None,
    sarif: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Write a SARIF 2.1.0 log there.", rich_help_panel=RESULTS
        ),
    ] = None,
    junit: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write JUnit XML there.", rich_help_panel=RESULTS),
    ] = None,
    workers: Workers,
    cache: CacheOption = None,
    quiet: QuietOption = False,
) -> None:
    """Find the models inside apps by their content, and judge whether they are kin of known ones.

    Files are read and never trusted; models run in worker processes. With --flag the exit code
    tells about the flagged models alone: 1 found, 0 no evidence of any, 4 at least one comparison
    stayed open.
    """
    require_writable(json, html, sbom, sarif, junit)
    from rich.console import Console

    from modelkin.apps.output.as_text import scan_text
    from modelkin.apps.output.sbom import require_sbom
    from modelkin.apps.scan_options import DEFAULT_POOL, ScanOptions
    from modelkin.apps.scanning import scan as run_scan
    from modelkin.cli.progress import Bars

    if sbom is not None:
        require_sbom()
    options = ScanOptions(
        cache=cache_folder(cache),
        zoo=zoo,
        flags=tuple(flag or ()),
        alpha=alpha,
        pool=pool or DEFAULT_POOL,
        queries=queries,
        seed=seed,
        compare=not list_only,
        limits=workers.limits(),
        command=command_line(),
    )
    report = run_scan(apps, options, Bars(quiet=quiet))
    _write(report, json, {"html": html, "sbom": sbom, "sarif": sarif, "junit": junit})
    if json != "-":
        Console(highlight=False, markup=False, soft_wrap=True).print(scan_text(report))
    if not report.models and report.failed:
        raise typer.Exit(FAILED)
    if not report.models and report.skipped:
        raise typer.Exit(UNDECIDED)
    if not list_only:
        raise typer.Exit(exit_code(report.verdict))


def _write(report: "ScanReport", json: str | None, files: dict[str, Path | None]) -> None:
    from modelkin.apps.output.as_html import scan_html
    from modelkin.apps.output.as_json import scan_json
    from modelkin.apps.output.junit import scan_junit
    from modelkin.apps.output.sarif import scan_sarif
    from modelkin.apps.output.sbom import scan_sbom

    writers = {"html": scan_html, "sbom": scan_sbom, "sarif": scan_sarif, "junit": scan_junit}
    if json is not None:
        write_text(json, scan_json(report))
    for name, path in files.items():
        if path is not None:
            path.write_text(writers[name](report), encoding="utf-8")
