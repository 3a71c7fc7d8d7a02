"""Quotas of all projects, how full each is, and taking over those of another project."""
