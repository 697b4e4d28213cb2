"""Evaluations with known truth, rerun by command."""
