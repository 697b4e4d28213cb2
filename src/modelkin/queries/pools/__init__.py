"""One file per named mixture."""
