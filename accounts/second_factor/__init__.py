"""Second factors: authenticator apps, passkeys and recovery codes. The mechanism is `allauth.mfa`; here are the
encryption of its secrets, the lock-out for codes, and the roles that may do nothing without one."""
