"""Help that is divided into sections."""

from typing import Any

from typer.core import TyperCommand


class SectionedCommand(TyperCommand):
    """A verb whose ``--help`` lists its options under their headings, as plain text.

    Typer itself heeds ``rich_help_panel`` only when it draws boxes, and these leave too little
    room for sentences.
    """

    def format_options(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401 (click's, or a copy)
        """Write one list a heading, in the order of first appearance."""
        sections: dict[str, list[tuple[str, str]]] = {}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record is None:
                continue
            usual = "Options"
            if parameter.param_type_name == "argument":
                usual = "Arguments"
                record = (record[0].partition(" <")[0], record[1])  # the type is in the text
            title = getattr(parameter, "rich_help_panel", None) or usual
            sections.setdefault(title, []).append(record)
        for title, records in sections.items():
            with formatter.section(title):
                formatter.write_dl(records)
