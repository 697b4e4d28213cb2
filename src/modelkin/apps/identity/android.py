"""Package name and version from the manifests of Android."""

import importlib.util
import json
import re
import subprocess
import sys

from modelkin.apps.protobuf import LENGTH, fields, text

_SECONDS = 10.0
_SCRIPT = """
import io, json, logging, resource, sys
logging.disable(logging.CRITICAL)
resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
from apkInspector.axml import ManifestStruct
found = ManifestStruct.parse(io.BytesIO(sys.stdin.buffer.read())).get_manifest()
print(json.dumps(found))
"""
_ATTRIBUTE = re.compile(r'(?:\w+:)?(package|versionName|versionCode)="([^"]*)"')


def needs_library() -> bool:
    """Whether the library that reads binary manifests is missing."""
    return importlib.util.find_spec("apkInspector") is None


def binary_manifest(content: bytes) -> dict[str, str]:
    """``package``, ``versionName``, ``versionCode`` of a compiled manifest, as far as stated.

    The library runs in a process of its own, with a time limit: a manifest may be made so that a
    reader never ends.

    Raises:
        ValueError: it cannot be read.
    """
    try:
        done = subprocess.run(  # noqa: S603 (our own script)
            [sys.executable, "-I", "-c", _SCRIPT],
            input=content,
            capture_output=True,
            check=True,
            timeout=_SECONDS,
        )
        manifest = str(json.loads(done.stdout))
    except (subprocess.SubprocessError, ValueError) as error:
        raise ValueError("the Android manifest cannot be read") from error
    head = manifest[: manifest.find(">", manifest.find("<manifest"))]
    return dict(_ATTRIBUTE.findall(head))


def bundle_manifest(content: bytes) -> dict[str, str]:
    """The same of an app bundle, whose manifest is a protobuf message (aapt2's ``XmlNode``).

    Raises:
        ValueError: it is none.
    """
    found: dict[str, str] = {}
    for node in fields(content):
        if (node.number, node.wire) != (1, LENGTH):
            continue
        for part in fields(content, node.start, node.end):
            if (part.number, part.wire) == (4, LENGTH):  # an attribute
                pair = {
                    one.number: text(content, one)
                    for one in fields(content, part.start, part.end)
                    if one.number in {2, 3} and one.wire == LENGTH
                }
                found[pair.get(2, "")] = pair.get(3, "")
    return {key: found[key] for key in ("package", "versionName", "versionCode") if key in found}
