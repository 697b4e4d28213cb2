"""Running a bench by its name and writing what it measured."""

import difflib
import importlib
import inspect
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Protocol

from modelkin.bench.figures import BenchResult, machine
from modelkin.errors import UnknownNameError, UsageError
from modelkin.pipeline.progress import Progress

BENCHES = (
    "accuser",
    "calibration",
    "dataless",
    "evasions",
    "field",
    "heads",
    "labels",
    "modelreuse",
    "overhead",
    "preprocessing",
    "references",
    "scan",
    "selection",
)
WITH_PAGE = ("dataless", "field", "modelreuse")
_TAKERS = {
    "source": ("modelreuse",),
    "targets": ("modelreuse",),
    "cache": (
        "calibration",
        "dataless",
        "evasions",
        "field",
        "heads",
        "modelreuse",
        "references",
        "selection",
    ),
}


class _Bench(Protocol):
    def run(
        self,
        *,
        data: Path | None,
        small: bool,
        seed: int,
        progress: Progress,
        **options: Any,  # noqa: ANN401 - each bench types its own
    ) -> BenchResult: ...


def run_bench(
    name: str,
    *,
    data: Path | None,
    small: bool,
    seed: int,
    progress: Progress,
    options: Mapping[str, Any] | None = None,
) -> BenchResult:
    """Run a bench.

    Args:
        name: which one.
        data: folder of its data; None takes the one from the environment.
        small: a quick version with wider intervals.
        seed: of everything random.
        progress: shows that a long run goes on.
        options: further ones, which only some benches take.

    Raises:
        UnknownNameError: there is no such bench.
        UsageError: it does not take one of the options.
    """
    bench: _Bench = importlib.import_module(f"modelkin.bench.{known_bench(name)}")
    given = {key: value for key, value in (options or {}).items() if value is not None}
    for key in given.keys() - inspect.signature(bench.run).parameters.keys():
        takers = ", ".join(_TAKERS[key])
        raise UsageError(
            f"the bench '{name}' takes no --{key}", hint=f"leave it out; it belongs to {takers}"
        )
    return bench.run(data=data, small=small, seed=seed, progress=progress, **given)


def known_bench(name: str, *, with_page: bool = False) -> str:
    """Check a name before anything is spent.

    Args:
        name: of a bench.
        with_page: it must also write a page.

    Raises:
        UnknownNameError: there is no such bench.
        UsageError: it writes no page.
    """
    if name not in BENCHES:
        close = difflib.get_close_matches(name, BENCHES, n=1)
        raise UnknownNameError(
            f"there is no bench named '{name}'",
            hint=f"did you mean '{close[0]}'?" if close else f"known: {', '.join(BENCHES)}",
        )
    if with_page and name not in WITH_PAGE:
        raise UsageError(
            f"the bench '{name}' writes no HTML page", hint="write its table with --markdown"
        )
    return name


def as_record(result: BenchResult, *, small: bool, seed: int) -> dict[str, Any]:
    """What a bench measured, ready for JSON."""
    return {
        "schema": "modelkin/bench/1",
        "bench": result.bench,
        "small": small,
        "seed": seed,
        "run": machine(),
        "figures": {key: asdict(figure) for key, figure in result.figures.items()},
        "missing": result.missing,
        "notes": list(result.notes),
        "rows": list(result.rows),
    }


def as_json(record: dict[str, Any]) -> str:
    """A record as JSON, each figure and each detail on one line: some benches have a thousand."""
    figures = [f"{json.dumps(name)}: {_line(figure)}" for name, figure in record["figures"].items()]
    written = {
        **{key: json.dumps(value, indent=2) for key, value in record.items()},
        "figures": _lines("{", figures, "}"),
        "rows": _lines("[", [_line(row) for row in record["rows"]], "]"),
    }
    members = (f"{json.dumps(key)}: {text}" for key, text in written.items())
    return "{\n" + ",\n".join(members) + "\n}\n"


def _line(detail: Mapping[str, Any]) -> str:
    return json.dumps(_whole(detail), separators=(",", ":"))


def _lines(start: str, lines: Sequence[str], end: str) -> str:
    return "\n".join((start, ",\n".join(lines), end)) if lines else start + end


def _whole(value: Any) -> Any:  # noqa: ANN401 - whatever JSON can hold
    """The same with 1.0 as 1; most shares of the large benches are 0 or 1."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, Mapping):
        return {key: _whole(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_whole(one) for one in value]
    return value


def as_markdown(result: dict[str, Any]) -> str:
    """A bench's figures and details as Markdown tables."""
    lines = [f"# Bench {result['bench']}", ""]
    command = f"modelkin bench {result['bench']} --seed {result['seed']}"
    lines += [f"Made by `{command}{' --small' if result['small'] else ''}`.", ""]
    lines += ["| figure | value | 95 % interval | n | target |", "| --- | --- | --- | --- | --- |"]
    for name, figure in result["figures"].items():
        interval = f"{figure['low']:.3g} .. {figure['high']:.3g}"
        cells = (name, f"{figure['value']:.3g}", interval, str(figure["n"]), figure["target"])
        lines.append(f"| {' | '.join(cells)} |")
    lines += [f"| {name} | missing: {why} | | | |" for name, why in result["missing"].items()]
    if result["notes"]:
        lines += ["", *(f"- {note}" for note in result["notes"])]
    if result["rows"]:
        keys = list(result["rows"][0])
        lines += ["", f"| {' | '.join(keys)} |", "|" + " --- |" * len(keys)]
        lines += [f"| {' | '.join(str(row[key]) for key in keys)} |" for row in result["rows"]]
    run = ", ".join(f"{key} {value}" for key, value in result["run"].items())
    return "\n".join([*lines, "", f"Run: {run}.", ""])
