"""How a host writes text. Ours and the page's is UTF-8."""

import codecs

from django.utils.translation import gettext_lazy as _

UTF_8 = "utf-8"
# What people choose → the codec. Of several of one family the largest.
CODECS = {UTF_8: "utf-8", "gb18030": "gb18030", "big5": "big5hkscs", "euc-jp": "euc_jp", "shift-jis": "cp932"}
CODECS |= {"latin-1": "latin-1"}
CHOICES = (
    (UTF_8, "UTF-8"),
    ("gb18030", _("Chinese, simplified (GBK, GB18030)")),
    ("big5", _("Chinese, traditional (Big5)")),
    ("euc-jp", _("Japanese (EUC-JP)")),
    ("shift-jis", _("Japanese (Shift-JIS)")),
    ("latin-1", _("Western (Latin-1)")),
)


def shown(raw: bytes, encoding: str) -> str:
    """A name as people read it: in the host's encoding, else in UTF-8, else with what cannot be read marked."""
    for codec in (CODECS[encoding], UTF_8):
        try:
            return codecs.decode(raw, codec)
        except UnicodeDecodeError:
            continue
    return raw.decode(UTF_8, "replace")


def readable(raw: bytes, encoding: str) -> bool:
    return "\N{REPLACEMENT CHARACTER}" not in shown(raw, encoding)
