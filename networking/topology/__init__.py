"""The picture of a cloud's networks and of what hangs on them."""
