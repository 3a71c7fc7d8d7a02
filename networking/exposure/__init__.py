"""What of a cloud the whole internet may speak to."""
