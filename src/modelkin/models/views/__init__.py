"""View files: a model behind something that changes its inputs or its answers."""
