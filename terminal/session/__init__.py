"""A running session: input, output, driver thread, registry, end."""
