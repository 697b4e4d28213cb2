"""What loading or asking a ``torch.export`` archive could run, read from it beforehand.

``torch.export.load`` unpickles members, evaluates size expressions as text and looks operators up
by name anywhere in ``torch``; an archive written by ``torch.export.save`` needs none of the
dangerous forms, so whatever else is there is refused by name.
"""

import json
import re
import zipfile
from collections.abc import Iterator
from typing import Any

from modelkin.models.contents import zip_names
from modelkin.models.torch_archive import foreign_globals

_OPERATOR = re.compile(
    r"torch\.ops\.(aten|prims)\.\w+(\.\w+)?|math\.\w+|torch\._?sym_\w+"
    r"|torch\.ops\.higher_order\.(cond|map\w*|scan|while_loop|wrap_with_\w+)"
    r"|_operator\.(getitem|add|sub|mul|truediv|floordiv|mod|pow|neg|pos|abs|and_|or_|not_"
    r"|eq|ne|lt|le|gt|ge)"
)
_FILES = re.compile(r"torch\.ops\.aten\.(from_file|save|load)\b.*")
_EXPRESSION = re.compile(
    r"(?:[A-Z][A-Za-z]*|'\w+'|[a-z_]+=|int_oo|oo|[suz]\w*\d|[0-9.]+|[-+*/%<>=!&|~ ,()])*"
)
_CALLED_RESULT = re.compile(r"[)'\"]\s*\(|\.[A-Za-z_]|__")
_COMPILED = re.compile(r".*(\.so|\.cpp|\.cubin|\.o|\.dll|\.dylib)|(.*/)?data/aotinductor/.*")


def dangers(location: str) -> tuple[str, ...]:
    """Name everything in the archive that could run code; empty when there is nothing.

    Raises:
        zipfile.BadZipFile: it is damaged.
        ValueError: a member is no JSON.
    """
    found: list[str] = []
    if not zip_names(location):
        raise zipfile.BadZipFile("the archive is cut short or has members of one name")
    with zipfile.ZipFile(location) as archive:
        for member in archive.namelist():
            if _COMPILED.fullmatch(member):
                found.append(f"compiled code ({member})")
            elif member.endswith(".json"):
                found += _in_json(json.loads(archive.read(member)))
            elif member.endswith((".pt", ".pkl")) or _may_be_pickle(member):
                content = archive.read(member)
                names = foreign_globals(content) if content else ()
                found += [f"a pickle that imports {name} ({member})" for name in names]
    return tuple(dict.fromkeys(found))


def _may_be_pickle(member: str) -> bool:
    return "/constants/custom_obj" in member or "/constants/opaque" in member


def _in_json(content: Any) -> Iterator[str]:  # noqa: ANN401 (JSON)
    if isinstance(content, list):
        for one in content:
            yield from _in_json(one)
    if not isinstance(content, dict):
        return
    for key, value in content.items():
        if key == "target" and isinstance(value, str) and "inputs" in content:
            if not _OPERATOR.fullmatch(value) or _FILES.fullmatch(value):
                yield f"the operator {value[:60]}"
        elif key == "expr_str":
            if not _EXPRESSION.fullmatch(str(value)) or _CALLED_RESULT.search(str(value)):
                yield f"the expression {str(value)[:60]}"
        elif key == "use_pickle" and value:
            yield f"the pickled tensor {str(content.get('path_name'))[:60]}"
        else:
            yield from _in_json(value)
