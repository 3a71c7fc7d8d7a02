"""Signing in at a provider, with OpenID Connect. The protocol is allauth's; here are whom it lets in, which groups
they come with, and that whoever signs out there is signed out here."""
