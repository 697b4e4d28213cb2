"""A report as one self-contained HTML page."""

from functools import cache
from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined

from modelkin.records import NullScore, Report
from modelkin.report import facts, wording
from modelkin.report.dispute_wording import dispute_lines
from modelkin.report.exhibits import tile
from modelkin.report.formatting import (
    brief,
    count,
    interval,
    number,
    percent,
    printable_p,
    probability,
    sentence,
    short,
)
from modelkin.report.harmless_value import harmless_value
from modelkin.report.parity_wording import parity_lines
from modelkin.report.power_wording import power_lines
from modelkin.report.precision_wording import precision_lines
from modelkin.report.selection_wording import selection_lines
from modelkin.report.sibling_wording import sibling_line
from modelkin.report.strip_plot import strip_plot
from modelkin.report.swap_plot import swap_plot


def render_html(report: Report) -> str:
    """Write a report as one page that needs no network, no script and no other file."""
    decision, pool = report.decision, report.pool
    tiles = [(exhibit.typical, tile(exhibit, report)) for exhibit in report.exhibits]
    null = decision.null if decision.null is not None and decision.null.scores else None
    return (
        environment()
        .get_template("report.html.jinja")
        .render(
            report=report,
            decision=decision,
            null=null,
            word=wording.verdict_word(decision),
            reason=sentence(decision.reason),
            sentence=wording.verdict_sentence(report),
            explanation=wording.explanation(report),
            scale="Similarity" if decision.score is None else "Partial similarity",
            unjudged=wording.null_sentence(decision),
            limits=wording.limits(report),
            floor=wording.floor_text(null) if null else None,
            siblings=sibling_line(decision),
            p_value=printable_p(decision),
            plot=strip_plot(report),
            methods=facts.method_rows(report),
            scores=sorted(null.scores, key=_by_value) if null else [],
            differing=[one for typical, one in tiles if not typical],
            typical=[one for typical, one in tiles if typical],
            parity=parity_lines(report.parity),
            precision=precision_lines(report.precision),
            power=power_lines(report.power),
            dispute=dispute_lines(report),
            selection=selection_lines(report),
            swap=swap_plot(report.swap),
            models=facts.model_rows(report),
            coverage=[
                ("Source", brief(report.source.name), facts.coverage_rows(report.source)),
                ("Suspect", brief(report.suspect.name), facts.coverage_rows(report.suspect)),
            ],
            parts=[(name, n, pool.dropped.get(name)) for name, n in pool.parts.items()],
            costs=facts.cost_rows(report),
            run=facts.run_rows(report),
        )
    )


@cache
def environment() -> Environment:
    """What fills in templates: everything printed is escaped and made harmless."""
    made = Environment(
        loader=FunctionLoader(_packaged),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=harmless_value,
    )
    made.filters.update(
        number=number,
        percent=percent,
        probability=probability,
        whole=count,
        brief=brief,
        short=short,
    )
    made.globals.update(interval=interval)
    return made


def _packaged(name: str) -> str:
    return files("modelkin.report").joinpath(name).read_text(encoding="utf-8")


def _by_value(score: NullScore) -> float:
    return -score.value if facts.finite(score.value) else float("inf")
