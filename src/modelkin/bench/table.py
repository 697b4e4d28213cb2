"""A table that is written as Markdown or HTML."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Table:
    """Cells as text.

    Attributes:
        name: stable, to link to.
        title: what it shows.
        note: how to read it, or empty.
        head: names of the columns; the first column names the rows.
        rows: cells; in a row with fewer than the head has, the last one takes the rest.
    """

    name: str
    title: str
    note: str = ""
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def markdown(self) -> str:
        """As a section of a Markdown page."""
        lines = [f"## {self.title}", ""]
        if self.note:
            lines += [self.note, ""]
        lines += [
            self._line(self.head),
            "|" + " --- |" * len(self.head),
            *map(self._line, self.rows),
        ]
        return "\n".join([*lines, ""])

    def _line(self, cells: tuple[str, ...]) -> str:
        full = (*cells, *("" for _ in self.head[len(cells) :]))
        safe = (cell.replace("|", "\\|").replace("\n", " ") for cell in full)
        return f"| {' | '.join(safe)} |"
