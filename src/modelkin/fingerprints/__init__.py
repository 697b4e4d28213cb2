"""One file per representation of a model's answers."""
