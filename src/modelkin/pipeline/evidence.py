"""Evidence files: all that is needed to recompute or dispute a verdict, in one zip."""

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from modelkin.errors import NotReproducedError, SchemaVersionError
from modelkin.pipeline.binding import Bound
from modelkin.pipeline.commitment import committed_selection
from modelkin.pipeline.crafted import Crafted
from modelkin.pipeline.enclosing import (
    pack_bound,
    pack_replayed,
    require_bound,
    unpack_bound,
    unpack_replayed,
)
from modelkin.pipeline.judging import Judgement, Terms
from modelkin.pipeline.members import corrupt, read_members, write_members
from modelkin.pipeline.null import Reference
from modelkin.pipeline.options import CompareOptions
from modelkin.pipeline.own_copy import OwnCopy
from modelkin.pipeline.power import stated_power
from modelkin.pipeline.select_terms import SelectTerms
from modelkin.pipeline.signing import MANIFEST, require_whole, signers
from modelkin.pipeline.steadiness import settle, steadiness_of
from modelkin.pipeline.verdict import judge_any, power_any
from modelkin.records import AnyArray, Decision, NullKind, Responses, Selection
from modelkin.report.as_json import plain_json
from modelkin.responses.sentinels import Replayed
from modelkin.store import pack_responses, unpack_responses

_SCHEMA = "modelkin/evidence/1"


@dataclass(frozen=True, kw_only=True, eq=False)
class Evidence:
    """What an evidence file holds.

    Attributes:
        source: all recorded answers of the source.
        suspect: of the suspect.
        references: of the references.
        terms: what was asked for.
        stated: verdict, relation, p-value, similarities and null scores as first reported.
        report: the full report, as JSON.
        crafted: queries and answers of the crafted methods, by method.
        copies: answers of the owner's copies that the power was stated by.
        top_k: with top-k access, how many scores were seen.
        asked: how much of the answers was seen.
        bound: the commitment that the run held to, or None.
        replayed: queries that the suspect was asked twice, or None.
    """

    source: Responses
    suspect: Responses
    references: tuple[Reference, ...]
    terms: Terms
    stated: dict[str, Any]
    report: str
    crafted: Mapping[str, Crafted] = field(default_factory=dict)
    copies: tuple[OwnCopy, ...] = ()
    top_k: int = 5
    asked: Mapping[str, Any] = field(default_factory=dict)
    bound: Bound | None = None
    replayed: Replayed | None = None


def write_evidence(path: Path, evidence: Evidence) -> None:
    """Write an evidence file; equal evidence gives equal bytes."""
    packed = {
        "source.npz": pack_responses(evidence.source),
        "suspect.npz": pack_responses(evidence.suspect),
    }
    listed = []
    for i, reference in enumerate(evidence.references):
        file = f"reference-{i:04d}.npz"
        packed[file] = pack_responses(reference.responses)
        for method, answers in reference.crafted.items():
            packed[_of_method(file, method)] = pack_responses(answers)
        entry = {"file": file, "family": reference.family, "null": reference.null}
        listed.append({**entry, "location": reference.location, "digest": reference.digest})
    for method, own in evidence.crafted.items():
        packed[_of_method("source.npz", method)] = pack_responses(own.source)
        packed[_of_method("suspect.npz", method)] = pack_responses(own.suspect)
        packed[_of_method("queries.npy", method)] = _pack_queries(own.queries)
    copies = []
    for i, copy in enumerate(evidence.copies):
        packed[f"copy-{i:04d}.npz"] = pack_responses(copy.responses)
        copies.append({"file": f"copy-{i:04d}.npz", "kind": copy.kind, "lost": copy.lost})
    packed["report.json"] = evidence.report.encode()
    manifest = {
        "schema": _SCHEMA,
        "pool": {"name": evidence.source.pool, "digest": evidence.source.pool_digest},
        "terms": _plain_terms(evidence.terms),
        "stated": evidence.stated,
        "references": listed,
        "crafted": list(evidence.crafted),
        **({"copies": copies, "top_k": evidence.top_k} if copies else {}),
        "asked": evidence.asked,
        **pack_bound(evidence.bound, packed),
        **pack_replayed(evidence.replayed, packed),
        "sha256": {name: hashlib.sha256(content).hexdigest() for name, content in packed.items()},
    }
    write_members(path, {MANIFEST: json.dumps(manifest, indent=1).encode(), **packed})


def read_evidence(path: Path) -> Evidence:
    """Read an evidence file and check that nothing in it was altered, signatures included.

    Raises:
        UsageError: there is no such file.
        CorruptFileError: damaged or altered.
        SealError: a signature does not hold.
        SchemaVersionError: written by another version.
    """
    files = read_members(path)
    manifest = require_whole(path, files)
    signers(path, files)
    schema = manifest.get("schema")
    if schema != _SCHEMA:
        raise SchemaVersionError(
            f"'{path}' has schema {schema}, this version reads {_SCHEMA}",
            hint="use the version of modelkin that wrote it",
        )
    try:
        return _unpack(files, manifest)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise corrupt(path, f"its manifest does not fit ({error})") from error


def recompute(evidence: Evidence, *, name: str) -> Judgement:
    """Judge the recorded answers again and insist on the stated result.

    Raises:
        NotReproducedError: the answers do not lead to what the file states.
        CorruptFileError: crafted queries are not those that were answered.
        DeviationError: the run is not what its commitment says.
    """
    for method, own in evidence.crafted.items():
        own.require_own_queries(name=_of_method(name, method))
    if evidence.bound is not None:
        require_bound(
            evidence.bound,
            report=json.loads(evidence.report),
            terms=_plain_terms(evidence.terms),
            references=evidence.references,
            asked=evidence.asked,
            name=name,
        )
    judgement = settle(
        judge_any(
            evidence.source,
            evidence.suspect,
            evidence.references,
            evidence.terms,
            evidence.crafted,
            evidence.copies,
        ),
        steadiness_of(evidence.replayed),
    )
    power = power_any(
        evidence.source,
        evidence.suspect,
        evidence.references,
        evidence.copies,
        evidence.terms,
        judgement.similarities[0].method,
        top_k=evidence.top_k,
    )
    found = stated_result(judgement) | stated_power(power)
    for key, value in evidence.stated.items():
        if found.get(key) != value:
            raise NotReproducedError(
                f"'{name}' states {key} = {value}, its answers give {found.get(key)}",
                hint="the file was altered, or another version decided; do not rely on it",
            )
    shown = json.loads(evidence.report)
    decided = {key: getattr(judgement.decision, key) for key in ("verdict", "relation", "p_value")}
    decided["e_value"] = plain_json(judgement.decision.e_value)
    if judgement.selection is not None:
        decided["selection"] = plain_json(judgement.selection)
        decided["anytime"] = plain_json(judgement.anytime)
    # what a run was held to and asked twice must not be taken away either
    decided["draw"] = plain_json(evidence.bound.draw) if evidence.bound else None
    decided["steadiness"] = plain_json(steadiness_of(evidence.replayed))
    for key, value in decided.items():
        if shown.get(key) != value:
            raise NotReproducedError(
                f"the report in '{name}' shows {key} = {shown.get(key)}, the answers give {value}",
                hint="the file was altered, or another version decided; do not rely on it",
            )
    return judgement


def stated_result(judgement: Judgement) -> dict[str, Any]:
    """The part of a judgement that an evidence file vouches for, rounded to 9 digits."""
    decision: Decision = judgement.decision
    scores = decision.null.scores if decision.null else ()
    stated: dict[str, Any] = {
        "verdict": decision.verdict,
        "relation": decision.relation,
        "p_value": _rounded(decision.p_value),
        "similarities": {s.method: _rounded(s.value) for s in judgement.similarities},
        "null": {score.reference: _rounded(score.value) for score in scores},
        "null_kind": decision.null.kind if decision.null else None,
    }
    if decision.score is not None:
        stated["score"] = _rounded(decision.score)
    precision = judgement.precision
    if precision is not None:
        ends = (precision.value, precision.low, precision.high)
        stated["precision"] = [_rounded(number) for number in ends]
    if judgement.swap is not None:
        stated["swap"] = {
            chair.reference: [_rounded(chair.p_value), _rounded(chair.suspect_similarity)]
            for chair in judgement.swap.chairs
        }
    if judgement.selection is not None:
        stated["selection"] = _stated_selection(judgement.selection)
    if judgement.anytime is not None:
        anytime = judgement.anytime
        stated["anytime"] = [_rounded(anytime.e_value), _rounded(anytime.bound), anytime.draws]
    if judgement.suspicions:
        stated["suspicions"] = [[one.reference, one.other] for one in judgement.suspicions]
    return stated


def _stated_selection(selection: Selection) -> dict[str, Any]:
    return {
        "chosen": selection.chosen.tolist(),
        "selecting": list(selection.selecting),
        "judging": list(selection.judging),
    }


def asked_how(options: CompareOptions) -> dict[str, Any]:
    """How much of the answers a compare was told to see, so that it can be asked again."""
    return {
        "access": options.access,
        "top_k": options.top_k,
        "round": options.decimals,
        "queries": options.queries,
        **({"selection": committed_selection(options)} if options.select else {}),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.9g}")


def _plain_terms(terms: Terms) -> dict[str, Any]:
    plain = asdict(terms)
    # versions that do not know these can read the file where they are not used
    for name in ("until_width", "leave_out", "select"):
        if not plain[name]:
            del plain[name]
    return plain


def _unpack(files: dict[str, bytes], manifest: dict[str, Any]) -> Evidence:
    terms = dict(manifest["terms"])
    terms["methods"] = tuple(terms["methods"])
    terms["leave_out"] = tuple(terms.get("leave_out", ()))
    terms["null"] = NullKind(terms["null"]) if terms["null"] else None
    terms["select"] = SelectTerms(**terms["select"]) if terms.get("select") else None
    terms.setdefault("cohort", False)  # files from before there were cohorts
    # files from before there were crafted methods do not name any
    methods: list[str] = manifest.get("crafted", [])
    references = tuple(
        Reference(
            responses=_answers(files, entry["file"]),
            family=entry["family"],
            null=NullKind(entry["null"]) if entry["null"] else None,
            crafted={
                method: _answers(files, _of_method(entry["file"], method)) for method in methods
            },
            location=entry.get("location", ""),
            digest=entry.get("digest", ""),
        )
        for entry in manifest["references"]
    )
    suspect = _answers(files, "suspect.npz")
    return Evidence(
        source=_answers(files, "source.npz"),
        suspect=suspect,
        references=references,
        terms=Terms(**terms),
        stated=manifest["stated"],
        report=files["report.json"].decode(),
        crafted={
            method: Crafted(
                queries=_unpack_queries(files[_of_method("queries.npy", method)]),
                source=_answers(files, _of_method("source.npz", method)),
                suspect=_answers(files, _of_method("suspect.npz", method)),
            )
            for method in methods
        },
        copies=tuple(
            OwnCopy(
                responses=_answers(files, entry["file"]), kind=entry["kind"], lost=entry["lost"]
            )
            for entry in manifest.get("copies", [])
        ),
        top_k=int(manifest.get("top_k", 5)),
        asked=manifest.get("asked", {}),
        bound=unpack_bound(manifest, files),
        replayed=unpack_replayed(manifest, files, suspect),
    )


def _of_method(file: str, method: str) -> str:
    """The name of a method's own file beside that of the pool."""
    return f"{method}/{file}"


def _answers(files: dict[str, bytes], name: str) -> Responses:
    return unpack_responses(files[name], name=name)


def _pack_queries(queries: AnyArray) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, queries, allow_pickle=False)
    return buffer.getvalue()


def _unpack_queries(content: bytes) -> AnyArray:
    return np.asarray(np.load(io.BytesIO(content), allow_pickle=False))
