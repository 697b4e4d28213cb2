"""Reading weights out of files, without any framework and without running anything."""
