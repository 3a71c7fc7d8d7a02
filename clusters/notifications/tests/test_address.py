import pytest
from django.core.exceptions import ValidationError

from clusters.notifications.address import Address, parsed


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("amqps://opsys@rabbit.example.com", Address((("rabbit.example.com", 5671),), "opsys", "/", True)),
        ("amqp://opsys@10.0.0.5/", Address((("10.0.0.5", 5672),), "opsys", "/", False)),
        (
            "amqps://o%40p@r-1.example.com:5671,r-2.example.com:15671//nova",
            Address((("r-1.example.com", 5671), ("r-2.example.com", 15671)), "o@p", "/nova", True),
        ),
        ("amqp://u@[2001:db8::5]:5673/cloud%2Fone", Address((("2001:db8::5", 5673),), "u", "cloud/one", False)),
    ],
)
def test_addresses_as_operators_write_them(text, wanted):
    assert parsed(text) == wanted


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "scheme"),
        ("rabbit.example.com", "scheme"),
        ("redis://u@host/", "scheme"),
        ("file:///etc/passwd", "scheme"),
        ("amqp://u:password@host/", "password"),
        ("amqp://host/", "user"),
        ("amqp://@host/", "user"),
        ("amqp://a@b@host/", "user"),
        ("amqp://u@/", "host"),
        ("amqp://u@host:0/", "host"),
        ("amqp://u@host:99999/", "host"),
        ("amqp://u@host:56:72/", "host"),
        ("amqp://u@-host/", "host"),
        ("amqp://u@a..b/", "host"),
        ("amqp://u@host,/", "host"),
        ("amqp://u@" + ",".join(["host"] * 11), "host"),
        ("amqp://u@host/?ssl=0", "address"),
        ("amqp://u@host/\r\nQUIT", "address"),
        ("amqp://u@ho st/", "address"),
        ("amqp://u@host/\u202egnp", "address"),
    ],
)
def test_what_is_no_address_is_refused_with_a_sentence(text, code):
    with pytest.raises(ValidationError) as refused:
        parsed(text)
    assert refused.value.code == code
    assert " " in refused.value.messages[0]
