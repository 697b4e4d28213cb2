"""Every family of a corpus as the flawed one, zoos of many sizes, the rest as apps."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from modelkin.apps.flag_table import Asked
from modelkin.apps.flagging import judge_flags
from modelkin.apps.known import Known
from modelkin.apps.sheets import ScanSheet
from modelkin.bench.field.corpus import AppModel, Truth
from modelkin.bench.scanning.recorded import Recorded
from modelkin.records import Responses, Verdict
from modelkin.zoo.member import Member


@dataclass(frozen=True, kw_only=True)
class Trial:
    """One scan for one flagged model.

    Attributes:
        family: of the flagged model.
        zoo: how many honest families the zoo held.
        alpha: the error rate.
        strangers: scanned models that are not kin of it.
        false: how many of them were called related.
        false_hard: those of its own architecture among these.
        cleared: how many of them were called no evidence.
        kin: scanned models that are.
        found: how many of them were called related.
    """

    family: str
    zoo: int
    alpha: float
    strangers: int
    false: int
    false_hard: int
    cleared: int
    kin: int
    found: int


@dataclass(frozen=True, eq=False)
class _Asked(Asked):
    """Looks up what coincides, since thousands of trials ask it of the same pairs."""

    seen: dict[tuple[str, str], str | None]

    def same(self, model: str, other: Responses) -> str | None:
        key = (model, other.model)
        if key not in self.seen:
            self.seen[key] = super().same(model, other)
        return self.seen[key]


class Trials:
    """Runs the product's own rule on parts of what was recorded.

    Args:
        recorded: the models and how alike they are.
        truth: what the weights say of a pair, by the two keys.
    """

    def __init__(self, recorded: Recorded, truth: dict[tuple[str, str], Truth]) -> None:
        self._recorded = recorded
        self._truth = truth
        self._seen: dict[tuple[str, str], str | None] = {}
        self.families = sorted({one.family for one in recorded.models})

    def run(
        self,
        flagged: int,
        honest: Sequence[int],
        alphas: Sequence[float],
        scanned: Sequence[int] | None = None,
    ) -> list[Trial]:
        """Scan for one model by a zoo of it and of honest ones.

        Args:
            flagged: place of the flagged model.
            honest: places of the zoo's other models, one a family.
            alphas: error rates to judge at.
            scanned: places of the models in the apps; None takes all of no family of the zoo, and
                the flagged one's kin.
        """
        models = self._recorded.models
        taken = {models[one].family for one in honest}
        if scanned is None:
            scanned = [place for place, one in enumerate(models) if one.family not in taken]
        scanned = [place for place in scanned if place != flagged]
        asked, known, source = self._asked(flagged, honest, scanned)
        return [self._trial(flagged, scanned, asked, known, source, alpha) for alpha in alphas]

    def places(self, family: str) -> list[int]:
        """Where the models of a family stand."""
        return [at for at, one in enumerate(self._recorded.models) if one.family == family]

    def unlike(self, place: int) -> list[int]:
        """Models that take other tensors than this one."""
        models = self._recorded.models
        own = models[place].key
        return [
            at
            for at, one in enumerate(models)
            if (own, one.key) in self._truth and not self._truth[own, one.key].equal_signature
        ]

    def _asked(
        self, flagged: int, honest: Sequence[int], scanned: Sequence[int]
    ) -> tuple[Asked, Known, Member]:
        whole, models = self._recorded.sheet, self._recorded.models
        zoo = np.array([flagged, *honest])
        apps = np.array(scanned)
        members = tuple(replace(whole.zoo[place], family=models[place].family) for place in zoo)
        sheet = ScanSheet(
            method=whole.method,
            scanned=tuple(whole.scanned[place] for place in apps),
            zoo=members,
            to_zoo=whole.to_zoo[np.ix_(apps, zoo)],
            within=whole.within[np.ix_(apps, apps)],
            zoo_within=whole.zoo_within[np.ix_(zoo, zoo)],
        )
        known = Known(members=members, answers=self._recorded.answers)
        return _Asked((sheet,), self._recorded.answers, self._seen), known, members[0]

    def _trial(
        self,
        flagged: int,
        scanned: Sequence[int],
        asked: Asked,
        known: Known,
        source: Member,
        alpha: float,
    ) -> Trial:
        judged = judge_flags([[source]], known, {source.name: asked}, alpha).kin
        models, sheet = self._recorded.models, self._recorded.sheet
        own = models[flagged]
        kin: list[Verdict] = []
        strangers: list[Verdict] = []
        hard: list[Verdict] = []
        for place in scanned:
            verdict = judged[sheet.scanned[place].name][0].verdict
            truth = self._truth.get((own.key, models[place].key))
            (kin if models[place].family == own.family else strangers).append(verdict)
            if truth is not None and truth.hard:
                hard.append(verdict)
        return Trial(
            family=own.family,
            zoo=len(known.members) - 1,
            alpha=alpha,
            strangers=len(strangers),
            false=strangers.count(Verdict.RELATED),
            false_hard=hard.count(Verdict.RELATED),
            cleared=strangers.count(Verdict.NO_EVIDENCE),
            kin=len(kin),
            found=kin.count(Verdict.RELATED),
        )


def one_of_each(
    models: Sequence[AppModel], families: Sequence[str], rng: np.random.Generator
) -> list[int]:
    """A random model of each family."""
    held: dict[str, list[int]] = {}
    for place, one in enumerate(models):
        held.setdefault(one.family, []).append(place)
    return [int(rng.choice(held[family])) for family in families]
