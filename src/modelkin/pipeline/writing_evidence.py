"""Writing an evidence file: everything in one zip, with a digest of each member."""

import hashlib
import json
from pathlib import Path
from typing import Any

from modelkin.pipeline.enclosing import pack_bound, pack_replayed
from modelkin.pipeline.evidence import Evidence
from modelkin.pipeline.evidence_members import SCHEMA, of_method, pack_queries, pack_terms
from modelkin.pipeline.members import write_members
from modelkin.pipeline.own_copy import OwnCopy
from modelkin.pipeline.signing import MANIFEST
from modelkin.store import pack_responses


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
            packed[of_method(file, method)] = pack_responses(answers)
        entry: dict[str, Any] = {
            "file": file,
            "family": reference.family,
            "null": reference.null,
            "location": reference.location,
            "digest": reference.digest,
        }
        if reference.copies:
            entry["copies"] = [
                _pack_copy(f"reference-{i:04d}-{j:02d}.npz", copy, packed)
                for j, copy in enumerate(reference.copies)
            ]
        listed.append(entry)
    for method, own in evidence.crafted.items():
        packed[of_method("source.npz", method)] = pack_responses(own.source)
        packed[of_method("suspect.npz", method)] = pack_responses(own.suspect)
        packed[of_method("queries.npy", method)] = pack_queries(own.queries)
    copies = [
        _pack_copy(f"copy-{i:04d}.npz", copy, packed) for i, copy in enumerate(evidence.copies)
    ]
    packed["report.json"] = evidence.report.encode()
    manifest = {
        "schema": SCHEMA,
        "pool": {"name": evidence.source.pool, "digest": evidence.source.pool_digest},
        "terms": pack_terms(evidence.terms),
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


def _pack_copy(file: str, copy: OwnCopy, packed: dict[str, bytes]) -> dict[str, Any]:
    """Add a copy's answers; return what the manifest says of them."""
    packed[file] = pack_responses(copy.responses)
    digest = {"digest": copy.digest} if copy.digest else {}
    return {"file": file, "kind": copy.kind, "lost": copy.lost, **digest}
