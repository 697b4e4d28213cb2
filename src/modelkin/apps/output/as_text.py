"""A scan for a terminal."""

from collections.abc import Iterator

from modelkin.apps.output.wording import app_text, headline, kin_text, model_text, weights_text
from modelkin.apps.scan_report import ScannedModel, ScanReport
from modelkin.report.formatting import brief, counted, plain, sentence

_MOST_ROWS = 40


def scan_text(report: ScanReport) -> str:
    """Say what was found; names in apps are untrusted and made harmless."""
    lines = [headline(report), ""]
    lines += [app_text(one) for one in report.apps]
    lines.append("")
    for model in report.models:
        lines += _model(model)
    lines += [f"warning: {sentence(one)}" for one in report.warnings]
    lines += [f"to do: {plain(one)}" for one in report.advice]
    rows = [f"failed: {brief(one.subject)}: {sentence(one.reason)}" for one in report.failed]
    rows += [f"skipped: {brief(one.subject)}: {sentence(one.reason)}" for one in report.skipped]
    lines += rows[:_MOST_ROWS]
    if len(rows) > _MOST_ROWS:
        lines.append(f"and {len(rows) - _MOST_ROWS} more; --json lists them all")
    lines.append(f"{counted(report.asked, 'query', 'queries')} asked now")
    return "\n".join(lines)


def _model(model: ScannedModel) -> Iterator[str]:
    yield model_text(model)
    if model.unasked:
        yield f"    untold     {plain(model.unasked)}"
    for flag in model.flags:
        yield f"    flagged    {kin_text(flag)}"
    if model.zoo is not None:
        yield f"    in the zoo {kin_text(model.zoo)}"
    if model.app is not None:
        yield f"    in apps    {kin_text(model.app)}"
    for cue in model.cues[:2]:
        if cue.weights is not None:
            yield f"    weights    {brief(cue.name)}: {weights_text(cue.weights)}"
