"""Search over all types."""
