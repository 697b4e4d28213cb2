"""Writing a trained net as ONNX: as it is, as float16, or quantized to int8."""

from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnxruntime.quantization import (
    CalibrationDataReader,
    QuantType,
    quantize_dynamic,
    quantize_static,
)
from onnxruntime.transformers.float16 import convert_float_to_float16

from modelkin.bench.modelreuse.image_set import SIZE
from modelkin.making.training.exporting import INPUT, quiet, write_onnx
from modelkin.making.training.nets import SlimNet

_CALIBRATION = 200


def export(net: SlimNet, path: Path, *, numbers: str, calibration: NDArray[np.uint8]) -> None:
    """Write a net.

    Args:
        net: trained.
        path: the ONNX file; appears only when complete.
        numbers: "" for float32, "float16", "int8" (static, per channel) or "int8-dynamic".
        calibration: (n, h, w, 3) pictures that set the ranges of static int8.
    """
    plain, part = path.with_suffix(".plain.part"), path.with_suffix(".part")
    write_onnx(net, plain, (SIZE, SIZE, 3))
    with quiet():
        if numbers == "":
            plain.replace(part)
        elif numbers == "float16":
            half = convert_float_to_float16(onnx.load(plain), keep_io_types=True)
            onnx.save(half, part)
        elif numbers == "int8":
            quantize_static(
                plain,
                part,
                _Calibration(calibration[:_CALIBRATION]),
                per_channel=True,
                weight_type=QuantType.QInt8,
            )
        elif numbers == "int8-dynamic":
            quantize_dynamic(plain, part, weight_type=QuantType.QInt8)
        else:
            raise ValueError(f"unknown sort of numbers '{numbers}'")
    part.replace(path)
    plain.unlink(missing_ok=True)


class _Calibration(CalibrationDataReader):
    def __init__(self, pictures: NDArray[np.uint8]) -> None:
        reals = pictures.transpose(0, 3, 1, 2).astype(np.float32) / np.float32(255)
        self._batches = iter(np.array_split(reals, 4))

    def get_next(self) -> dict[str, NDArray[np.float32]] | None:
        """The next batch."""
        batch = next(self._batches, None)
        return None if batch is None else {INPUT: batch}
