"""Making and reading pools of queries."""
