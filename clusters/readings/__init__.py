"""Passes over a cloud's lists: which is due and who runs it, what changed, all of it, and how far it came."""
