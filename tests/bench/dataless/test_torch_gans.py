"""GANs as black boxes: they learn, say the same for the same seed, and become ONNX files."""

from pathlib import Path

import numpy as np
import pytest

from modelkin.bench.asking import Session
from modelkin.bench.dataless.asking import generated
from modelkin.testing.extras import needs_extra

pytestmark = [needs_extra(module, "bench") for module in ("torch", "onnx")]
_ARCHS = ("dcgan", "cramer")


def _bars(n: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """A bright bar on black, in one of four places."""
    pictures = np.zeros((n, 28, 28, 1), np.uint8)
    for row in range(n):
        left = 6 * (row % 4) + 2
        pictures[row, 4:24, left : left + 4] = 230
    return pictures


@pytest.mark.slow
@pytest.mark.parametrize("arch", _ARCHS)
def test_a_gan_learns_what_pictures_look_like(arch: str) -> None:
    import torch

    from modelkin.bench.dataless.training.gans import train_gan

    torch.set_num_threads(1)
    gan = train_gan(arch, _bars(256), seed=0, shorten=0.08)
    latents = torch.randn((100, 32), generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        made = gan.generator(latents).numpy()[:, 0]
        real = torch.from_numpy(_bars(64)).permute(0, 3, 1, 2).float() / 255
        scores = gan.critic(real), gan.critic(torch.rand((64, 1, 28, 28)))
    mean = real.numpy()[:, 0].mean(axis=0)
    # before training every pixel is near 1/2
    assert np.abs(made.mean(axis=0) - mean).mean() < np.abs(0.5 - mean).mean() / 2
    assert scores[0].shape == (64, 1)
    assert float(scores[0].mean()) > float(scores[1].mean())
    assert np.isfinite(gan.losses).all()


@pytest.mark.slow
@pytest.mark.parametrize("arch", _ARCHS)
def test_both_halves_become_onnx_files_that_answer_alike(arch: str, tmp_path: Path) -> None:
    import torch

    from modelkin.bench.dataless.training.classifiers import export
    from modelkin.bench.dataless.training.gans import train_gan

    gan = train_gan(arch, _bars(64), seed=2, shorten=0.0)
    export(gan.critic, tmp_path / "critic.onnx")
    pictures = _bars(7)
    with torch.no_grad():
        reals = torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 255
        wanted = gan.critic(reals).numpy()
    found = Session(tmp_path / "critic.onnx").answer(pictures)
    assert np.allclose(found, wanted, atol=1e-4)
    latents = np.random.default_rng(0).standard_normal((5, 32)).astype(np.float32)
    export(gan.generator, tmp_path / "generator.onnx", latent=32)
    with torch.no_grad():
        drawn = gan.generator(torch.from_numpy(latents)).numpy().reshape(5, -1)
    made = generated(tmp_path / "generator.onnx", latents)
    assert made.dtype == np.uint8
    assert np.abs(made / 255 - drawn).max() < 0.01


@pytest.mark.slow
@pytest.mark.parametrize("arch", _ARCHS)
def test_the_seed_decides(arch: str) -> None:
    import torch

    from modelkin.bench.dataless.training.gans import train_gan

    latents = torch.ones((3, 32))
    made = []
    for seed in (3, 3, 4):
        gan = train_gan(arch, _bars(64), seed=seed, shorten=0.0)
        with torch.no_grad():
            made.append(gan.generator(latents).numpy())
    assert np.array_equal(made[0], made[1])
    assert not np.array_equal(made[0], made[2])


def test_an_unknown_sort_is_named() -> None:

    from modelkin.bench.dataless.training.gans import train_gan

    with pytest.raises(ValueError, match="unknown GAN 'vae'"):
        train_gan("vae", _bars(4), seed=0, shorten=1.0)
