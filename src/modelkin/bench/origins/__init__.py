"""How wrong references of each origin are, on the honest models of the ModelReuse zoo."""
