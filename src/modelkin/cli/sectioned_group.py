"""The list of verbs, divided into sections."""

from typing import Any

from typer.core import TyperGroup


class SectionedGroup(TyperGroup):
    """The command line, whose ``--help`` lists the verbs under their headings, as plain text."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401 (click's, or a copy)
        """Write one list a heading, in the order of the table of verbs."""
        sections: dict[str, list[tuple[str, str]]] = {}
        for name in self.list_commands(ctx):
            verb = self.get_command(ctx, name)
            if verb is not None and not verb.hidden:
                title = getattr(verb, "rich_help_panel", None) or "Commands"
                sections.setdefault(title, []).append((name, verb.get_short_help_str(limit=80)))
        for title, records in sections.items():
            with formatter.section(title):
                formatter.write_dl(records)
