"""Seeds, encrypted anew with the first key: they lie in a JSON column, where `rotate-secrets` does not look."""

from allauth.mfa.models import Authenticator

from accounts.second_factor.adapter import SecondFactorAdapter

SECRETS = ("secret", "seed")


def rotate() -> int:
    """How many were. Run inside the transaction of the command."""
    adapter, count = SecondFactorAdapter(), 0
    for row in Authenticator.objects.select_for_update():
        if held := [name for name in SECRETS if name in row.data]:
            for name in held:
                row.data[name] = adapter.encrypt(adapter.decrypt(row.data[name]))
            row.save(update_fields=["data"])
            count += 1
    return count
