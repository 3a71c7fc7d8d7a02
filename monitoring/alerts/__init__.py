"""Word when something goes wrong: rules, what they found, silences, and the messages that go out."""
