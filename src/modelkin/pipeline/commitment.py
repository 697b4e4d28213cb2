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
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from modelkin.errors import CorruptFileError, DeviationError, SchemaVersionError, UsageError
from modelkin.pipeline.drawing import (
    write_secret,
)
from modelkin.pipeline.options import CompareOptions

SCHEMA = "modelkin/commitment/1"
_SALT_BYTES = 32
_HEX = frozenset("0123456789abcdef")
SHA256_DIGITS = 64
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
SELECTION = "selection"  # absent where nothing is selected, as in files from before it
_HIDDEN = "models_salted_sha256"

CommittedCopy = tuple[str, str, bool]
"""sha256, kind, and whether it lost its function."""


@dataclass(frozen=True, kw_only=True)
class Models:
    """The models that a commitment fixes, by content.

    Attributes:
        source: sha256 of the source.
        references: (sha256, family, null or None) of each, in ascending order.
        copies: (sha256, kind, lost) of each own copy of the source, in ascending order.
    """

    source: str
    references: tuple[tuple[str, str, str | None], ...]
    copies: tuple[CommittedCopy, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """As JSON values; without own copies as before there were any."""
        copies = {"copies": [list(one) for one in self.copies]} if self.copies else {}
        references = [list(one) for one in self.references]
        return {"source": self.source, "references": references, **copies}


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
            copies = tuple(
                (str(one[0]), str(one[1]), bool(one[2])) for one in stated.get("copies", ())
            )
            return Models(source=stated["source"], references=references, copies=copies)
        except (KeyError, TypeError, IndexError, AttributeError) as error:
            raise _malformed("the commitment", f"its models cannot be read ({error})") from error


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
        fields[SELECTION] = committed_selection(options)
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
    names = set(fields) - {SELECTION}
    if names not in (_OPEN_FIELDS | {_MODELS}, _OPEN_FIELDS | {_HIDDEN}):
        odd = ", ".join(sorted(names ^ (_OPEN_FIELDS | (names & {_MODELS, _HIDDEN}))))
        raise _malformed(f"'{name}'", f"its fields are not those of a commitment ({odd})")
    found = Commitment(content=fields)
    if found.text.encode() != content:
        # its sha256 must not depend on who reads it
        raise _malformed(f"'{name}'", "it is not in canonical form, so it was edited")
    return found


def committed_selection(options: CompareOptions) -> dict[str, Any]:
    """What a commitment fixes of a selection."""
    return {
        "select": options.select,
        "candidates": options.candidates,
        "anytime": options.anytime,
    }


def _require_parties(parties: Sequence[str]) -> None:
    for party in parties:
        if len(party) != SHA256_DIGITS or not set(party) <= _HEX:
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


def _malformed(what: str, why: str) -> CorruptFileError:
    return CorruptFileError(
        f"{what} cannot be used: {why}", hint="pass the file that 'modelkin commit' wrote"
    )
