"""Asking models and keeping what they answer."""
