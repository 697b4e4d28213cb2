"""The command line: one file per verb, errors as one paragraph, documented exit codes.

0 done, no relation found; 1 relation found; 2 usage; 3 the run failed; 4 nothing could be decided.
"""

import os
import sys
import traceback
from collections.abc import Sequence

import typer

from modelkin.cli.exits import FAILED, USAGE
from modelkin.cli.sectioned_command import SectionedCommand
from modelkin.cli.sectioned_group import SectionedGroup
from modelkin.cli.verbs import VERBS
from modelkin.errors import ModelkinError

app = typer.Typer(
    name="modelkin",
    cls=SectionedGroup,
    help="Tells from behaviour alone whether machine-learning models are related.",
    epilog="Exit codes: 0 no relation found, 1 relation found, 2 usage, 3 the run failed, "
    "4 nothing could be decided.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for _verb in VERBS:
    app.command(
        _verb.name,
        cls=SectionedCommand,
        short_help=_verb.short,
        epilog=_verb.epilog,
        rich_help_panel=_verb.section,
    )(_verb.run)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command line and return its exit code."""
    try:
        app(args=list(arguments) if arguments is not None else None, prog_name="modelkin")
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else USAGE
    except ModelkinError as error:
        _complain(f"error: {error}", f"hint: {error.hint}")
        return error.exit_code
    except KeyboardInterrupt:
        print("interrupted; what was answered so far is kept", file=sys.stderr)  # noqa: T201
        return FAILED
    except Exception as error:  # noqa: BLE001 (the last line of defence: no traceback for users)
        if os.environ.get("MODELKIN_DEBUG"):
            traceback.print_exc()
        _complain(
            f"error: unexpected {type(error).__name__}: {error}",
            "hint: this is a fault of modelkin; set MODELKIN_DEBUG=1 to see where, and report it",
        )
        return FAILED
    return 0


def _complain(*lines: str) -> None:
    """Say what is wrong; names of models and files are untrusted text."""
    from modelkin.report.formatting import harmless

    print("\n".join(harmless(line) for line in lines), file=sys.stderr)  # noqa: T201


def run() -> None:
    """Entry point of the ``modelkin`` script."""
    sys.exit(main())
