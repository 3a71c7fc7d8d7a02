"""Declaring a resource type and what can be done with it: plain values."""
