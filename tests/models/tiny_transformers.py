"""A small image classifier of transformers; needs the extra."""

import json
from pathlib import Path
from typing import Any


def classifier(seed: int = 0) -> Any:  # noqa: ANN401
    """A ResNet of a few filters for 32 x 32 pictures."""
    import torch
    from transformers import ResNetConfig, ResNetForImageClassification

    with torch.random.fork_rng():
        torch.manual_seed(seed)
        config = ResNetConfig(
            embedding_size=4,
            hidden_sizes=[4, 8],
            depths=[1, 1],
            layer_type="basic",
            id2label={0: "cat", 1: "dog", 2: "owl"},
            label2id={"cat": 0, "dog": 1, "owl": 2},
        )
        return ResNetForImageClassification(config).eval()


def write(folder: Path, seed: int = 0) -> str:
    classifier(seed).save_pretrained(folder)
    processor = {
        "do_resize": True,
        "size": {"height": 32, "width": 32},
        "do_rescale": True,
        "rescale_factor": 1 / 255,
        "do_normalize": True,
        "image_mean": [0.485, 0.456, 0.406],
        "image_std": [0.229, 0.224, 0.225],
    }
    (folder / "preprocessor_config.json").write_text(json.dumps(processor))
    return str(folder)
