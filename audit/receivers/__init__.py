"""What the audit listens to, by where it comes from: `operations` on clouds, `signins`, `changes` of our own data.

A receiver does not catch database errors. An operation that cannot be written down does not run (`perform` sees to
that), a login that cannot be written down fails, and so does a change.
"""
