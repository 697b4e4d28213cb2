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
from modelkin.apps.flag_table import Asked
from modelkin.apps.flagging import Flagged, judge_flags
from modelkin.apps.gathering import Gathered, gather
from modelkin.apps.hidden_kin import doubt_hidden_kin
from modelkin.apps.kinds.kind import KINDS
from modelkin.apps.known import Known, read_known, without_strangers
from modelkin.apps.nearest import Nearest, find_nearest
from modelkin.apps.same_kind import require_same_kind
from modelkin.apps.scan_options import ScanOptions
from modelkin.apps.scan_report import ScannedModel, ScanReport
from modelkin.apps.sheets import ScanSheet, rate_group
from modelkin.apps.suiting import shape_of, suit, unsuited
from modelkin.apps.telling import scan_advice, scan_warnings
from modelkin.apps.vault import Vault
from modelkin.apps.weighing import weigh
from modelkin.pipeline.progress import Progress
from modelkin.records import Failed, Responses, RunInfo, Skipped
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
    questions = tuple(known.sources(flag) for flag in options.flags)
    with tempfile.TemporaryDirectory(prefix="modelkin-scan-") as folder:
        gathered = gather(apps, Vault(Path(folder) / "vault"), options.walk, progress)
        scanned = _Scan(gathered, known, questions, options, Path(folder), progress)
        models, skipped, failed = scanned.run()
    seconds = time.monotonic() - clock
    return ScanReport(
        run=_run_info(options, started, seconds),
        zoo=known.name,
        zoo_models=len(known.members),
        alpha=options.alpha,
        flagged=options.flags,
        apps=gathered.apps,
        models=models,
        asked=scanned.asked,
        skipped=(*gathered.skipped, *skipped),
        failed=(*gathered.failed, *known.failed, *failed),
        warnings=(*scanned.warnings, *scan_warnings(models, known, options)),
        advice=scan_advice(models, scanned.known, options),
    )


class _Scan:
    """The part of a scan in which models are asked and judged."""

    def __init__(
        self,
        gathered: Gathered,
        known: Known,
        questions: Sequence[Sequence[Member]],
        options: ScanOptions,
        folder: Path,
        progress: Progress,
    ) -> None:
        self._gathered = gathered
        self.known = known
        self._questions = questions
        self._options = options
        self._folder = folder
        self._progress = progress
        self.asked = 0
        self.warnings: tuple[str, ...] = ()
        self._lost: tuple[Failed, ...] = ()

    def run(self) -> tuple[tuple[ScannedModel, ...], tuple[Skipped, ...], tuple[Failed, ...]]:
        models = self._gathered.models
        if not self._options.compare:
            return models, (), ()
        answered = self._answered()
        sheets, skipped, failed = self._sheets(answered)
        both = {("app", name): one for name, one in answered.answers.items()}
        both |= {("zoo", one.name): self.known.answers_of(one.name) for one in self.known.members}
        nearest = find_nearest(sheets, both, self._options.alpha)
        asked = self._as_flagged(answered, sheets)
        flagged = judge_flags(self._questions, self.known, asked, self._options.alpha)
        sources = [one for group in self._questions for one in group]
        flagged, unlike = require_same_kind(flagged, sources, self.known, self._options)
        flagged, hiding = doubt_hidden_kin(flagged, self.known, sources)
        reasons = {row.subject: row.reason for row in answered.failed}
        reasons |= {row.subject: row.reason for row in (*answered.mute, *skipped)}
        told = tuple(_told(one, answered, reasons, nearest, flagged) for one in models)
        self.warnings = (*self.warnings, *unlike, *hiding)
        weighed, unweighed = weigh(told, self._gathered, self.known, self._progress)
        return (
            weighed,
            (*answered.mute, *skipped, *unweighed),
            (*answered.failed, *self._lost, *failed, *flagged.failed),
        )

    def _answered(self) -> Answered:
        """Answers of all models that can be run; the very files of the zoo are not asked again."""
        sources = [one for group in self._questions for one in group]
        old = unsuited(self.known, sources, self._options)
        groups = tuple(one for one in self.known.groups if one not in old.groups)
        suited = {one.name for one in groups}
        held = {one.file_digest: one for one in self.known.members if one.group in suited}
        digests = {one.name: one.digest for one in self._gathered.models if not one.parts}
        same = {
            name: held[digests[name]]
            for name in self._gathered.locations
            if digests.get(name) in held
        }
        new = {name: at for name, at in self._gathered.locations.items() if name not in same}
        shape = shape_of(old, self._options, self._progress) if new else None
        answered = ask_models(
            new, groups, self._folder / "zoo", self._options, self._progress, least=shape
        )
        again = suit(
            self.known,
            old,
            answered.groups,
            self._folder / "again",
            self._options,
            self._progress,
        )
        self.asked += answered.asked + again.asked
        self.warnings, self._lost = again.warnings, again.failed
        self._questions = tuple(again.now(group) for group in self._questions)
        kept = [one for group in self._questions for one in group]
        self.known = without_strangers(again.known, kept)
        members: dict[str, Member] = dict(answered.members)
        answers: dict[str, Responses] = dict(answered.answers)
        for name, member in same.items():
            members[name] = replace(member, name=name, family=None, parent=None)
            answers[name] = replace(self.known.answers_of(member.name), model=name)
        return replace(answered, members=members, answers=answers)

    def _as_flagged(self, answered: Answered, sheets: Sequence[ScanSheet]) -> dict[str, Asked]:
        """What was rated for each flagged model, the apps fed as it is where a range is a guess."""
        held = {one.digest for one in self._gathered.models} & {
            one.file_digest for one in self.known.members
        }
        fixed = {one.name for one in self._gathered.models if one.digest in held}
        able = {
            name: path
            for name, path in self._gathered.locations.items()
            if name in answered.members and name not in fixed
        }
        sources = dict.fromkeys(one for group in self._questions for one in group)
        able = guessed(able, self._options) if sources else {}
        found: dict[str, Asked] = {}
        by_range: dict[str, Asked] = {"None": Asked(sheets, answered.answers)}
        for source in sources:
            stated = range_of(source, self._options) if able else None
            key = str(stated)
            if stated is not None and key not in by_range:
                by_range[key] = self._fed(
                    answered,
                    able,
                    write_override(stated, self._folder / f"fed-{len(by_range)}.json"),
                )
            found[source.name] = by_range[key]
        return found

    def _fed(self, answered: Answered, able: Mapping[str, Path], override: Path) -> Asked:
        """Everything rated anew with some models fed as a file states."""
        place = override.with_suffix("")
        again = ask_models(able, self.known.groups, place, self._options, self._progress, override)
        self.asked += again.asked
        both = replace(
            answered,
            members={**answered.members, **again.members},
            answers={**answered.answers, **again.answers},
        )
        return Asked(self._sheets(both)[0], both.answers)

    def _sheets(
        self, answered: Answered
    ) -> tuple[list[ScanSheet], tuple[Skipped, ...], tuple[Failed, ...]]:
        answers = {("app", name): one for name, one in answered.answers.items()}
        answers |= {
            ("zoo", one.name): self.known.answers_of(one.name) for one in self.known.members
        }
        sheets: list[ScanSheet] = []
        skipped: list[Skipped] = []
        failed: list[Failed] = []
        for group in answered.groups:
            scanned = [one for one in answered.members.values() if one.group == group.name]
            zoo = [one for one in self.known.members if one.group == group.name]
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
    flags = flagged.kin.get(model.name, ())
    if zoo is not None and any((one.similarity or 0) > (zoo.similarity or 0) for one in flags):
        zoo = None  # fed as the flagged one is, it is nearer to that
    untold = ""
    if member is None:
        runs = KINDS[model.kind].runs is not None
        untold = reasons.get(model.name, "it was not asked") if runs else _NOT_RUN
    elif not flags and zoo is None and app is None:
        untold = reasons.get(model.name, "")
    return replace(
        model,
        asked=None if member is None else member.asked,
        unasked=untold,
        zoo=zoo,
        app=app,
        flags=flags,
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
