"""Caffe files by their public definition; that MNN's converter reads them is the check of it."""

from pathlib import Path

import numpy as np
from networks import fused
from torch import nn

_HEAD = 'name: "net"\ninput: "in"\ninput_dim: 1\ninput_dim: 1\ninput_dim: 28\ninput_dim: 28\n'


def write_caffe(model: nn.Sequential, weights: Path, text: Path) -> None:
    """Write the network without its batch norms, which are within the layers before them."""
    layers, said, last = b"", _HEAD, "in"
    for place, one in enumerate(fused(model)):
        name, kind, about, blobs = f"l{place}", "", "", []
        if isinstance(one, nn.Conv2d):
            kind, blobs = "Convolution", [one.weight, one.bias]
            about = (
                f"convolution_param {{ num_output: {one.out_channels} group: {one.groups} "
                f"kernel_size: {one.kernel_size[0]} stride: {one.stride[0]} "
                f"pad: {one.padding[0]} }}"
            )
        elif isinstance(one, nn.Linear):
            kind, blobs = "InnerProduct", [one.weight, one.bias]
            about = f"inner_product_param {{ num_output: {one.out_features} }}"
        elif isinstance(one, nn.ReLU):
            kind = "ReLU"
        elif isinstance(one, nn.AdaptiveAvgPool2d):
            kind, about = "Pooling", "pooling_param { pool: AVE global_pooling: true }"
        else:
            continue
        said += (
            f'layer {{ name: "{name}" type: "{kind}" bottom: "{last}" top: "{name}" {about} }}\n'
        )
        layer = _field(1, name.encode()) + _field(2, kind.encode())
        layer += b"".join(_field(7, _blob(blob.detach().numpy())) for blob in blobs)
        layers += _field(100, layer)
        last = name
    weights.write_bytes(_field(1, b"net") + layers)
    text.write_text(said)


def _blob(values: np.ndarray) -> bytes:
    shape = _field(1, b"".join(_varint(size) for size in values.shape))
    return _field(5, values.astype("<f4").tobytes()) + _field(7, shape)


def _field(number: int, content: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def _varint(value: int) -> bytes:
    found = bytearray()
    while True:
        value, low = value >> 7, value & 0x7F
        found.append(low | (0x80 if value else 0))
        if not value:
            return bytes(found)
