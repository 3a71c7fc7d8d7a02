"""API tokens: with a name, a scope, perhaps only for some clusters, and an end."""
