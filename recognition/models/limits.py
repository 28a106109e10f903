"""The limits of a year, as staff filled them in."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class YearLimits(models.Model):
    """What is free of tax for volunteers in one year, in euros; see ``recognition.limits``."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    hour = models.DecimalField(max_digits=6, decimal_places=2)
    hour_under_21 = models.DecimalField(max_digits=6, decimal_places=2)
    month = models.DecimalField(max_digits=8, decimal_places=2)
    annual = models.DecimalField(max_digits=8, decimal_places=2)
    source = models.CharField(max_length=200, help_text=_("Where it was read"))

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(hour_under_21__gt=0, hour__gte=F("hour_under_21"), month__gte=F("hour"))
                & Q(annual__gte=F("month")),
                name="limits_grow_from_hour_to_year",
            )
        ]

    def __str__(self) -> str:
        return str(self.year)
