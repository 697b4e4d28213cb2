"""The product's own verdicts: every pair is decided as ``compare`` would decide it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from modelkin.bench.modelreuse.answers import Answers, prefix, seen
from modelkin.bench.modelreuse.entry import Entry
from modelkin.bench.modelreuse.plan import Case, Plan
from modelkin.bench.modelreuse.query_sets import TRAINING_SET, QuerySets
from modelkin.bench.modelreuse.recording import crafted_key, queries_path
from modelkin.bench.modelreuse.selection import DATALESS
from modelkin.errors import UsageError
from modelkin.pipeline.choosing import deciding_for, deciding_name, make_method
from modelkin.pipeline.deciding import Bar, decide
from modelkin.pipeline.entering import enter
from modelkin.pipeline.null import Reference
from modelkin.pipeline.rating import rate
from modelkin.pipeline.routing import suited_pool
from modelkin.protocols import Method
from modelkin.queries.crafted import crafted_pool
from modelkin.records import Modality, NullKind, Responses, Similarity, Verdict

ALPHA = 0.05


@dataclass(frozen=True, kw_only=True, order=True)
class Setting:
    """One way to ask and to judge.

    Attributes:
        queries: the source of queries; without data each pair gets the pool that suits it.
        access: what the suspect shows.
        budget: queries put to each model.
        cohort: what honest models share is taken out, as the product does.
        method: a method named by the user, with queries crafted for the source from these; empty
            takes the product's own choice.
    """

    queries: str
    access: str
    budget: int
    cohort: bool = True
    method: str = ""

    @property
    def title(self) -> str:
        """What a row is called."""
        named = f", {self.method}" if self.method else ""
        return f"{self.budget} {self.access}{named}" + ("" if self.cohort else ", no cohort")

    @property
    def stem(self) -> str:
        """How figures of this setting end."""
        words = [
            *([self.method] if self.method else []),
            *(["data"] if self.queries == TRAINING_SET else []),
            *([self.access] if self.access != "scores" else []),
            *([] if self.cohort else ["plain"]),
        ]
        return "_".join([*words, f"q{self.budget}"])


SETTINGS = (
    Setting(queries=DATALESS, access="scores", budget=100),
    Setting(queries=DATALESS, access="scores", budget=100, cohort=False),
    Setting(queries=DATALESS, access="label", budget=100),
    Setting(queries=TRAINING_SET, access="scores", budget=100),
    Setting(queries="image-mix-v1", access="scores", budget=100, method="impressions"),
)


@dataclass(frozen=True, kw_only=True)
class Ruling:
    """One decided pair.

    Attributes:
        source: name of the source.
        suspect: name of the suspect.
        related: the verdict.
        p_value: as reported.
        families: honest families it was judged against.
        method: that decided.
    """

    source: str
    suspect: str
    related: bool
    p_value: float
    families: int
    method: str


def rule_case(plan: Plan, sets: QuerySets, setting: Setting, case: Case) -> list[Ruling]:
    """Decide all pairs of one source.

    Every suspect is judged against one honest model of each family of its task, never of its own:
    made like the source where the family has such a one, else the families take turns. An honest
    suspect is that model of its family, so that it is drawn like the references.
    """
    found: list[Ruling] = []
    for task in sorted({entry.task for entry in case.copies}):
        same = task == case.source.task
        if setting.access == "label" and not same:
            continue  # labels of other classes cannot be compared
        if setting.method and not (same and _crafted(plan, setting, case)):
            continue
        queries = _queries(setting, same=same)
        answers = _Reader(plan, sets, queries, case.source, setting)
        honest = one_a_family(case, task)
        suspects = [entry for entry in case.copies if entry.task == task]
        source = answers.of(case.source)
        for suspect in [*suspects, *honest]:
            references = [
                Reference(answers.of(entry), entry.family, NullKind.N1)
                for entry in honest
                if entry.family != suspect.family
            ]
            found.append(ruling(source, answers.of(suspect), references, setting))
    return found


class _Reader:
    """What models answer in one setting; each is read once."""

    def __init__(
        self, plan: Plan, sets: QuerySets, queries: str, source: Entry, setting: Setting
    ) -> None:
        task = source.task if queries == TRAINING_SET else ""
        self._answers = Answers(folder=plan.zoo.folder)
        if setting.method:
            self._key = _key_for(setting, source)
            pictures = np.load(queries_path(plan.zoo, self._key), allow_pickle=False)
            self._pool = crafted_pool(pictures, name=self._key, part=setting.method)
        else:
            self._pool, self._key = sets.pool(queries, task), sets.key(queries, task)
        self._setting, self._known = setting, dict[str, Responses]()

    def of(self, entry: Entry) -> Responses:
        if entry.name not in self._known:
            whole = self._answers.read(entry, self._pool, key=self._key)
            asked = prefix(whole, self._setting.budget)
            self._known[entry.name] = seen(asked, self._setting.access)
        return self._known[entry.name]


def ruling(
    source: Responses, suspect: Responses, references: Sequence[Reference], setting: Setting
) -> Ruling:
    """Decide one pair as the product does."""
    entered = enter(source, suspect)
    chosen = setting.method or deciding_for(entered.source, entered.suspect, entered.alignment)
    method = make_method(chosen)
    bar = Bar(rule="conformal", alpha=ALPHA, null=None, cohort=setting.cohort)
    similarity = rated(method, entered.source, entered.suspect)
    own = None
    if setting.method:
        # the crafted queries are all that was asked, so they stand for the pool as well
        own = entered.source, entered.suspect
        references = [replace(one, crafted={method.name: one.responses}) for one in references]
    decision, findings = decide(method, similarity, entered, references, bar, crafted=own)
    null = findings.null
    return Ruling(
        source=source.model,
        suspect=suspect.model,
        related=decision.verdict is Verdict.RELATED,
        p_value=np.nan if decision.p_value is None else decision.p_value,
        families=len(null.family_scores) if null else 0,
        method=method.name,
    )


def rated(method: Method, source: Responses, suspect: Responses) -> Similarity:
    """The similarity of a pair without its interval over queries, which decides nothing."""
    return Similarity(
        method=method.name,
        params=method.params,
        a=source.model,
        b=suspect.model,
        value=rate(method, source, suspect),
        low=None,
        high=None,
        confidence=0.0,
        n_queries=len(source),
    )


def _key_for(setting: Setting, source: Entry) -> str:
    crafter = make_method(setting.method).crafter
    if crafter is None:
        raise UsageError(
            f"method '{setting.method}' crafts no queries", hint="leave the method of a setting out"
        )
    return crafted_key(setting.queries, crafter, source)


def _crafted(plan: Plan, setting: Setting, case: Case) -> bool:
    """Whether there are queries for the source; some sources do not let any be made."""
    return queries_path(plan.zoo, _key_for(setting, case.source)).is_file()


def _queries(setting: Setting, *, same: bool) -> str:
    if setting.queries != DATALESS:
        return setting.queries
    scores = setting.access == "scores"
    return suited_pool(deciding_name(scores=scores, different=not same), Modality.IMAGE)


def one_a_family(case: Case, task: str) -> list[Entry]:
    """One honest model of each family of a task: made like the source where there is such a one."""
    members: dict[str, list[Entry]] = {}
    for entry, _ in case.honest:
        if entry.task == task:
            members.setdefault(entry.family, []).append(entry)
    return list(_speakers(case.source, members))


def _speakers(source: Entry, members: dict[str, list[Entry]]) -> Iterator[Entry]:
    for turn, family in enumerate(sorted(members)):
        own = members[family]
        alike = [entry for entry in own if entry.kind == source.kind]
        yield (alike or [own[turn % len(own)]])[0]
