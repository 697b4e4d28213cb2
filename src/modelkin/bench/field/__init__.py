"""Field study: real models out of apps, kin under other heads, judged by weights."""

from modelkin.bench.field.bench import run

__all__ = ["run"]
