"""Theiss, Brust and Denzler (2018) rebuilt: models told apart as functions, without data."""

from modelkin.bench.dataless.bench import run

__all__ = ["run"]
