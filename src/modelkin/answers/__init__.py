"""Numbers that answers hold, brought to one scale: pure functions on responses."""
