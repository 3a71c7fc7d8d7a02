"""Shells on servers and hosts, in the browser: who may open one, where to, and what is kept of it."""
