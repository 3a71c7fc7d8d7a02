"""The WebSocket between the page and a session."""
