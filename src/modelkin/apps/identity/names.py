"""Small files of packages that say what the package is."""

import re

_PATHS = re.compile(
    r"AndroidManifest\.xml|(base/)?manifest/AndroidManifest\.xml|manifest\.json|"
    r"Payload/[^/]+\.app/Info\.plist|META-INF/MANIFEST\.MF|META-INF/[^/]+\.(RSA|DSA|EC)|"
    r"[^/]+\.dist-info/METADATA"
)


def is_note(name: str, path: str) -> bool:
    """Whether a file of a package says what the package is.

    Args:
        name: its last part.
        path: its whole name in the package.
    """
    del name
    return _PATHS.fullmatch(path) is not None
