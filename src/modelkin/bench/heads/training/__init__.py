"""Training heads; imports torch."""
