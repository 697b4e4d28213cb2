"""Damaged and hostile files never stop a scan."""

import contextlib
import gzip
from pathlib import Path

import numpy as np
import pytest
from tests.apps.making import samples, tarred, zipped

from modelkin.apps.gathering import gather
from modelkin.apps.kinds.kind import KINDS
from modelkin.apps.limits import WalkLimits
from modelkin.apps.refused import RefusedError
from modelkin.apps.vault import Vault
from modelkin.apps.weights.reading import read_weights
from modelkin.pipeline.progress import Silent

_LIMITS = WalkLimits(total_bytes=1 << 28, file_bytes=1 << 27)


def mutated(content: bytes, rng: np.random.Generator) -> bytes:
    """Bytes changed, cut, repeated or inserted at random places."""
    held = bytearray(content)
    for _ in range(int(rng.integers(1, 8))):
        place = int(rng.integers(0, max(len(held), 1)))
        way = int(rng.integers(0, 5))
        if way == 0 and held:
            held[place] = int(rng.integers(0, 256))
        elif way == 1:
            del held[place : place + int(rng.integers(1, 60))]
        elif way == 2:
            held[place:place] = rng.bytes(int(rng.integers(1, 9)))
        elif way == 3:
            held[place : place + 4] = b"\xff\xff\xff\x7f"
        else:
            held = held[: max(place, 1)]
    return bytes(held)


@pytest.mark.parametrize("seed", range(4))
def test_mutated_models_and_archives_never_stop_a_scan(tmp_path: Path, seed: int) -> None:
    rng = np.random.default_rng(seed)
    whole = [content for _, content in samples().values()]
    packed = [zipped({"a": one, "b/c": one}) for one in whole[:6]]
    packed += [tarred({"a": one}) for one in whole[:6]]
    packed += [gzip.compress(one) for one in whole[:6]]
    folder = tmp_path / "apps"
    folder.mkdir()
    apps = []
    for number in range(120):
        pick = (whole + packed * 2)[int(rng.integers(0, len(whole) + 2 * len(packed)))]
        file = folder / f"{number}.bin"
        file.write_bytes(mutated(pick, rng))
        apps.append(file)
    found = gather(apps, Vault(tmp_path / "vault"), _LIMITS, Silent())
    assert len(found.apps) == len(apps)
    assert found.models, "some survive"
    assert found.failed, "some do not"
    for model in found.models:
        assert model.kind in KINDS
        with contextlib.suppress(RefusedError):
            read_weights(model.kind, found.files[model.name], found.parts[model.name])
