"""Talking to models behind a network: addresses, the wire, and what travels on it."""
