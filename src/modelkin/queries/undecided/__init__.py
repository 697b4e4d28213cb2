"""Pictures on which one model is undecided, for models that every part of a pool saturates."""
