"""Accounts in Django admin, which only platform admins reach."""

from accounts.admin import grants, groups, site, tokens, users  # noqa: F401 - they register their pages
