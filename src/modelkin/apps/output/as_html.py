"""A scan as one page without network access."""

from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined

from modelkin.apps.output import wording
from modelkin.apps.scan_report import ScanReport
from modelkin.report.formatting import brief, plain, sentence


def scan_html(report: ScanReport) -> str:
    """Write the page; names in apps are untrusted text, and stay text."""
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, loader=FunctionLoader(_file), trim_blocks=True
    )
    environment.filters.update(
        brief=brief,
        plain=plain,
        sentence=sentence,
        app=wording.app_text,
        about=wording.about_text,
        word=wording.standing_word,
        kin=wording.kin_text,
        weights=wording.weights_text,
    )
    return environment.get_template("scan.html.jinja").render(
        report=report, headline=wording.headline(report), models=wording.by_standing(report)
    )


def _file(name: str) -> str:
    return files("modelkin.apps.output").joinpath(name).read_text(encoding="utf-8")
