"""Makes clouds look lived-in, the same way every time. Runs in the lab's environment."""
