"""What a party fixes before anybody can know the queries, and how a run is held to it.

A commitment is a small canonical JSON file; its sha256 is made public. The seed of the queries
is then drawn from that sha256 and from randomness of after it, so that nobody can choose models,
references, settings and queries to suit each other.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from modelkin.errors import CorruptFileError, DeviationError, SchemaVersionError, UsageError
from modelkin.pipeline.drawing import (
    nonce_digest,
    seed_from_beacon,
    seed_from_nonces,
    write_secret,
)
from modelkin.pipeline.options import CompareOptions
from modelkin.records import Access, Draw, NullKind

SCHEMA = "modelkin/commitment/1"
_SALT_BYTES = 32
_HEX = frozenset("0123456789abcdef")
_SHA256_DIGITS = 64
_OPEN_FIELDS = {
    "schema",
    "suspect",
    "pool",
    "queries",
    "methods",
    "rule",
    "alpha",
    "null",
    "access",
    "top_k",
    "round",
    "until_width",
    "leave_out",
    "parties",
    "announced",
}
_MODELS = "models"
_SELECTION = "selection"  # absent where nothing is selected, as in files from before it
_HIDDEN = "models_salted_sha256"


@dataclass(frozen=True, kw_only=True)
class Models:
    """The models that a commitment fixes, by content.

    Attributes:
        source: sha256 of the source.
        references: (sha256, family, null or None) of each, in ascending order.
    """

    source: str
    references: tuple[tuple[str, str, str | None], ...]

    def as_json(self) -> dict[str, Any]:
        """As JSON values."""
        return {"source": self.source, "references": [list(one) for one in self.references]}


@dataclass(frozen=True, kw_only=True, eq=False)
class Commitment:
    """A commitment as it was written.

    Attributes:
        content: its fields.
    """

    content: Mapping[str, Any]

    @property
    def text(self) -> str:
        """Canonical JSON: keys in order, no spaces, one line."""
        return _canonical(self.content)

    @property
    def sha256(self) -> str:
        """What is made public; the sha256 of the file."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def hidden(self) -> bool:
        """Whether the models are committed to by a salted hash."""
        return _HIDDEN in self.content

    def models(self, opening: Mapping[str, Any] | None = None) -> Models:
        """The models that are committed to.

        Args:
            opening: salt and models, where they were hidden.

        Raises:
            UsageError: they are hidden, and nothing opens them.
            DeviationError: the opening is that of another commitment.
        """
        stated: Any = self.content.get(_MODELS)
        if self.hidden:
            if opening is None:
                raise UsageError(
                    "the commitment hides its models behind a salted hash",
                    hint="reveal them: --opening FILE, which 'modelkin commit --hide' wrote",
                )
            try:
                stated, salt = opening["models"], bytes.fromhex(opening["salt"])
            except (KeyError, TypeError, ValueError) as error:
                raise _malformed("the opening", str(error)) from error
            if _salted(salt, stated) != self.content[_HIDDEN]:
                raise DeviationError(
                    "the opening does not fit the commitment: its salted hash is another",
                    hint="pass the opening that was written together with this commitment",
                )
        try:
            references = tuple((one[0], one[1], one[2]) for one in stated["references"])
            return Models(source=stated["source"], references=references)
        except (KeyError, TypeError, IndexError) as error:
            raise _malformed("the commitment", f"its models cannot be read ({error})") from error


@dataclass(frozen=True, kw_only=True, eq=False)
class Bound:
    """A commitment that a compare is held to, and the draw that came after it.

    Attributes:
        commitment: what was fixed.
        models: the models that were.
        draw: where the seed comes from.
        opening: salt and models, where they were hidden.
        beacon: the beacon's bytes, for the evidence; empty with nonces.
    """

    commitment: Commitment
    models: Models
    draw: Draw
    opening: Mapping[str, Any] | None = None
    beacon: bytes = b""


def make_commitment(
    models: Models,
    options: CompareOptions,
    *,
    pool: Mapping[str, str | None],
    suspect: str | None = None,
    parties: Sequence[str] = (),
    announced: str = "",
    hide: bool = False,
) -> tuple[Commitment, dict[str, Any] | None]:
    """Write down what is fixed.

    Args:
        models: source and references, by content.
        options: the settings that decide a verdict.
        pool: recipe or name, shape where stated, digest of the candidates where they are files.
        suspect: sha256 of the suspect, or None for any.
        parties: sha256 of the nonce of each party.
        announced: which randomness will be used, in words that leave no choice.
        hide: put a salted hash in the place of the models.

    Returns:
        The commitment, and what opens it where the models are hidden.

    Raises:
        UsageError: a party states no sha256, or the same as another one.
    """
    _require_parties(parties)
    fields: dict[str, Any] = {
        "schema": SCHEMA,
        "suspect": suspect,
        "pool": dict(pool),
        "queries": options.queries,
        "methods": list(options.methods),
        "rule": options.rule,
        "alpha": options.alpha,
        "null": options.null,
        "access": options.access,
        "top_k": options.top_k,
        "round": options.decimals,
        "until_width": options.until_width,
        "leave_out": sorted(options.leave_out),
        "parties": list(parties),
        "announced": announced,
    }
    if options.select is not None:
        fields[_SELECTION] = committed_selection(options)
    if not hide:
        return Commitment(content={**fields, _MODELS: models.as_json()}), None
    salt = secrets.token_bytes(_SALT_BYTES)
    opening = {"salt": salt.hex(), "models": models.as_json()}
    return Commitment(content={**fields, _HIDDEN: _salted(salt, models.as_json())}), opening


def write_commitment(
    path: Path, commitment: Commitment, opening: Mapping[str, Any] | None
) -> Path | None:
    """Write a commitment, and its opening beside it where there is one.

    Returns:
        Where the opening is; it stays secret until the models are revealed.

    Raises:
        UsageError: one of the files exists or cannot be written.
    """
    if path.exists():
        raise UsageError(f"'{path}' exists", hint="a commitment is not overwritten; name another")
    beside = None
    if opening is not None:
        beside = path.with_name(path.name + ".opening")
        write_secret(beside, _canonical(opening))
    path.write_bytes(commitment.text.encode())
    return beside


def read_commitment(path: Path) -> Commitment:
    """Read a commitment.

    Raises:
        UsageError: there is no such file.
        CorruptFileError: it is none, or not as it was written.
        SchemaVersionError: written by another version.
    """
    if not path.is_file():
        raise UsageError(f"there is no commitment '{path}'", hint="check the path")
    return parse_commitment(path.read_bytes(), name=str(path))


def parse_commitment(content: bytes, *, name: str) -> Commitment:
    """The same from the bytes of the file."""
    try:
        fields = json.loads(content)
        schema = fields["schema"]
    except (ValueError, KeyError, TypeError) as error:
        raise _malformed(f"'{name}'", "it is no JSON of a commitment") from error
    if schema != SCHEMA:
        raise SchemaVersionError(
            f"'{name}' has schema {schema}, this version reads {SCHEMA}",
            hint="use the version of modelkin that wrote it",
        )
    names = set(fields) - {_SELECTION}
    if names not in (_OPEN_FIELDS | {_MODELS}, _OPEN_FIELDS | {_HIDDEN}):
        odd = ", ".join(sorted(names ^ (_OPEN_FIELDS | (names & {_MODELS, _HIDDEN}))))
        raise _malformed(f"'{name}'", f"its fields are not those of a commitment ({odd})")
    found = Commitment(content=fields)
    if found.text.encode() != content:
        # its sha256 must not depend on who reads it
        raise _malformed(f"'{name}'", "it is not in canonical form, so it was edited")
    return found


def bind(
    commitment: Commitment,
    *,
    beacon: bytes | None,
    nonces: Sequence[bytes],
    opening: Mapping[str, Any] | None = None,
) -> Bound:
    """Draw the seed for a commitment.

    Args:
        commitment: what was fixed.
        beacon: public randomness of after it.
        nonces: a nonce of each party, in any order.
        opening: salt and models, where they were hidden.

    Raises:
        UsageError: neither or both are given, or the commitment asks for the other.
        DeviationError: a nonce is of nobody that the commitment names, or one is missing.
    """
    parties: list[str] = list(commitment.content["parties"])
    if (beacon is None) is (not nonces):
        raise UsageError(
            "a commitment needs randomness of after it, and of one kind",
            hint="pass --beacon FILE|HEX, or --reveal once for each party",
        )
    if bool(nonces) is not bool(parties):
        raise DeviationError(
            "the commitment names the nonces of parties, and a beacon was given"
            if parties
            else "the commitment names no parties, so no nonce belongs to it",
            hint="pass --reveal once for each party" if parties else "pass --beacon FILE|HEX",
        )
    sha256 = commitment.sha256
    announced: str = commitment.content["announced"]
    models = commitment.models(opening)
    if beacon is not None:
        draw = Draw(
            commitment=sha256,
            kind="beacon",
            announced=announced,
            beacon=hashlib.sha256(beacon).hexdigest(),
            nonces=(),
            seed=seed_from_beacon(sha256, beacon),
            opened=commitment.hidden,
        )
        return Bound(
            commitment=commitment, models=models, draw=draw, opening=opening, beacon=beacon
        )
    ordered = _in_order(parties, nonces)
    draw = Draw(
        commitment=sha256,
        kind="reveal",
        announced=announced,
        beacon=None,
        nonces=tuple(nonce.hex() for nonce in ordered),
        seed=seed_from_nonces(sha256, ordered),
        opened=commitment.hidden,
    )
    return Bound(commitment=commitment, models=models, draw=draw, opening=opening)


def held_to(options: CompareOptions, bound: Bound) -> CompareOptions:
    """The settings of a run under a commitment: what is left open is taken from it.

    Raises:
        DeviationError: a setting is another than the one committed to.
    """
    fixed = bound.commitment.content
    pool = fixed["pool"]
    stated: dict[str, tuple[Any, Any, str]] = {
        "--queries": (options.queries, fixed["queries"], "queries"),
        "--method": (list(options.methods) or None, fixed["methods"] or None, "methods"),
        "--null": (options.null, fixed["null"], "null"),
        "--access": (options.access, fixed["access"], "access"),
        "--round": (options.decimals, fixed["round"], "decimals"),
        "--until-width": (options.until_width, fixed["until_width"], "until_width"),
        "--leave-out": (sorted(options.leave_out) or None, fixed["leave_out"] or None, "leave_out"),
        "--rule": (options.rule, fixed["rule"], "rule"),
        "--alpha": (options.alpha, fixed["alpha"], "alpha"),
        "--top-k": (options.top_k, fixed["top_k"], "top_k"),
        "--select": (
            committed_selection(options) if options.select else None,
            fixed.get(_SELECTION),
            "select",
        ),
    }
    for flag, (mine, committed, _) in stated.items():
        if mine is not None and mine != committed:
            raise _deviation(flag, mine, committed)
    if options.seed != 0:
        raise DeviationError(
            f"--seed {options.seed} was given, and the seed follows from the commitment and the "
            "randomness after it",
            hint="leave out --seed",
        )
    if options.pool is not None and pool["candidates"] is None and options.pool != pool["name"]:
        raise _deviation("--pool", options.pool, pool["name"])
    if options.pool is None and pool["candidates"] is not None:
        raise UsageError(
            f"the commitment fixes candidates of its own ({pool['name']})",
            hint="name them again: --pool DIR",
        )
    return replace(
        options,
        queries=fixed["queries"],
        methods=tuple(fixed["methods"]),
        null=NullKind(fixed["null"]) if fixed["null"] else None,
        access=Access(fixed["access"]) if fixed["access"] else None,
        decimals=fixed["round"],
        until_width=fixed["until_width"],
        leave_out=tuple(fixed["leave_out"]),
        **fixed.get(_SELECTION, {}),
        pool=options.pool or pool["name"],
        seed=bound.draw.seed,
        bound=bound,
    )


def committed_selection(options: CompareOptions) -> dict[str, Any]:
    """What a commitment fixes of a selection."""
    return {
        "select": options.select,
        "candidates": options.candidates,
        "anytime": options.anytime,
    }


def require_committed(
    bound: Bound,
    *,
    source: str,
    suspect: str,
    references: Mapping[str, tuple[str, str, str | None]],
    candidates: str | None,
) -> None:
    """Refuse models and candidates that were not committed to.

    Args:
        bound: the commitment.
        source: sha256 of the source.
        suspect: of the suspect.
        references: name to (sha256, family, null or None).
        candidates: digest of the candidates, where they are files.

    Raises:
        DeviationError: names the first that differs.
    """
    fixed, models = bound.commitment.content, bound.models
    if source != models.source:
        raise _deviation("the source", source, models.source)
    if fixed["suspect"] is not None and suspect != fixed["suspect"]:
        raise _deviation("the suspect", suspect, fixed["suspect"])
    if candidates != fixed["pool"]["candidates"]:
        raise _deviation("the candidates of --pool", candidates, fixed["pool"]["candidates"])
    missing = list(models.references)
    for name, given in references.items():
        if given not in missing:
            raise DeviationError(
                f"the reference '{name}' (sha256 {given[0][:12]}, family {given[1]}, null "
                f"{given[2]}) is none of those committed to",
                hint="pass the very references of the commitment, with the same families",
            )
        missing.remove(given)
    if missing:
        raise DeviationError(
            f"{len(missing)} committed references are missing, the first with sha256 "
            f"{missing[0][0][:12]} (family {missing[0][1]})",
            hint="pass all references of the commitment; leaving one out could suit a verdict",
        )


def _in_order(parties: Sequence[str], nonces: Sequence[bytes]) -> list[bytes]:
    by_digest = {nonce_digest(nonce): nonce for nonce in nonces}
    for digest in by_digest:
        if digest not in parties:
            raise DeviationError(
                f"a revealed nonce has sha256 {digest[:12]}, which no party committed to",
                hint="each party reveals the nonce whose sha256 stands in the commitment",
            )
    absent = [party for party in parties if party not in by_digest]
    if absent:
        raise DeviationError(
            f"the nonce with sha256 {absent[0][:12]} is not revealed",
            hint="pass --reveal once for each party; who refuses to reveal gives up the run",
        )
    return [by_digest[party] for party in parties]


def _require_parties(parties: Sequence[str]) -> None:
    for party in parties:
        if len(party) != _SHA256_DIGITS or not set(party) <= _HEX:
            raise UsageError(
                f"'{party}' is no sha256 of a nonce",
                hint="pass the 64 digits that 'modelkin commit --nonce' printed",
            )
    if len(set(parties)) != len(parties):
        raise UsageError("two parties state the same nonce", hint="each makes one of its own")


def _salted(salt: bytes, models: Any) -> str:  # noqa: ANN401 (JSON)
    return hmac.new(salt, _canonical(models).encode(), hashlib.sha256).hexdigest()


def _canonical(content: Any) -> str:  # noqa: ANN401 (JSON)
    return json.dumps(content, sort_keys=True, separators=(",", ":"), allow_nan=False) + "\n"


def _deviation(what: str, given: object, committed: object) -> DeviationError:
    return DeviationError(
        f"{what} is {_shown(given)}, committed was {_shown(committed)}",
        hint="a run under a commitment uses exactly what was committed to",
    )


def _shown(value: object) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text[:12] if len(text) == _SHA256_DIGITS else text


def _malformed(what: str, why: str) -> CorruptFileError:
    return CorruptFileError(
        f"{what} cannot be used: {why}", hint="pass the file that 'modelkin commit' wrote"
    )
