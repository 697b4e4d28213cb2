"""A simulated accuser who wants honest models convicted."""
