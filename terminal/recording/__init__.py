"""What a session's screen showed, kept so that it can be proved: encrypted, chained, and never without the shell."""
