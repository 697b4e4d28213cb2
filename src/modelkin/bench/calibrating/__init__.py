"""Observed error rates of decision rules on recorded answers."""
