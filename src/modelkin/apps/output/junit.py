"""A scan as JUnit XML, which build servers read."""

import xml.etree.ElementTree as ET

from modelkin.apps.output.wording import kin_text
from modelkin.apps.scan_report import Kin, ScannedModel, ScanReport
from modelkin.records import Verdict
from modelkin.report.formatting import plain


def scan_junit(report: ScanReport) -> str:
    """One case a model: it fails when related to what is flagged (without flags, to anything).

    Comparisons that stayed open are skipped cases; files that could not be read are errors.
    """
    suite = ET.Element("testsuite", name="modelkin scan", time=f"{report.run.seconds:.3f}")
    counts = {"tests": 0, "failures": 0, "errors": 0, "skipped": 0}
    for model in report.models:
        counts["tests"] += 1
        outcome = _model(suite, model, flagged=bool(report.flagged))
        if outcome is not None:
            counts[outcome] += 1
    for row in report.failed:
        if row.subject in {one.name for one in report.models}:
            continue  # its own case tells it
        counts["tests"] += 1
        counts["errors"] += 1
        case = ET.SubElement(suite, "testcase", classname="files", name=_text(row.subject))
        ET.SubElement(case, "error", type=row.error, message=_text(row.reason))
    for name, count in counts.items():
        suite.set(name, str(count))
    suites = ET.Element("testsuites")
    suites.append(suite)
    ET.indent(suites)
    return ET.tostring(suites, encoding="unicode", xml_declaration=True) + "\n"


def _model(suite: ET.Element, model: ScannedModel, *, flagged: bool) -> str | None:
    case = ET.SubElement(suite, "testcase", classname=_text(model.apps[0]), name=_text(model.name))
    rows = model.flags if flagged else model.judged
    related = _of(rows, Verdict.RELATED)
    if related:
        message = "; ".join(kin_text(one) for one in related)
        ET.SubElement(case, "failure", type="related", message=_text(message))
        return "failures"
    if not rows or _of(rows, Verdict.INCONCLUSIVE):
        reasons = [kin_text(one) for one in _of(rows, Verdict.INCONCLUSIVE)]
        reason = model.unasked or "; ".join(reasons) or "it could not be compared"
        ET.SubElement(case, "skipped", message=_text(reason))
        return "skipped"
    return None


def _of(rows: tuple[Kin, ...], verdict: Verdict) -> list[Kin]:
    return [one for one in rows if one.verdict is verdict]


def _text(untrusted: str) -> str:
    return "".join(one for one in plain(untrusted) if one >= " ")
