"""Reading an evidence file, which may come from an opponent."""

from pathlib import Path
from typing import Any

from modelkin.errors import SchemaVersionError
from modelkin.pipeline.crafted import Crafted
from modelkin.pipeline.enclosing import unpack_bound, unpack_replayed
from modelkin.pipeline.evidence import Evidence
from modelkin.pipeline.evidence_members import SCHEMA, of_method, unpack_queries, unpack_terms
from modelkin.pipeline.members import corrupt, read_members
from modelkin.pipeline.null import Reference
from modelkin.pipeline.own_copy import OwnCopy
from modelkin.pipeline.signing import require_whole, signers
from modelkin.records import NullKind, Responses
from modelkin.store import unpack_responses


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
    if schema != SCHEMA:
        raise SchemaVersionError(
            f"'{path}' has schema {schema}, this version reads {SCHEMA}",
            hint="use the version of modelkin that wrote it",
        )
    try:
        return _unpack(files, manifest)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise corrupt(path, f"its manifest does not fit ({error})") from error


def _unpack(files: dict[str, bytes], manifest: dict[str, Any]) -> Evidence:
    # files from before there were crafted methods do not name any
    methods: list[str] = manifest.get("crafted", [])
    references = tuple(
        Reference(
            responses=_answers(files, entry["file"]),
            family=entry["family"],
            null=NullKind(entry["null"]) if entry["null"] else None,
            crafted={
                method: _answers(files, of_method(entry["file"], method)) for method in methods
            },
            location=entry.get("location", ""),
            digest=entry.get("digest", ""),
            copies=_copies(files, entry),
        )
        for entry in manifest["references"]
    )
    suspect = _answers(files, "suspect.npz")
    return Evidence(
        source=_answers(files, "source.npz"),
        suspect=suspect,
        references=references,
        terms=unpack_terms(manifest["terms"]),
        stated=manifest["stated"],
        report=files["report.json"].decode(),
        crafted={
            method: Crafted(
                queries=unpack_queries(files[of_method("queries.npy", method)]),
                source=_answers(files, of_method("source.npz", method)),
                suspect=_answers(files, of_method("suspect.npz", method)),
            )
            for method in methods
        },
        copies=_copies(files, manifest),
        top_k=int(manifest.get("top_k", 5)),
        asked=manifest.get("asked", {}),
        bound=unpack_bound(manifest, files),
        replayed=unpack_replayed(manifest, files, suspect),
    )


def _answers(files: dict[str, bytes], name: str) -> Responses:
    return unpack_responses(files[name], name=name)


def _copies(files: dict[str, bytes], entry: dict[str, Any]) -> tuple[OwnCopy, ...]:
    return tuple(
        OwnCopy(
            responses=_answers(files, one["file"]),
            kind=one["kind"],
            lost=one["lost"],
            digest=one.get("digest", ""),
        )
        for one in entry.get("copies", [])
    )
