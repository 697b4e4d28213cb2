"""Contract tests for parts in and out of the tree."""
