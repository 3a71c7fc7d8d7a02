"""How each kind of trouble is recognised, from our own tables."""
