"""The geography of the installation: municipalities, districts, postcodes, meeting places."""

from typing import Any

from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Length
from django.utils.translation import gettext_lazy as _
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from places import cells
from places.enums import PostcodeSource
from places.geo import Point
from places.postcodes import PC6_LENGTH, shown_postcode

MUNICIPALITY_CODE = r"^GM[0-9]{4}$"
# Since 2025 the two (four) last signs may be letters: WK0363AF, BU0363AF01.
DISTRICT_CODE = r"^WK[0-9]{4}[0-9A-Z]{2}$"
NEIGHBOURHOOD_CODE = r"^BU[0-9]{4}[0-9A-Z]{4}$"


class Positioned(models.Model):
    """Something with a position in degrees, WGS84."""

    lat = models.FloatField(_("latitude"))
    lon = models.FloatField(_("longitude"))

    class Meta:
        abstract = True

    @property
    def point(self) -> Point:
        """The position as a value."""
        return Point(self.lat, self.lon)


class Area(Positioned):
    """An area of Statistics Netherlands (CBS): centre, outline and number of inhabitants.

    ``lat`` and ``lon`` are a point inside the area. ``boundary`` is a GeoJSON (multi)polygon in
    WGS84; ``south`` … ``east`` are its bounding box, so that the database can narrow down
    which outlines are worth looking at. Without an outline all five are ``None``.
    """

    name = models.CharField(_("name"), max_length=100)
    boundary = models.JSONField(_("outline"), null=True, blank=True)
    south = models.FloatField(null=True, editable=False)
    west = models.FloatField(null=True, editable=False)
    north = models.FloatField(null=True, editable=False)
    east = models.FloatField(null=True, editable=False)
    inhabitants = models.PositiveIntegerField(_("inhabitants"), null=True, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def outline(self) -> BaseGeometry | None:
        """The boundary as a shape (x = longitude), ``None`` when it is not known."""
        return shape(self.boundary) if self.boundary else None


class Municipality(models.Model):
    """A municipality (gemeente), code GM…."""

    code = models.CharField(
        _("code"), max_length=6, unique=True, validators=[RegexValidator(MUNICIPALITY_CODE)]
    )
    name = models.CharField(_("name"), max_length=100)

    class Meta:
        ordering = ["name"]
        verbose_name = _("municipality")
        verbose_name_plural = _("municipalities")

    def __str__(self) -> str:
        return self.name


class District(Area):
    """A district (wijk), code WK…: the name a volunteer sees before agreement."""

    code = models.CharField(_("code"), max_length=8, unique=True, validators=[RegexValidator(DISTRICT_CODE)])
    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, related_name="districts", verbose_name=_("municipality")
    )

    class Meta:
        ordering = ["name", "code"]
        verbose_name = _("district")
        verbose_name_plural = _("districts")


class Neighbourhood(Area):
    """A neighbourhood (buurt), code BU…, part of a district."""

    code = models.CharField(
        _("code"), max_length=10, unique=True, validators=[RegexValidator(NEIGHBOURHOOD_CODE)]
    )
    district = models.ForeignKey(
        District, on_delete=models.CASCADE, related_name="neighbourhoods", verbose_name=_("district")
    )

    class Meta:
        ordering = ["name", "code"]
        verbose_name = _("neighbourhood")
        verbose_name_plural = _("neighbourhoods")


class PostcodeQuerySet(models.QuerySet["Postcode"]):
    """Reads of the postcode table."""

    def with_letters(self) -> "PostcodeQuerySet":
        """Only PC6 postcodes: each stands for about 17 addresses."""
        return self.alias(length=Length("code")).filter(length=PC6_LENGTH)


class Postcode(Positioned):
    """A postcode ("3431AB", or "3431" for the whole area) with its point, cell and district."""

    code = models.CharField(_("postcode"), max_length=PC6_LENGTH, unique=True)
    cell = models.BigIntegerField(db_index=True, editable=False)
    district = models.ForeignKey(
        District,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="postcodes",
        verbose_name=_("district"),
    )
    source = models.CharField(
        _("source"), max_length=10, choices=PostcodeSource, default=PostcodeSource.MEASURED
    )

    objects = PostcodeQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        verbose_name = _("postcode")
        verbose_name_plural = _("postcodes")

    def __str__(self) -> str:
        return shown_postcode(self.code)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the cell true to the point. (Bulk writers set it themselves.)"""
        self.cell = cells.cell_of(self.lat, self.lon)
        super().save(*args, **kwargs)


class MeetingPlace(Positioned):
    """A place where neighbours meet: a community centre, a library, a square."""

    name = models.CharField(_("name"), max_length=100)
    district = models.ForeignKey(
        District, on_delete=models.CASCADE, related_name="meeting_places", verbose_name=_("district")
    )
    address = models.CharField(_("address"), max_length=200, blank=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("meeting place")
        verbose_name_plural = _("meeting places")
        constraints = [
            models.UniqueConstraint(
                fields=["district", "name"], name="places_meeting_place_once_per_district"
            )
        ]

    def __str__(self) -> str:
        return self.name
