"""Where recorded labels are."""

import os
from pathlib import Path

from modelkin.errors import UsageError


def labels_folder(data: Path | None) -> Path:
    """The folder given, else ``$MODELKIN_CORPUS/imagenet-labels``.

    Raises:
        UsageError: neither is there.
    """
    if data is not None:
        return data
    corpus = os.environ.get("MODELKIN_CORPUS")
    if not corpus:
        raise UsageError(
            "no recorded labels given",
            hint="pass --data with a folder that holds labels.npz and models.csv, or set "
            "MODELKIN_CORPUS",
        )
    return Path(corpus) / "imagenet-labels"
