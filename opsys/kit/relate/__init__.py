"""What resources have to do with each other."""
