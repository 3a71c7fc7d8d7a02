"""Who may open a terminal, where to, and when it must end."""
