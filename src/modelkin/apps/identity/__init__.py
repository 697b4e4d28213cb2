"""Whose app a package is: name, version, signer."""
