"""Where pools and recorded answers are kept."""

import os
from pathlib import Path

import platformdirs


def default_cache() -> Path:
    """``$MODELKIN_CACHE``, else the user's cache folder."""
    stated = os.environ.get("MODELKIN_CACHE")
    return Path(stated) if stated else Path(platformdirs.user_cache_dir("modelkin"))
