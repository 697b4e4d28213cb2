"""Chosen queries on the recorded zoo."""
