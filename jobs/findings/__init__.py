"""What is stuck in the clouds, and what nobody uses any more."""
