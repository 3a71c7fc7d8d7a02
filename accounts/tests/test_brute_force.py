"""Guessing passwords: from one address, from many; and what the time of an answer tells."""

import statistics
import time

import pytest
from django.contrib.auth import get_user_model

LOGIN = "/accounts/login/"
PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def axes(settings, make_user):
    settings.AXES_ENABLED = True
    settings.AXES_FAILURE_LIMIT = 5
    settings.AXES_LOCKOUT_CALLABLE = "accounts.login.locked"
    make_user()


def guess(client, name="ada", password="wrong", address="192.0.2.1"):
    return client.post(LOGIN, {"username": name, "password": password}, REMOTE_ADDR=address).status_code


def test_from_one_address(client):
    assert [guess(client) for _try in range(8)] == [200] * 4 + [429] * 4
    assert guess(client, password=PASSWORD) == 429


def test_from_many_addresses_each_is_locked_and_the_right_person_is_not(client):
    for number in range(1, 6):
        codes = [guess(client, address=f"198.51.100.{number}") for _try in range(6)]
        assert codes == [200] * 4 + [429] * 2
    assert guess(client, password=PASSWORD, address="192.0.2.77") == 302


def test_a_name_that_nobody_has_is_locked_the_same_way(client):
    assert [guess(client, name="nobody") for _try in range(6)] == [200] * 4 + [429] * 2


def test_one_address_does_not_lock_out_other_names(client):
    for _try in range(6):
        guess(client, name="eve")
    assert guess(client, password=PASSWORD) == 302


@pytest.mark.slow
def test_known_and_unknown_names_take_the_same_time(client, settings):
    """With the hasher of a real deployment, whose cost is what would tell."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    settings.AXES_FAILURE_LIMIT = 1000
    user = get_user_model().objects.get(username="ada")
    user.set_password(PASSWORD)
    user.save()
    took = {"ada": [], "nobody": []}
    for _try in range(9):
        for name, times in took.items():
            began = time.process_time()
            guess(client, name=name)
            times.append(time.process_time() - began)
    known, unknown = (statistics.median(times) for times in took.values())
    assert abs(known - unknown) < 0.35 * max(known, unknown), took
