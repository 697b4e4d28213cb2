"""What a scan says, in words; shared by text and page."""

from modelkin.apps.scan_report import Kin, ScannedApp, ScannedModel, ScanReport
from modelkin.apps.weights.likeness import WeightLikeness
from modelkin.records import Verdict
from modelkin.report.formatting import brief, counted, listed, number, percent, plain

_WORDS = {
    Verdict.RELATED: "RELATED",
    Verdict.NO_EVIDENCE: "no evidence",
    Verdict.INCONCLUSIVE: "inconclusive",
}
_NAME = 60


def headline(report: ScanReport) -> str:
    """The scan in one sentence."""
    where = f"{counted(len(report.models), 'model')} in {counted(len(report.apps), 'app')}"
    if not report.models:
        return f"no models found in {counted(len(report.apps), 'app')}"
    if not report.flagged:
        related = sum(
            any(kin.verdict is Verdict.RELATED for kin in one.judged) for one in report.models
        )
        return f"{where}; {counted(related, 'model')} related to another one"
    wanted = listed(f"'{brief(flag)}'" for flag in report.flagged)
    verdicts = [{kin.verdict for kin in one.flags} for one in report.models]
    found = sum(Verdict.RELATED in one for one in verdicts)
    clear = sum(one == {Verdict.NO_EVIDENCE} for one in verdicts)
    left = len(verdicts) - found - clear
    return f"{where}: {found} related to {wanted}, {clear} without evidence of it, {left} undecided"


def verdict_word(kin: Kin) -> str:
    """A verdict for people."""
    relation = f" ({kin.relation})" if kin.relation is not None else ""
    return _WORDS[kin.verdict] + relation


def kin_text(kin: Kin) -> str:
    """A comparison on one line."""
    alike = "" if kin.similarity is None else f", {kin.method} {number(kin.similarity)}"
    return f"{brief(kin.name, _NAME)}{alike}: {verdict_word(kin)}; {plain(kin.reason)}"


def weights_text(weights: WeightLikeness) -> str:
    """What weights say, on one line."""
    rated = ""
    if weights.correlation is not None:
        rated = f", tensors of equal shape correlate by {number(weights.correlation)}"
    return f"{percent(weights.equal)} of the weight bytes equal{rated}"


def app_text(app: ScannedApp) -> str:
    """Whose app it is, on one line."""
    identity = app.identity
    about = [identity.sort, plain(identity.package), plain(identity.version)]
    if identity.signer:
        about.append(f"signer sha256 {identity.signer[:16]}…")
    text = ", ".join(one for one in about if one)
    note = f" ({plain(identity.note)})" if identity.note else ""
    return f"{brief(app.name, _NAME)}: {text}, {counted(app.files, 'file')} looked at{note}"


def standing_word(verdict: Verdict | None) -> str:
    """A verdict for people, also where there is none."""
    return _WORDS[verdict] if verdict is not None else "not compared"


def by_standing(report: ScanReport) -> list[tuple[ScannedModel, Verdict | None]]:
    """Models with the verdict they are shown under; what was found first, then what stayed open.

    Flags decide where there are any; in each sort the nearest comes first.
    """
    order = (Verdict.RELATED, Verdict.INCONCLUSIVE, Verdict.NO_EVIDENCE, None)

    def rows(model: ScannedModel) -> tuple[Kin, ...]:
        return model.flags if report.flagged else model.judged

    def standing(model: ScannedModel) -> Verdict | None:
        verdicts = {one.verdict for one in rows(model)}
        return next((one for one in order if one in verdicts), None)

    def place(model: ScannedModel) -> tuple[int, float, float]:
        p_values = [one.p_value for one in rows(model) if one.p_value is not None]
        alike = [one.similarity for one in rows(model) if one.similarity is not None]
        return (
            order.index(standing(model)),
            min(p_values, default=2.0),
            -max(alike, default=-1.0),
        )

    return [(one, standing(one)) for one in sorted(report.models, key=place)]


def about_text(model: ScannedModel) -> str:
    """What a model is, on one line."""
    asked = "" if model.asked is None else f", {counted(model.asked, 'query', 'queries')}"
    return f"{model.title}, {model.size:,} bytes{asked}"


def model_text(model: ScannedModel) -> str:
    """A model on one line."""
    more = len(model.places) - 1
    elsewhere = f", and in {counted(more, 'other place')}" if more else ""
    return (
        f"{plain(model.name)}: {model.title}, {model.size:,} bytes, sha256 "
        f"{model.digest[:16]}…{elsewhere}"
    )
