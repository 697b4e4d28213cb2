"""Where the image sets are."""

import os
from pathlib import Path

from modelkin.errors import UsageError


def data_folder(stated: Path | None) -> Path:
    """The folder of the image sets: the stated one, else ``$MODELKIN_DATA``.

    Raises:
        UsageError: none is given, or it does not exist.
    """
    variable = os.environ.get("MODELKIN_DATA")
    found = stated or (Path(variable) if variable else None)
    if found is None or not found.is_dir():
        raise UsageError(
            f"no image sets at '{found}'" if found else "no folder of image sets given",
            hint="pass --data with a folder of image sets, or set MODELKIN_DATA",
        )
    return found
