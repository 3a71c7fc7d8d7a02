"""People of an LDAP directory, who sign in with their password there. The protocol is django-auth-ldap's."""
