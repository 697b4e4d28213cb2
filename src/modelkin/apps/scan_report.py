"""What a scan came to."""

from dataclasses import dataclass

from modelkin.apps.identity.app_identity import AppIdentity
from modelkin.apps.weights.likeness import WeightLikeness
from modelkin.records import Failed, NullKind, Relation, RunInfo, Skipped, Verdict


@dataclass(frozen=True, kw_only=True)
class ScannedApp:
    """One package or folder.

    Attributes:
        name: as given, without its folders.
        digest: sha256 of the file; empty for a folder.
        size: bytes; 0 for a folder.
        identity: whose it is.
        files: files looked at in it, over all nested archives.
    """

    name: str
    digest: str
    size: int
    identity: AppIdentity
    files: int


@dataclass(frozen=True, kw_only=True)
class Kin:
    """A model compared with another one.

    Attributes:
        name: of the other model.
        where: ``zoo`` or ``app``.
        family: independent family of the other, or empty.
        method: what rated the likeness, or empty where only weights were compared.
        similarity: by that method, or None.
        p_value: of this comparison alone, or None.
        p_adjusted: over all comparisons of its question, or None.
        families: independent families of the null.
        floor: the smallest p-value that they allow.
        tests: comparisons of the question.
        verdict: by behaviour alone.
        relation: the kind of kinship, where one was shown.
        reason: one sentence.
        weights: likeness of the weights, which plays no part in the verdict; or None.
        needed: families that a verdict of ``related`` needs here, or None.
        shared: how the error rate is kept over all comparisons, in words.
        null: what the families stand for, or None.
        rival: a family that is at least as near, or empty.
    """

    name: str
    where: str
    family: str
    method: str
    similarity: float | None
    p_value: float | None
    p_adjusted: float | None
    families: int
    floor: float | None
    tests: int
    verdict: Verdict
    relation: Relation | None
    reason: str
    weights: WeightLikeness | None = None
    needed: int | None = None
    shared: str = ""
    null: NullKind | None = None
    rival: str = ""


@dataclass(frozen=True, kw_only=True)
class ScannedModel:
    """One model, wherever in the apps it lies.

    Attributes:
        name: where it was found first.
        places: everywhere it was found.
        apps: names of the apps that hold it.
        kind: name of its kind.
        title: of its kind.
        digest: sha256 of the file, or of the description where weights lie beside it.
        parts: sha256 of further files of it, by a name of our own.
        size: bytes of all its files.
        asked: queries put to it in this run; None where it was not asked.
        unasked: why nothing is told of its behaviour: not asked, or cannot tell; or empty.
        tensors: weight tensors read; None where this kind is not read.
        zoo: its nearest kin in the zoo, by behaviour; None where a flagged model is nearer.
        app: its nearest kin among the other models of the scan.
        flags: what became of each flagged model.
        cues: other models whose weights are telling alike.
    """

    name: str
    places: tuple[str, ...]
    apps: tuple[str, ...]
    kind: str
    title: str
    digest: str
    parts: dict[str, str]
    size: int
    asked: int | None = None
    unasked: str = ""
    tensors: int | None = None
    zoo: Kin | None = None
    app: Kin | None = None
    flags: tuple[Kin, ...] = ()
    cues: tuple[Kin, ...] = ()

    @property
    def judged(self) -> tuple[Kin, ...]:
        """Every comparison by behaviour."""
        nearest = tuple(one for one in (self.zoo, self.app) if one is not None)
        return (*self.flags, *nearest)


@dataclass(frozen=True, kw_only=True)
class ScanReport:
    """The result of a scan.

    Attributes:
        run: how it was made.
        zoo: name of the zoo, or empty.
        zoo_models: how many models it holds.
        alpha: bound on false accusations, for each flag; without flags, on the share of false ones
            among the models called related.
        flagged: names that were asked for.
        apps: the packages.
        models: the models in them.
        asked: queries put to models in this run.
        skipped: what was left out on purpose.
        failed: what could not be read or asked.
        warnings: what a reader must know.
        advice: what to run so that more can be concluded.
    """

    run: RunInfo
    zoo: str
    zoo_models: int
    alpha: float
    flagged: tuple[str, ...]
    apps: tuple[ScannedApp, ...]
    models: tuple[ScannedModel, ...]
    asked: int
    skipped: tuple[Skipped, ...]
    failed: tuple[Failed, ...]
    warnings: tuple[str, ...]
    advice: tuple[str, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """Of the scan as a whole: of the flags, where any were asked for.

        A flag is only cleared when none of the comparisons with it stayed open.
        """
        rows = [kin for one in self.models for kin in (one.flags if self.flagged else one.judged)]
        verdicts = {kin.verdict for kin in rows}
        if Verdict.RELATED in verdicts:
            return Verdict.RELATED
        cleared = Verdict.NO_EVIDENCE in verdicts
        if cleared and not (self.flagged and Verdict.INCONCLUSIVE in verdicts):
            return Verdict.NO_EVIDENCE
        return Verdict.INCONCLUSIVE if self.models else Verdict.NO_EVIDENCE
