"""What the zoo holds and how good its models are."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from modelkin.bench.modelreuse.entry import Entry
from modelkin.bench.table import Table


@dataclass(frozen=True, kw_only=True)
class ZooSummary:
    """The models behind the table.

    Attributes:
        entries: every model that the grammar asks for.
        accuracy: on held-out images of the model's own task, 0..1, by name.
        failed: models that could not be made, by name, with the reason.
        built_with: what a reader must know of how it was made, in sentences.
    """

    entries: tuple[Entry, ...]
    accuracy: Mapping[str, float]
    failed: Mapping[str, str]
    built_with: tuple[str, ...] = ()

    def tables(self) -> tuple[Table, ...]:
        """Models by reuse type, then those that failed."""
        kinds = dict.fromkeys((entry.kind, entry.task) for entry in self.entries)
        found = [self._kinds(tuple(kinds))]
        if self.failed:
            found.append(
                Table(
                    name="failed",
                    title="Models that could not be made",
                    note="Every pair with one of them is missing from the figures.",
                    head=("model", "why"),
                    rows=tuple(self.failed.items()),
                )
            )
        return tuple(found)

    def _kinds(self, kinds: tuple[tuple[str, str], ...]) -> Table:
        rows = []
        for kind, task in kinds:
            names = [one.name for one in self.entries if (one.kind, one.task) == (kind, task)]
            known = [self.accuracy[name] for name in names if name in self.accuracy]
            failed = sum(name in self.failed for name in names)
            spread = (min(known), float(np.median(known)), max(known)) if known else ()
            cells = [f"{100 * value:.1f} %" for value in spread] or ["-"] * 3
            rows.append((kind, task, str(len(names)), str(failed), *cells))
        return Table(
            name="zoo",
            title=f"The zoo: {len(self.entries)} models",
            note="Accuracy on held-out images of each model's own task.",
            head=("kind", "task", "models", "failed", "lowest", "median", "highest"),
            rows=tuple(rows),
        )
