"""Live pages: one socket per page that says what changed, never what it changed to. Pages that have none poll."""
