"""What evasions cost the verdict, on the ModelReuse zoo."""
