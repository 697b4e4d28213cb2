"""Commitments: what was fixed stays fixed, and nobody chose the seed."""

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import modelkin
from modelkin.cli.main import main
from modelkin.errors import (
    CorruptFileError,
    DeviationError,
    ModelkinError,
    NotReproducedError,
    UsageError,
)
from modelkin.pipeline.binding import bind, held_to, require_committed
from modelkin.pipeline.commitment import Commitment, Models, make_commitment, parse_commitment
from modelkin.pipeline.drawing import (
    hkdf,
    make_nonce,
    nonce_digest,
    read_nonce,
    read_randomness,
    seed_from_beacon,
    seed_from_digest,
)
from modelkin.pipeline.members import read_members, write_members
from modelkin.pipeline.options import CompareOptions
from modelkin.pipeline.reading_evidence import read_evidence
from modelkin.pipeline.recomputing import recompute

pytestmark = pytest.mark.usefixtures("tiny_zoo")
MODELS = Models(source="a" * 64, references=(("b" * 64, "f1", "N2"), ("c" * 64, "f2", None)))
OPTIONS = CompareOptions(cache=Path("none"), queries=100, alpha=0.1)
POOL = {"name": "vector-mix-v1", "candidates": None}


def made(**fields: object) -> Commitment:
    return make_commitment(MODELS, OPTIONS, pool=POOL, **fields)[0]  # type: ignore[arg-type]


def test_the_derivation_is_that_of_rfc_5869() -> None:
    found = hkdf(
        bytes([0x0B]) * 22,
        salt=bytes(range(13)),
        info=bytes(range(0xF0, 0xFA)),
        length=42,
    )
    assert found.hex() == (
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"
    )
    long = hkdf(
        bytes(range(80)), salt=bytes(range(0x60, 0xB0)), info=bytes(range(0xB0, 256)), length=82
    )
    assert long.hex().endswith("cc30c58179ec3e87c14c01d5c1f3434f1d87")


@given(st.binary(min_size=1, max_size=40), st.binary(min_size=1, max_size=40))
def test_the_seed_moves_with_every_byte_of_the_beacon(one: bytes, other: bytes) -> None:
    sha256 = made().sha256
    assert (seed_from_beacon(sha256, one) == seed_from_beacon(sha256, other)) is (one == other)
    digest = hashlib.sha256(one).hexdigest()
    assert 0 <= seed_from_digest(sha256, digest) == seed_from_beacon(sha256, one) < 2**63


def test_seeds_are_spread_evenly() -> None:
    sha256 = made().sha256
    seeds = [seed_from_beacon(sha256, bytes([a, b])) for a in range(32) for b in range(32)]
    counts = np.bincount([seed >> 60 for seed in seeds], minlength=8)
    expected = len(seeds) / 8
    assert float(((counts - expected) ** 2 / expected).sum()) < 24.3, "chi2 of 7, p = .001"


def test_a_commitment_reads_back_and_any_edit_shows() -> None:
    content = made(announced="drand 9").text.encode()
    assert parse_commitment(content, name="c").sha256 == hashlib.sha256(content).hexdigest()
    for bad in (
        content.replace(b'"alpha":0.1', b'"alpha": 0.1'),
        content.replace(b'"alpha":0.1,', b""),
        content[:-1],
        b"[]",
        b"no json",
        content.replace(b'"top_k":5', b'"top_k":5,"extra":1'),
    ):
        with pytest.raises(CorruptFileError):
            parse_commitment(bad, name="c")
    with pytest.raises(ModelkinError, match="schema"):
        parse_commitment(content.replace(b"commitment/1", b"commitment/9"), name="c")


def test_the_hash_moves_with_everything_that_is_fixed() -> None:
    base = made()
    others = [
        make_commitment(MODELS, CompareOptions(cache=Path("none"), queries=100), pool=POOL)[0],
        make_commitment(
            Models(source="a" * 64, references=MODELS.references[:1]), OPTIONS, pool=POOL
        )[0],
        make_commitment(MODELS, OPTIONS, pool={"name": "image-mix-v1", "candidates": None})[0],
        made(suspect="d" * 64),
        made(announced="x"),
        made(parties=["e" * 64]),
    ]
    assert len({one.sha256 for one in (base, *others)}) == len(others) + 1


def test_hidden_models_are_opened_by_their_salt_only() -> None:
    commitment, opening = make_commitment(MODELS, OPTIONS, pool=POOL, hide=True)
    assert opening is not None
    assert MODELS.source not in commitment.text
    again, _ = make_commitment(MODELS, OPTIONS, pool=POOL, hide=True)
    assert again.sha256 != commitment.sha256, "a salt of its own, so nobody can try models out"
    with pytest.raises(UsageError, match="hides its models"):
        bind(commitment, beacon=b"1", nonces=[])
    assert bind(commitment, beacon=b"1", nonces=[], opening=opening).models == MODELS
    forged = {**opening, "models": {**opening["models"], "source": "f" * 64}}
    with pytest.raises(DeviationError, match="does not fit the commitment"):
        bind(commitment, beacon=b"1", nonces=[], opening=forged)
    with pytest.raises(CorruptFileError):
        bind(commitment, beacon=b"1", nonces=[], opening={"salt": 1})


def test_nonces_are_checked_against_what_the_parties_stated(tmp_path: Path) -> None:
    digests = [make_nonce(tmp_path / name) for name in ("a", "b")]
    first, second = (read_nonce(str(tmp_path / name)) for name in ("a", "b"))
    assert [nonce_digest(one) for one in (first, second)] == digests
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o600
    commitment = made(parties=digests)
    seed = bind(commitment, beacon=None, nonces=[first, second]).draw.seed
    assert bind(commitment, beacon=None, nonces=[second, first]).draw.seed == seed
    with pytest.raises(DeviationError, match="is not revealed"):
        bind(commitment, beacon=None, nonces=[first])
    with pytest.raises(DeviationError, match="which no party committed to"):
        bind(commitment, beacon=None, nonces=[first, bytes(32)])
    with pytest.raises(DeviationError, match="names the nonces"):
        bind(commitment, beacon=b"1", nonces=[])
    with pytest.raises(DeviationError, match="names no parties"):
        bind(made(), beacon=None, nonces=[first])
    with pytest.raises(UsageError, match="of one kind"):
        bind(commitment, beacon=None, nonces=[])
    with pytest.raises(UsageError, match="of one kind"):
        bind(commitment, beacon=b"1", nonces=[first])
    with pytest.raises(UsageError, match="same nonce"):
        made(parties=[digests[0], digests[0]])
    with pytest.raises(UsageError, match="no sha256"):
        made(parties=["abc"])
    with pytest.raises(UsageError, match="no nonce"):
        read_nonce("1f")


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"alpha": 0.05}, "--alpha is 0.05, committed was 0.1"),
        ({"queries": 99}, "--queries is 99, committed was 100"),
        ({"methods": ("cka",)}, "--method is cka, committed was None"),
        ({"null": modelkin.NullKind.N3}, "--null is N3"),
        ({"access": modelkin.Access.LABEL}, "--access is label"),
        ({"decimals": 2}, "--round is 2"),
        ({"top_k": 3}, "--top-k is 3"),
        ({"until_width": 0.1}, "--until-width is 0.1"),
        ({"leave_out": ("r",)}, "--leave-out is r"),
        ({"rule": "other"}, "--rule is other"),
        ({"seed": 4}, "--seed 4 was given"),
        ({"pool": "image-mix-v1"}, "--pool is image-mix-v1, committed was vector-mix-v1"),
        ({"pool": "vector-mix-v1/d8/n100/s3"}, "--pool is vector-mix-v1/d8/n100/s3"),
    ],
)
def test_a_setting_that_deviates_is_named(changed: dict[str, object], named: str) -> None:
    bound = bind(made(), beacon=b"1", nonces=[])
    options = CompareOptions(**{"cache": Path("none"), "alpha": 0.1, **changed})  # type: ignore[arg-type]
    with pytest.raises(DeviationError, match=named):
        held_to(options, bound)


def test_what_is_left_open_is_taken_from_the_commitment() -> None:
    bound = bind(made(), beacon=b"1", nonces=[])
    held = held_to(CompareOptions(cache=Path("none"), alpha=0.1), bound)
    assert (held.queries, held.pool, held.seed) == (100, "vector-mix-v1", bound.draw.seed)


def test_a_model_that_deviates_is_named() -> None:
    bound = bind(made(suspect="d" * 64), beacon=b"1", nonces=[])
    fits = {
        "source": "a" * 64,
        "suspect": "d" * 64,
        "references": {"r1": MODELS.references[0], "r2": MODELS.references[1]},
        "candidates": None,
    }
    require_committed(bound, **fits)  # type: ignore[arg-type]
    for changed, named in (
        ({"source": "f" * 64}, "the source is ffffffffffff, committed was aaaaaaaaaaaa"),
        ({"suspect": "f" * 64}, "the suspect is ffffffffffff"),
        ({"candidates": "f" * 64}, "the candidates of --pool"),
        ({"references": {"r1": MODELS.references[0]}}, "1 committed references are missing"),
        (
            {"references": {**fits["references"], "r3": ("9" * 64, "f3", None)}},  # type: ignore[dict-item]
            "reference 'r3'",
        ),
        (
            {"references": {"r1": ("b" * 64, "other family", "N2"), "r2": MODELS.references[1]}},
            "reference 'r1'",
        ),
    ):
        with pytest.raises(DeviationError, match=named):
            require_committed(bound, **{**fits, **changed})  # type: ignore[arg-type]


def test_a_beacon_is_a_file_or_digits(tmp_path: Path) -> None:
    (tmp_path / "round.json").write_bytes(b'{"round": 9}\n')
    assert read_randomness(str(tmp_path / "round.json")) == b'{"round": 9}\n'
    assert read_randomness("1f0c") == b"\x1f\x0c"
    for bad, message in (("xyz", "neither a file nor"), ("", "is empty")):
        with pytest.raises(UsageError, match=message):
            read_randomness(bad)


def test_a_run_under_a_commitment_end_to_end(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MODELKIN_CACHE", str(tmp_path / "cache"))
    references = [word for i in range(20) for word in ("--references", f"dispute_zoo:r{i}")]
    models = ["dispute_zoo:source", "dispute_zoo:copy"]
    file, evidence = tmp_path / "c.json", tmp_path / "e.zip"
    commit = ["commit", models[0], *references, "--queries", "100", "--out", str(file), "--hide"]
    assert main([*commit, "--announce", "drand quicknet round 9"]) == 0
    sha256 = capsys.readouterr().out.partition("sha256: ")[2].split()[0]
    assert sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
    assert main(commit) == 2, "a commitment is not overwritten"
    run = ["compare", *models, *references, "--quiet", "--json", "-", "--commitment", str(file)]
    opened = ["--opening", f"{file}.opening"]
    assert main([*run, *opened]) == 2, "no randomness"
    assert main([*run, "--beacon", "1f"]) == 2, "nothing opens the models"
    assert main([*run, *opened, "--beacon", "1f", "--alpha", "0.2"]) == 2
    capsys.readouterr()
    assert (
        main(
            [
                *run[:-2],
                "--commitment",
                str(file),
                *opened,
                "--beacon",
                "1f",
                "--evidence",
                str(evidence),
            ]
        )
        == 1
    )
    report = json.loads(capsys.readouterr().out)
    draw = report["draw"]
    assert (draw["commitment"], draw["announced"]) == (sha256, "drand quicknet round 9")
    assert draw["beacon"] == hashlib.sha256(b"\x1f").hexdigest()
    assert draw["seed"] == seed_from_beacon(sha256, b"\x1f") == report["run"]["seed"]
    assert report["pool"]["name"].endswith(f"/n100/s{draw['seed']}")
    assert main(["verify", str(evidence)]) == 1
    assert f"commitment: {sha256}: kept" in capsys.readouterr().out
    fewer = [*run, *opened, "--beacon", "1f"]
    del fewer[3:5]
    assert main(fewer) == 2
    assert "1 committed references are missing" in capsys.readouterr().err
    swapped = ["compare", "dispute_zoo:r1", models[1], *run[3:], *opened, "--beacon", "1f"]
    assert main(swapped) == 2
    assert "the source is" in capsys.readouterr().err
    _evidence_of_another_seed_is_refused(evidence, tmp_path / "bad.zip")


def _evidence_of_another_seed_is_refused(evidence: Path, bad: Path) -> None:
    files = read_members(evidence)
    files["beacon.bin"] = b"another"
    manifest = json.loads(files["manifest.json"])
    manifest["sha256"]["beacon.bin"] = hashlib.sha256(b"another").hexdigest()
    files["manifest.json"] = json.dumps(manifest, indent=1).encode()
    write_members(bad, files)
    with pytest.raises(DeviationError, match="the draw is"):
        recompute(read_evidence(bad), name="bad")
    report = json.loads(files["report.json"])
    assert report["draw"]["opened"] is True
    del manifest["bound"]
    files["manifest.json"] = json.dumps(manifest, indent=1).encode()
    write_members(bad, files)
    with pytest.raises(NotReproducedError, match="shows draw"):
        recompute(read_evidence(bad), name="bad")


def test_a_commitment_leaves_the_seed_open(tmp_path: Path) -> None:
    out = ["--out", str(tmp_path / "c")]
    assert main(["commit", "dispute_zoo:source", *out, "--pool", "vector-mix-v1/d8/n50/s3"]) == 2
    assert main(["commit", *out]) == 2
    assert main(["commit", "dispute_zoo:source", *out, "--leave-out", "nobody"]) == 2
    assert not (tmp_path / "c").exists()
