"""Network addresses in one spelling, so that they are found however people write them."""

import re
from ipaddress import ip_address, ip_interface

MAC_FORMS = re.compile(
    r"[0-9a-f]{2}([:-])[0-9a-f]{2}(?:\1[0-9a-f]{2}){4}|[0-9a-f]{4}\.[0-9a-f]{4}\.[0-9a-f]{4}|[0-9a-f]{12}"
)
OCTETS = {8: 1, 16: 2, 24: 3}


def canonical(word: str) -> str:
    """A MAC address with colons, an IP address as short as it can be; whatever else it is, as it is."""
    text = word.strip().lower()
    if MAC_FORMS.fullmatch(text):
        digits = re.sub(r"[^0-9a-f]", "", text)
        return ":".join(digits[place : place + 2] for place in range(0, 12, 2))
    try:
        return str(ip_address(text.removeprefix("[").removesuffix("]")))
    except ValueError:
        return word


def spellings(text: str) -> list[str]:
    """What to look for where somebody typed `text`: first the text itself, then the address it means in the spelling
    of the inventory. An address with a prefix length means that address; a network means its own name, or for
    whole octets what begins like its addresses."""
    text = text.strip()
    return list(dict.fromkeys((text, *_meant(text))))


def _meant(text: str) -> list[str]:
    if "/" not in text:
        return [canonical(text)]
    try:
        given = ip_interface(text.replace("[", "").replace("]", ""))
    except ValueError:
        return []
    if given.ip != given.network.network_address:
        return [str(given.ip)]
    if given.version == 4 and given.network.prefixlen in OCTETS:
        kept = str(given.ip).split(".")[: OCTETS[given.network.prefixlen]]
        return [str(given.network), ".".join(kept) + "."]
    if given.network.prefixlen == given.network.max_prefixlen:
        return [str(given.ip)]
    return [str(given.network)]
