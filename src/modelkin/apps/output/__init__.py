"""A scan as text, JSON, a page, and in the forms that security tools read."""
