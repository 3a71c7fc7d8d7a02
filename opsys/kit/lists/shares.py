"""How much of something is used, for lists and panels."""

from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from opsys.kit.lists.markup import filled

LEVELS = ((90, "full"), (75, "tight"))
LARGER = {"MiB": "GiB", "GiB": "TiB"}


@dataclass(frozen=True)
class Share:
    """`used` of `total`, both in `unit` ("" for plain numbers). A total of 0 is unknown, or none at all."""

    used: int
    total: int
    unit: str = ""

    @property
    def percent(self) -> int:
        return round(100 * self.used / self.total) if self.total else 0

    @property
    def level(self) -> str:
        """ "full" from 90 % on, "tight" from 75 % on, else ""."""
        return next((name for least, name in LEVELS if self.total and 100 * self.used >= least * self.total), "")

    def __str__(self) -> str:
        used, total, unit = self.used, self.total, self.unit
        if unit in LARGER and total >= 10 * 1024:
            used, total, unit = round(used / 1024), round(total / 1024), LARGER[unit]
        return f"{used} / {total} {unit}".rstrip()

    def as_dict(self) -> dict[str, int | str]:
        """For panels, whose values are also the API's answer."""
        return {"used": self.used, "total": self.total, "unit": self.unit, "percent": self.percent}

    def html(self) -> SafeString:
        """A bar with the figures beside it; what the bar's colour says, its title says too."""
        if not self.total:
            return filled("%s", self)
        said = {"full": _("nearly full"), "tight": _("getting tight")}.get(self.level, "")
        return filled(
            '<span class="share" title="%s %%%s">'
            '<progress class="share-bar %s" value="%s" max="%s" aria-label="%s %%"></progress>'
            '<span class="share-text">%s</span></span>',
            self.percent,
            f", {said}" if said else "",
            f"share-{self.level}" if self.level else "",
            min(self.used, self.total),
            self.total,
            self.percent,
            self,
        )
