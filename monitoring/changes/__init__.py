"""What appeared, vanished or changed in the clouds, and whether it came through us."""
