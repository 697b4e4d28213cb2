"""Asking again on fresh queries: does a verdict stand?"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from modelkin.errors import PoolError, UsageError
from modelkin.models.endpoints.address import is_url
from modelkin.pipeline.compare import run_compare
from modelkin.pipeline.drawing import fresh_seed, seed_from_digest
from modelkin.pipeline.evidence import Evidence
from modelkin.pipeline.members import read_members
from modelkin.pipeline.options import CompareOptions
from modelkin.pipeline.progress import Progress
from modelkin.pipeline.reading_evidence import read_evidence
from modelkin.pipeline.recomputing import recompute
from modelkin.pipeline.signing import MANIFEST
from modelkin.queries.naming import parse_pool_name, recipe_names
from modelkin.records import Access, Decision, Report, Verdict

SCHEMA = "modelkin/challenge/1"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """One of the two runs.

    Attributes:
        pool: its queries.
        decision: its conclusion.
    """

    pool: str
    decision: Decision


@dataclass(frozen=True, kw_only=True, eq=False)
class Challenge:
    """What asking again brought.

    Attributes:
        stated: the run of the evidence.
        fresh: the run on fresh queries.
        seed: of the fresh queries.
        drawn: "given", "beacon" or "random".
        changed: models whose content is not that of the evidence, by name.
        missing: references of the evidence that did not take part.
        report: of the fresh run.
        evidence: of the fresh run.
    """

    stated: Outcome
    fresh: Outcome
    seed: int
    drawn: str
    changed: tuple[str, ...]
    missing: tuple[str, ...]
    report: Report
    evidence: Evidence

    @property
    def stands(self) -> bool:
        """The fresh queries lead to the verdict of the evidence."""
        return self.stated.decision.verdict is self.fresh.decision.verdict

    @property
    def verdict(self) -> Verdict:
        """The verdict of both, or inconclusive where they contradict each other."""
        return self.fresh.decision.verdict if self.stands else Verdict.INCONCLUSIVE

    @property
    def reason(self) -> str:
        """One sentence."""
        old, new = self.stated.decision.verdict, self.fresh.decision.verdict
        text = (
            f"the verdict stands: {new} on fresh queries too"
            if self.stands
            else f"the verdict does not stand: {old} in the evidence, {new} on fresh queries"
        )
        if self.changed:
            text += f"; not the models of the evidence any more: {', '.join(self.changed)}"
        return text

    def as_json(self) -> dict[str, Any]:
        """With stable keys, see docs/json.md."""
        return {
            "schema": SCHEMA,
            "stands": self.stands,
            "verdict": self.verdict.value,
            "reason": self.reason,
            "evidence": _outcome(self.stated),
            "challenge": _outcome(self.fresh),
            "seed": self.seed,
            "drawn": self.drawn,
            "changed": list(self.changed),
            "missing": list(self.missing),
            "warnings": list(self.report.warnings),
        }


def run_challenge(
    path: Path,
    options: CompareOptions,
    progress: Progress,
    *,
    source: str | None = None,
    suspect: str | None = None,
    references: Sequence[str] = (),
    seed: int | None = None,
    beacon: bytes | None = None,
) -> Challenge:
    """Ask the models of an evidence file again, on other queries of the same recipe.

    Args:
        path: the evidence file; it must lead to what it states.
        options: how to open the models, and the cache; the rest is that of the evidence. A pool
            of one's own is named again here.
        progress: told how far the asking is.
        source: where the source is now; None takes the location of the evidence.
        suspect: likewise.
        references: likewise; empty takes the locations of the evidence.
        seed: of the fresh queries; None draws one.
        beacon: public randomness to draw it from, with the evidence itself.

    Raises:
        NotReproducedError: the evidence does not lead to what it states.
        PoolError: its pool cannot be drawn afresh.
        UsageError: both a seed and a beacon, the seed of the evidence, or an unknown location.
        ModelkinError: the models cannot be asked.
    """
    held = read_evidence(path)
    judgement = recompute(held, name=str(path))
    shown: dict[str, Any] = json.loads(held.report)
    seed, drawn = _seed(path, seed, beacon)
    fresh = _fresh_options(held, options, seed)
    where = list(references) or _locations(held)
    report, evidence = run_compare(
        source or shown["source"]["location"],
        suspect or shown["suspect"]["location"],
        where,
        fresh,
        progress,
    )
    if report.pool.digest == held.source.pool_digest:
        raise UsageError(
            f"the queries of '{report.pool.name}' are those of the evidence, so nothing fresh "
            "was asked",
            hint="pass another --seed, or leave it out",
        )
    return Challenge(
        stated=Outcome(pool=held.source.pool, decision=judgement.decision),
        fresh=Outcome(pool=report.pool.name, decision=report.decision),
        seed=seed,
        drawn=drawn,
        changed=_changed(held, shown, report, evidence),
        missing=_missing(held, evidence),
        report=report,
        evidence=evidence,
    )


def _seed(path: Path, seed: int | None, beacon: bytes | None) -> tuple[int, str]:
    if seed is not None and beacon is not None:
        raise UsageError("both --seed and --beacon are given", hint="leave one of them out")
    if seed is not None:
        return seed, "given"
    if beacon is None:
        return fresh_seed(), "random"
    manifest = hashlib.sha256(read_members(path)[MANIFEST]).hexdigest()
    return seed_from_digest(manifest, hashlib.sha256(beacon).hexdigest()), "beacon"


def _fresh_options(held: Evidence, options: CompareOptions, seed: int) -> CompareOptions:
    name = held.source.pool
    asked, terms = held.asked, held.terms
    pool, queries = options.pool, asked.get("queries")
    if name.partition("/")[0] in recipe_names():
        stated = parse_pool_name(name)
        if stated.seed == seed:
            raise UsageError(
                f"seed {seed} is that of the evidence", hint="pass another one, or leave it out"
            )
        pool, queries = replace(stated, seed=seed).text, stated.n
    elif pool is None or queries is None:
        raise PoolError(
            f"the evidence was asked '{name}', which cannot be drawn afresh",
            hint="name the folder or table again with --pool; fresh queries can be drawn from it "
            "only where the evidence used a part of it (--queries)",
        )
    candidates = None
    if terms.select is not None:
        stated_of = asked.get("selection", {}).get("candidates")
        recipe = name.partition("/")[0] in recipe_names()
        candidates, queries = queries if recipe else stated_of, terms.select.queries
    access = asked.get("access") or (
        held.suspect.access if held.suspect.access is Access.LABEL else None
    )
    return replace(
        options,
        pool=pool,
        queries=queries,
        seed=seed,
        methods=terms.methods,
        rule=terms.rule,
        alpha=terms.alpha,
        null=terms.null,
        until_width=terms.until_width,
        leave_out=terms.leave_out,
        select=terms.select.selector if terms.select else None,
        candidates=candidates,
        anytime=bool(terms.select and terms.select.anytime),
        access=Access(access) if access else None,
        top_k=asked.get("top_k", options.top_k),
        decimals=asked.get("round"),
    )


def _locations(held: Evidence) -> list[str]:
    """Where the references of the evidence were; those that are gone are left out by name."""
    known = [one.location for one in held.references if one.location]
    if held.references and not known:
        raise UsageError(
            "the evidence does not say where its references are",
            hint="pass --references; files written by older versions do not hold it",
        )
    return [one for one in known if is_url(one) or Path(one).exists() or ":" in one]


def _changed(
    held: Evidence, shown: dict[str, Any], report: Report, fresh: Evidence
) -> tuple[str, ...]:
    sides = (("source", report.source), ("suspect", report.suspect))
    found = [
        f"{side} '{card.name}'" for side, card in sides if shown[side]["digest"] != card.digest
    ]
    before = {one.responses.model: one.digest for one in held.references if one.digest}
    found += [
        f"reference '{one.responses.model}'"
        for one in fresh.references
        if before.get(one.responses.model, one.digest) != one.digest
    ]
    return tuple(found)


def _missing(held: Evidence, fresh: Evidence) -> tuple[str, ...]:
    now = {one.responses.model for one in fresh.references}
    return tuple(one.responses.model for one in held.references if one.responses.model not in now)


def _outcome(one: Outcome) -> dict[str, Any]:
    decision = one.decision
    return {
        "pool": one.pool,
        "verdict": decision.verdict.value,
        "p_value": decision.p_value,
        "similarity": decision.similarity.value,
        "method": decision.similarity.method,
        "n_families": len(decision.null.family_scores) if decision.null else 0,
    }
