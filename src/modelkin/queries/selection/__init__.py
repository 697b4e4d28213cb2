"""Which queries of a pool to spend on a suspect; one file a way of choosing."""
