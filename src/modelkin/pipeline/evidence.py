"""Evidence files: all that is needed to recompute or dispute a verdict, in one zip."""

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from modelkin.errors import (
    CorruptFileError,
    NotReproducedError,
    SchemaVersionError,
    UsageError,
)
from modelkin.pipeline.crafted import Crafted
from modelkin.pipeline.judging import Judgement, Terms, judge
from modelkin.pipeline.null import Reference
from modelkin.pipeline.power import OwnCopy, measure_power, stated_power
from modelkin.records import AnyArray, Decision, NullKind, Responses
from modelkin.store import pack_responses, unpack_responses

_SCHEMA = "modelkin/evidence/1"
_LARGEST = 4 << 30
_DAY_ONE = (1980, 1, 1, 0, 0, 0)


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
        listed.append({"file": file, "family": reference.family, "null": reference.null})
    for method, own in evidence.crafted.items():
        packed[_of_method("source.npz", method)] = pack_responses(own.source)
        packed[_of_method("suspect.npz", method)] = pack_responses(own.suspect)
        packed[_of_method("queries.npy", method)] = _pack_queries(own.queries)
    copies = []
    for i, copy in enumerate(evidence.copies):
        packed[f"copy-{i:04d}.npz"] = pack_responses(copy.responses)
        copies.append({"file": f"copy-{i:04d}.npz", "kind": copy.kind, "lost": copy.lost})
    packed["report.json"] = evidence.report.encode()
    terms = asdict(evidence.terms)
    if evidence.terms.until_width is None:  # versions that do not know it can read the file
        del terms["until_width"]
    manifest = {
        "schema": _SCHEMA,
        "pool": {"name": evidence.source.pool, "digest": evidence.source.pool_digest},
        "terms": terms,
        "stated": evidence.stated,
        "references": listed,
        "crafted": list(evidence.crafted),
        **({"copies": copies, "top_k": evidence.top_k} if copies else {}),
        "sha256": {name: hashlib.sha256(content).hexdigest() for name, content in packed.items()},
    }
    files = {"manifest.json": json.dumps(manifest, indent=1).encode(), **packed}
    partial = path.with_name(path.name + ".partial")
    with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, _DAY_ONE), content)
    partial.replace(path)


def read_evidence(path: Path) -> Evidence:
    """Read an evidence file and check that nothing in it was altered.

    Raises:
        UsageError: there is no such file.
        CorruptFileError: damaged or altered.
        SchemaVersionError: written by another version.
    """
    if not path.is_file():
        raise UsageError(f"there is no evidence file '{path}'", hint="check the path")
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > _LARGEST:
                raise _corrupt(path, f"it unpacks to more than {_LARGEST >> 30} GiB")
            files = {name: archive.read(name) for name in archive.namelist()}
        manifest: dict[str, Any] = json.loads(files["manifest.json"])
        schema = manifest["schema"]
    except (OSError, zipfile.BadZipFile, KeyError, ValueError) as error:
        raise _corrupt(path, "it is no readable evidence file") from error
    if schema != _SCHEMA:
        raise SchemaVersionError(
            f"'{path}' has schema {schema}, this version reads {_SCHEMA}",
            hint="use the version of modelkin that wrote it",
        )
    try:
        return _unpack(path, files, manifest)
    except (KeyError, TypeError, ValueError) as error:
        raise _corrupt(path, f"its manifest does not fit ({error})") from error


def recompute(evidence: Evidence, *, name: str) -> Judgement:
    """Judge the recorded answers again and insist on the stated result.

    Raises:
        NotReproducedError: the answers do not lead to what the file states.
        CorruptFileError: crafted queries are not those that were answered.
    """
    for method, own in evidence.crafted.items():
        own.require_own_queries(name=_of_method(name, method))
    judgement = judge(
        evidence.source, evidence.suspect, evidence.references, evidence.terms, evidence.crafted
    )
    power = measure_power(
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
    for key in ("verdict", "relation", "p_value"):
        if shown.get(key) != getattr(judgement.decision, key):
            raise NotReproducedError(
                f"the report in '{name}' shows {key} = {shown.get(key)}, the answers give "
                f"{getattr(judgement.decision, key)}",
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
    precision = judgement.precision
    if precision is not None:
        ends = (precision.value, precision.low, precision.high)
        stated["precision"] = [_rounded(number) for number in ends]
    return stated


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.9g}")


def _unpack(path: Path, files: dict[str, bytes], manifest: dict[str, Any]) -> Evidence:
    for name, digest in manifest["sha256"].items():
        if hashlib.sha256(files[name]).hexdigest() != digest:
            raise _corrupt(path, f"{name} was altered")
    terms = dict(manifest["terms"])
    terms["methods"] = tuple(terms["methods"])
    terms["null"] = NullKind(terms["null"]) if terms["null"] else None
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
        )
        for entry in manifest["references"]
    )
    return Evidence(
        source=_answers(files, "source.npz"),
        suspect=_answers(files, "suspect.npz"),
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


def _corrupt(path: Path, what: str) -> CorruptFileError:
    return CorruptFileError(
        f"'{path}': {what}", hint="ask for the original file, or run the compare again"
    )
