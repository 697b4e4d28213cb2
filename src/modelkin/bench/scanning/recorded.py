"""Everything in a corpus that can answer pictures, on one sheet."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from modelkin.apps.scan_options import ScanOptions
from modelkin.apps.sheets import ScanSheet, rate_group
from modelkin.bench.field.corpus import AppModel, Corpus
from modelkin.pipeline.progress import Progress
from modelkin.records import Modality, Responses
from modelkin.zoo.add_options import AddOptions
from modelkin.zoo.adding import add_models
from modelkin.zoo.folder import ZooFolder


@dataclass(frozen=True, eq=False)
class Recorded:
    """Models that were asked what a scan asks.

    Attributes:
        sheet: all of them, as scanned ones and as a zoo.
        answers: of each, by the name of its member.
        models: what the corpus knows of each, in the order of the sheet.
    """

    sheet: ScanSheet
    answers: dict[str, Responses]
    models: tuple[AppModel, ...]


def record_pictures(
    corpus: Corpus, models: Sequence[AppModel], cache: Path, progress: Progress
) -> Recorded | None:
    """Ask the corpus' models of pictures what a scan asks; None where fewer than two answer.

    Args:
        corpus: where the files are.
        models: those of it that take part.
        cache: with the answers of a scan nothing is asked anew.
        progress: told how far the asking is.
    """
    files = {str((corpus.folder / "models" / one.file).resolve()): one for one in models}
    options = AddOptions(cache=cache, picture_pool=ScanOptions(cache=cache).picture_pool)
    with tempfile.TemporaryDirectory() as name:
        zoo = ZooFolder(Path(name) / "zoo")
        add_models(zoo, list(files), options, progress)
        manifest = zoo.read()
        group = next((one for one in manifest.groups if one.modality is Modality.IMAGE), None)
        members = manifest.members_of(group) if group is not None else ()
        if group is None or len(members) < len("ab"):
            return None
        answers = {one.name: zoo.answers(one, group) for one in members}
    both = {(side, name): one for name, one in answers.items() for side in ("app", "zoo")}
    rated = rate_group(group, members, members, both)
    if not rated.sheets:
        return None
    sheet = max(rated.sheets, key=lambda one: len(one.scanned))
    return Recorded(sheet, answers, tuple(files[one.location] for one in sheet.scanned))
