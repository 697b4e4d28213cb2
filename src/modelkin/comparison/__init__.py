"""One file per similarity measure."""
