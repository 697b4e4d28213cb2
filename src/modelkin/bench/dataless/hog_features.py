"""Histograms of oriented gradients of whole batches, as a step of a scikit-learn pipeline.

skops names this function as untrusted, as it does every function that is not of numpy or
scikit-learn: whoever loads the benchmark's SVMs by ``modelkin`` passes --allow-code.
"""

import numpy as np

from modelkin.models.extras import require
from modelkin.records import AnyArray, FloatArray


def hog_features(pictures: AnyArray, cell: int) -> FloatArray:
    """Describe pictures by the directions of their edges (Dalal and Triggs, 2005).

    Args:
        pictures: (n, h, w, 1) or (n, h, w) uint8.
        cell: side of a cell, in pixels; a block has 2x2 cells.

    Returns:
        (n, features).

    Raises:
        MissingDependencyError: scikit-image is not installed.
    """
    feature = require("skimage.feature", "bench")
    grey = np.asarray(pictures, dtype=np.float32) / np.float32(255)
    flat = grey[..., 0] if grey.ndim == 4 else grey  # noqa: PLR2004 (with a channel)
    rows = [
        feature.hog(picture, pixels_per_cell=(cell, cell), cells_per_block=(2, 2))
        for picture in flat
    ]
    return np.asarray(rows, dtype=np.float64)
