"""From a ticket to a session."""
