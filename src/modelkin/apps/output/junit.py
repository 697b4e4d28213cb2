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
    suite = ET.Element("testsuite", _about(report))
    properties = ET.SubElement(suite, "properties")
    for name, value in (("alpha", f"{report.alpha:g}"), ("zoo", report.zoo or "none")):
        ET.SubElement(properties, "property", name=name, value=_text(value))
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
        case = ET.SubElement(suite, "testcase", _case("files", row.subject))
        ET.SubElement(case, "error", type=row.error, message=_text(row.reason))
    for name, count in counts.items():
        suite.set(name, str(count))
    ET.SubElement(suite, "system-out").text = "\n".join(map(_text, report.advice))
    ET.SubElement(suite, "system-err").text = "\n".join(map(_text, report.warnings))
    suites = ET.Element("testsuites")
    suites.append(suite)
    ET.indent(suites)
    return ET.tostring(suites, encoding="unicode", xml_declaration=True) + "\n"


def _about(report: ScanReport) -> dict[str, str]:
    """All attributes that the schema of Ant's JUnit reports wants, the strictest in use."""
    return {
        "name": "modelkin scan",
        "package": "modelkin",
        "id": "0",
        "hostname": "localhost",
        "timestamp": report.run.started[:19],
        "time": f"{report.run.seconds:.3f}",
    }


def _case(group: str, name: str) -> dict[str, str]:
    return {"classname": _text(group), "name": _text(name), "time": "0"}


def _model(suite: ET.Element, model: ScannedModel, *, flagged: bool) -> str | None:
    case = ET.SubElement(suite, "testcase", _case(model.apps[0], model.name))
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
