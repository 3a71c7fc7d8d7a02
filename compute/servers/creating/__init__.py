"""New servers: what is asked of the person, checked, and sent to Nova."""
