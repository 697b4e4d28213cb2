"""One file per decision rule."""
