"""From two models to a report."""
