"""The quotas of two projects side by side, of one cluster or of two."""
