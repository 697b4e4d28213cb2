"""Tells from behaviour alone whether machine-learning models are related."""
