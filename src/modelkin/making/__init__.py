"""Making models from one of your own: copies of it, and honest references for it."""
