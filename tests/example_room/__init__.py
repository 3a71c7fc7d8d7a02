"""A domain as somebody would add it, to show that its folder and one line are all it takes."""
