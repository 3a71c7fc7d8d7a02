from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class Price(models.Model):
    """What one unit costs for an hour, in the currency of the platform. What has no price costs nothing."""

    class What(models.TextChoices):
        SERVER = "servers", _("server")
        VCPU = "vcpus", _("vCPU")
        MEMORY = "memory", _("GiB of memory")
        DISK = "disk", _("GiB of a server's disk")
        VOLUME = "volumes", _("GiB of a volume")
        ADDRESS = "addresses", _("floating IP")

    what = models.CharField(_("what"), max_length=20, choices=What.choices, unique=True)
    amount = models.DecimalField(
        _("for an hour"), max_digits=14, decimal_places=8, validators=[MinValueValidator(Decimal(0))]
    )

    class Meta:
        ordering = ["what"]
        verbose_name = _("price")
        verbose_name_plural = _("price sheet")

    def __str__(self) -> str:
        return f"{self.get_what_display()}: {self.amount.normalize():f}"
