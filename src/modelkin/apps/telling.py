"""What a reader of a scan must know, and what to run so that more can be concluded."""

from collections.abc import Sequence
from shlex import quote

from modelkin.apps.known import Known, family_of
from modelkin.apps.scan_options import ScanOptions
from modelkin.apps.scan_report import Kin, ScannedModel
from modelkin.records import NullKind, Verdict
from modelkin.report.formatting import brief, counted, listed

_AS_IT_WAS = (
    "record honest models made as it was, other people's for such a task or your own from other "
    "data and seeds"
)
_WEAKER = "or train some, which are weaker"
_POOL = "--pool graded-noise-v1 --queries 900"


def scan_warnings(
    models: Sequence[ScannedModel], known: Known, options: ScanOptions
) -> tuple[str, ...]:
    """What limits the findings.

    Args:
        models: of the scan.
        known: the whole zoo.
        options: of the scan.
    """
    if not options.compare:
        return ("the models were listed and not asked anything",) if models else ()
    found = []
    if options.zoo is None and models:
        found.append(
            "without --zoo nothing tells how alike strangers are: only identical models can be "
            "found"
        )
    strangers = {family_of(one) for one in known.members if one.null == NullKind.N0}
    if strangers and models:
        found.append(
            f"{counted(len(strangers), 'family', 'families')} of the zoo "
            f"{'stands' if len(strangers) == 1 else 'stand'} for unrelated functions (N0) and "
            "took no part: honest models of real data are nearly always nearer than those"
        )
    unasked = [one for one in models if one.unasked]
    if unasked:
        found.append(
            f"{counted(len(unasked), 'model')} of {len(models)} could not be asked or hardly "
            "answered, so nothing is said about their behaviour"
        )
    if options.flags:
        open_ones = [one for one in models if not one.flags]
        if open_ones:
            found.append(
                f"{counted(len(open_ones), 'model')} of {len(models)} could not be compared with "
                "what is flagged: absence of a finding says nothing about them"
            )
    found += _cautions(models)
    if len(options.flags) > 1:
        found.append(
            f"alpha holds for each of the {len(options.flags)} flags; that any of them accuses "
            f"falsely has a chance of {min(1.0, options.alpha * len(options.flags)):g} at most"
        )
    return tuple(found)


def _cautions(models: Sequence[ScannedModel]) -> list[str]:
    """What a verdict against the references at hand does not show."""
    rows = [
        (one.name, kin)
        for one in models
        for kin in one.judged
        if kin.verdict is Verdict.RELATED and kin.relation is None
    ]
    found = []
    nulls = {kin.null for _, kin in rows if kin.null is not None} - {NullKind.N3}
    if nulls:
        weakest = min(nulls)
        found.append(
            f"the references stand for {weakest} ({weakest.meaning}): honest models made as the "
            "other one was, on the same data, can be nearer than those are"
        )
    unlike = sorted(
        {name for name, kin in rows if kin.weights is not None and not kin.weights.telling}
    )
    if unlike:
        verb = "has" if len(unlike) == 1 else "have"
        found.append(
            f"{counted(len(unlike), 'model')} called related {verb} readable weights that are not "
            f"alike ({listed(map(brief, unlike), most=4)}): trained on the other's answers, or an "
            "honest model of the same data; look closer"
        )
    return found


def scan_advice(
    models: Sequence[ScannedModel], known: Known, options: ScanOptions
) -> tuple[str, ...]:
    """What to run where more could be concluded: how many families are missing, how to get them.

    Args:
        models: of the scan.
        known: the zoo as it was used.
        options: of the scan.
    """
    if not options.compare or not models:
        return ()
    if options.zoo is None:
        record = (
            "record the models that you know, and honest ones beside them: "
            f"modelkin fingerprint MODEL... --zoo zoo {_POOL}; then scan with --zoo zoo, and with "
            "--flag NAME to look for one of them"
        )
        return (record,)
    rows = [kin for one in models for kin in (one.flags if options.flags else one.judged)]
    short = [one for one in rows if _lacks_families(one)]
    if not short:
        return ()
    if not options.flags:
        needed = max(one.needed or 0 for one in short)
        ask_one = (
            f"with so many models, {counted(len(short), 'comparison')} would need up to {needed} "
            "independent families in the zoo; ask about one model instead, which takes far fewer, "
            "however many apps are scanned: add --flag NAME"
        )
        return (ask_one,)
    found: list[str] = []
    for name in dict.fromkeys(one.name for one in short):
        one = next(row for row in short if row.name == name)
        missing = (one.needed or 0) - one.families
        zoo = quote(str(options.zoo))
        place = next((held.location for held in known.members if held.name == name), name)
        found += [
            _missing(one, missing, options.alpha),
            f"{_AS_IT_WAS}: modelkin fingerprint MODEL... --zoo {zoo}",
            f"{_WEAKER}: modelkin references {quote(place)} {_train(missing)} --zoo {zoo}",
        ]
    return tuple(dict.fromkeys(found))


def _missing(kin: Kin, missing: int, alpha: float) -> str:
    return (
        f"'{kin.name}': {kin.families} of {kin.needed} independent families are in the zoo, "
        f"{missing} more are needed at alpha {alpha:g}, however many models are scanned"
    )


def _train(missing: int) -> str:
    return f"--train {missing} --data PHOTOS --out references && modelkin fingerprint references"


def _lacks_families(kin: Kin) -> bool:
    return (
        kin.verdict is Verdict.INCONCLUSIVE and kin.needed is not None and kin.families < kin.needed
    )
