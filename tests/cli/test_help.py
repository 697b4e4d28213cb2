"""The help of every verb: readable in a narrow terminal, sorted, with examples that work."""

import shlex

import pytest
import typer

from modelkin.cli.main import app, main
from modelkin.cli.verb import Verb
from modelkin.cli.verbs import VERBS


def _help_of(verb: Verb, capsys: pytest.CaptureFixture[str]) -> str:
    assert main([verb.name, "--help"]) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)
def test_help_fits_a_narrow_terminal(
    verb: Verb, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    lines = _help_of(verb, capsys).splitlines()
    assert [line for line in lines if len(line) > 80] == []


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)
def test_help_names_what_is_wanted_and_not_its_type(
    verb: Verb, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = _help_of(verb, capsys)
    for kind in ("<str>", "<int>", "<float>", "<path>", "list[", "TEXT>", "INTEGER"):
        assert kind not in shown


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)
def test_long_helps_are_divided(verb: Verb) -> None:
    group = typer.main.get_command(app)
    command = getattr(group, "commands")[verb.name]  # noqa: B009 (typer's classes differ by release)
    plain = [one.name for one in command.params if getattr(one, "rich_help_panel", None) is None]
    assert len(plain) <= 8


@pytest.mark.parametrize(
    ("verb", "example"),
    [(verb, example) for verb in VERBS for example in verb.examples],
    ids=lambda value: value if isinstance(value, str) else value.name,
)
def test_examples_are_shown_and_can_be_typed(
    verb: Verb, example: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert f"modelkin {example}" in _help_of(verb, capsys)
    name, *arguments = shlex.split(example)
    assert name == verb.name
    group = typer.main.get_command(app)
    command = getattr(group, "commands")[name]  # noqa: B009 (typer's classes differ by release)
    command.make_context(name, arguments)  # exits where an option is unknown or missing


def test_the_list_of_verbs_is_divided(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    shown = capsys.readouterr().out
    for verb in VERBS:
        assert f"{verb.section}:" in shown
        assert verb.short in shown
