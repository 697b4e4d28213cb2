"""Write the network, its copies and an honest retrain with every exporter: export.py FOLDER."""

import json
import sys
from pathlib import Path

import ncnn
import numpy as np
from boosters import write_boosters
from exporters import EXPORTERS
from networks import folded, plain, variants

# the layers of NCNN that hold weights
_NCNN = """
BatchNorm Bias Convolution Deconvolution Embed InnerProduct MemoryData PReLU Scale RNN LSTM
ConvolutionDepthWise Normalize DeconvolutionDepthWise InstanceNorm Quantize Dequantize Requantize
Gemm GroupNorm LayerNorm GRU MultiHeadAttention Convolution1D ConvolutionDepthWise1D Convolution3D
ConvolutionDepthWise3D Deconvolution1D DeconvolutionDepthWise1D Deconvolution3D
DeconvolutionDepthWise3D DeformableConv2D RMSNorm
"""


def main(folder: Path) -> None:
    for name, model in variants():
        (folder / name).mkdir(parents=True, exist_ok=True)
        np.savez(folder / name / "folded.npz", **folded(model))
        np.savez(folder / name / "plain.npz", **plain(model))
        for exporter in EXPORTERS:
            place = folder / name / exporter.__name__
            place.mkdir()
            exporter(model, place)
    write_boosters(folder / "boosters")
    numbers = {name: ncnn.layer_to_index(name) for name in _NCNN.split()}
    (folder / "ncnn.json").write_text(json.dumps(numbers))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
