"""One file per query generator."""
