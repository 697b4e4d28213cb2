"""A scan from end to end: look into apps, ask the models, judge, weigh."""

import datetime as dt
import importlib.metadata
import platform
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from modelkin.apps.answering import Answered, ask_models
from modelkin.apps.feeding import guessed, range_of, write_override
from modelkin.apps.flagging import Flagged, judge_flags
from modelkin.apps.gathering import Gathered, gather
from modelkin.apps.kinds.kind import KINDS
from modelkin.apps.known import Known, read_known
from modelkin.apps.nearest import Nearest, find_nearest
from modelkin.apps.scan_options import ScanOptions
from modelkin.apps.scan_report import ScannedModel, ScanReport
from modelkin.apps.sheets import ScanSheet, rate_group
from modelkin.apps.vault import Vault
from modelkin.apps.weighing import weigh
from modelkin.pipeline.progress import Progress
from modelkin.records import Failed, Responses, RunInfo, Skipped
from modelkin.report.formatting import counted
from modelkin.zoo.member import Member

_VERSIONS = ("modelkin", "numpy", "onnxruntime")


def scan(apps: Sequence[Path], options: ScanOptions, progress: Progress) -> ScanReport:
    """Find the models in packages and judge whether they are kin of known ones.

    A file or model that fails becomes a row, and the scan goes on. Answers are kept in the cache,
    so that a second scan asks nothing.

    Args:
        apps: packages and folders.
        options: all settings.
        progress: told how far the work is.

    Raises:
        ModelNotFoundError: an app is not there.
        UsageError: the zoo is none, or holds nothing of a flag's name.
    """
    started, clock = dt.datetime.now(dt.UTC), time.monotonic()
    known = read_known(options.zoo)
    sources = tuple(dict.fromkeys(one for flag in options.flags for one in known.sources(flag)))
    with tempfile.TemporaryDirectory(prefix="modelkin-scan-") as folder:
        gathered = gather(apps, Vault(Path(folder) / "vault"), options.walk, progress)
        scanned = _Scan(gathered, known, sources, options, Path(folder) / "zoo", progress)
        models, asked, skipped, failed = scanned.run()
    seconds = time.monotonic() - clock
    return ScanReport(
        run=_run_info(options, started, seconds),
        zoo=known.name,
        zoo_models=len(known.members),
        alpha=options.alpha,
        flagged=options.flags,
        apps=gathered.apps,
        models=models,
        asked=asked,
        skipped=(*gathered.skipped, *skipped),
        failed=(*gathered.failed, *known.failed, *failed),
        warnings=_warnings(models, options),
    )


class _Scan:
    """The part of a scan in which models are asked and judged."""

    def __init__(
        self,
        gathered: Gathered,
        known: Known,
        sources: Sequence[Member],
        options: ScanOptions,
        folder: Path,
        progress: Progress,
    ) -> None:
        self._gathered = gathered
        self._known = known
        self._sources = sources
        self._options = options
        self._folder = folder
        self._progress = progress
        self._asked = 0

    def run(
        self,
    ) -> tuple[tuple[ScannedModel, ...], int, tuple[Skipped, ...], tuple[Failed, ...]]:
        models = self._gathered.models
        if not self._options.compare:
            return models, 0, (), ()
        answered = self._answered()
        sheets, skipped, failed = self._sheets(answered)
        both = {("app", name): one for name, one in answered.answers.items()}
        both |= {("zoo", one.name): self._known.answers_of(one.name) for one in self._known.members}
        nearest = find_nearest(sheets, both, self._options.alpha)
        flagged = judge_flags(
            self._sources,
            tuple(answered.members.values()),
            self._known,
            self._as_flagged(answered),
            self._options.alpha,
        )
        reasons = {row.subject: row.reason for row in answered.failed}
        reasons |= {row.subject: row.reason for row in (*answered.mute, *skipped)}
        told = tuple(_told(one, answered, reasons, nearest, flagged) for one in models)
        weighed, unweighed = weigh(told, self._gathered, self._known, self._progress)
        return (
            weighed,
            answered.asked + self._asked,
            (*answered.mute, *skipped, *unweighed),
            (*answered.failed, *failed, *flagged.failed),
        )

    def _answered(self) -> Answered:
        """Answers of all models that can be run; the very files of the zoo are not asked again."""
        held = {one.file_digest: one for one in self._known.members}
        digests = {one.name: one.digest for one in self._gathered.models if not one.parts}
        same = {
            name: held[digests[name]]
            for name in self._gathered.locations
            if digests.get(name) in held
        }
        new = {name: at for name, at in self._gathered.locations.items() if name not in same}
        answered = ask_models(new, self._known.groups, self._folder, self._options, self._progress)
        members: dict[str, Member] = dict(answered.members)
        answers: dict[str, Responses] = dict(answered.answers)
        for name, member in same.items():
            members[name] = replace(member, name=name, family=None, parent=None)
            answers[name] = replace(self._known.answers_of(member.name), model=name)
        return replace(answered, members=members, answers=answers)

    def _as_flagged(self, answered: Answered) -> dict[str, dict[str, Responses]]:
        """Answers for each flagged model, fed as that one is where a range is a guess."""
        held = {one.digest for one in self._gathered.models} & {
            one.file_digest for one in self._known.members
        }
        fixed = {one.name for one in self._gathered.models if one.digest in held}
        able = {
            name: path
            for name, path in self._gathered.locations.items()
            if name in answered.members and name not in fixed
        }
        able = guessed(able, self._options) if self._sources else {}
        found: dict[str, dict[str, Responses]] = {}
        by_range: dict[str, dict[str, Responses]] = {}
        for source in self._sources:
            stated = range_of(source, self._options)
            key = str(stated)
            if stated is not None and key not in by_range:
                place = self._folder.with_name(f"fed-{len(by_range)}")
                override = write_override(stated, place.with_suffix(".json"))
                again = ask_models(
                    able, self._known.groups, place, self._options, self._progress, override
                )
                self._asked += again.asked
                by_range[key] = again.answers
            found[source.name] = {**answered.answers, **by_range.get(key, {})}
        return found

    def _sheets(
        self, answered: Answered
    ) -> tuple[list[ScanSheet], tuple[Skipped, ...], tuple[Failed, ...]]:
        answers = {("app", name): one for name, one in answered.answers.items()}
        answers |= {
            ("zoo", one.name): self._known.answers_of(one.name) for one in self._known.members
        }
        sheets: list[ScanSheet] = []
        skipped: list[Skipped] = []
        failed: list[Failed] = []
        for group in answered.groups:
            scanned = [one for one in answered.members.values() if one.group == group.name]
            zoo = [one for one in self._known.members if one.group == group.name]
            if scanned:
                rated = rate_group(group, scanned, zoo, answers)
                sheets += rated.sheets
                skipped += rated.skipped
                failed += rated.failed
        return sheets, tuple(skipped), tuple(failed)


def _told(
    model: ScannedModel,
    answered: Answered,
    reasons: Mapping[str, str],
    nearest: Nearest,
    flagged: Flagged,
) -> ScannedModel:
    member = answered.members.get(model.name)
    zoo, app = nearest.zoo.get(model.name), nearest.app.get(model.name)
    untold = ""
    if member is None:
        runs = KINDS[model.kind].runs is not None
        untold = reasons.get(model.name, "it was not asked") if runs else _NOT_RUN
    elif zoo is None and app is None:
        untold = reasons.get(model.name, "")
    return replace(
        model,
        asked=None if member is None else member.asked,
        unasked=untold,
        zoo=zoo,
        app=app,
        flags=flagged.kin.get(model.name, ()),
    )


_NOT_RUN = "no format here runs this kind of file, so only its bytes and weights are compared"


def _run_info(options: ScanOptions, started: dt.datetime, seconds: float) -> RunInfo:
    versions = {name: importlib.metadata.version(name) for name in _VERSIONS}
    return RunInfo(
        versions={**versions, "python": platform.python_version()},
        command=options.command,
        started=started.isoformat(timespec="seconds"),
        seconds=seconds,
        seed=options.seed or 0,
    )


def _warnings(models: Sequence[ScannedModel], options: ScanOptions) -> tuple[str, ...]:
    if not options.compare:
        return ("the models were listed and not asked anything",) if models else ()
    found = []
    if options.zoo is None and models:
        found.append(
            "without --zoo nothing tells how alike strangers are: only identical models can be "
            "found"
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
    return tuple(found)
