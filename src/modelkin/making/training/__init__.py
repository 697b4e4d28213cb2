"""What trains: the only place here that imports torch."""
