"""Loading a whole small town from facts, for the demonstration and for tests."""

import math
import random
import string
from collections.abc import Iterator, Mapping
from typing import Any

from django.db import transaction

from places.cells import cell_of
from places.enums import PostcodeSource
from places.geo import Point
from places.models import District, MeetingPlace, Municipality, Postcode
from places.postcodes import NEVER_ISSUED

INHABITANTS_PER_POSTCODE = 100
FEWEST_POSTCODES = 12
SPREAD_KM = 0.4
KM_PER_DEGREE = 111.195  # of latitude, on the sphere that geo.distance_km measures on
LETTER_PAIRS = [
    first + second
    for first in string.ascii_uppercase
    for second in string.ascii_uppercase
    if first + second not in NEVER_ISSUED
]

Facts = Mapping[str, Any]


@transaction.atomic
def load_town(facts: Facts) -> Municipality:
    """Create a municipality with districts, invented postcodes and meeting places; return it.

    ``facts`` has the shape of backend/demo/nieuwegein.json. Repeating it changes nothing, and what
    an importer has filled in from official files is left as it is. Postcodes are drawn around the
    centre of each inhabited district, the same ones every time, and marked as invented.
    """
    town, _ = Municipality.objects.get_or_create(
        code=facts["municipality"]["code"], defaults={"name": facts["municipality"]["name"]}
    )
    districts = {fact["code"]: _district(town, fact) for fact in facts["districts"]}
    Postcode.objects.bulk_create(invented_postcodes(facts, districts), ignore_conflicts=True, batch_size=500)
    for place in facts["meeting_places"]:
        _meeting_place(districts[place["district"]], place)
    return town


def _district(town: Municipality, fact: Facts) -> District:
    district, _ = District.objects.get_or_create(
        code=fact["code"],
        defaults={
            "name": fact["name"],
            "municipality": town,
            "lat": fact["lat"],
            "lon": fact["lon"],
            "inhabitants": fact["inhabitants"],
        },
    )
    return district


def _meeting_place(district: District, fact: Facts) -> None:
    """Without a position of its own it stands at the centre of its district."""
    MeetingPlace.objects.get_or_create(
        district=district,
        name=fact["name"],
        defaults={
            "address": fact.get("address", ""),
            "lat": fact.get("lat", district.lat),
            "lon": fact.get("lon", district.lon),
        },
    )


def invented_postcodes(facts: Facts, districts: Mapping[str, District]) -> Iterator[Postcode]:
    """Yield unsaved postcodes for the inhabited districts, about one per 100 inhabitants.

    They lie within 400 m of the centre of their district. The letters are given out in order per
    PC4, over the districts that share it, so that no postcode comes twice.
    """
    given: dict[str, Iterator[str]] = {}
    for fact in facts["districts"]:
        if not fact["inhabited"]:
            continue
        chance = random.Random(fact["code"])  # noqa: S311  (the same town every time, nothing secret)
        number = max(FEWEST_POSTCODES, fact["inhabitants"] // INHABITANTS_PER_POSTCODE)
        for index in range(number):
            pc4 = fact["postcodes4"][index % len(fact["postcodes4"])]
            letters = next(given.setdefault(pc4, iter(LETTER_PAIRS)))
            point = _scattered(Point(fact["lat"], fact["lon"]), chance)
            yield Postcode(
                code=pc4 + letters,
                lat=point.lat,
                lon=point.lon,
                cell=cell_of(point.lat, point.lon),
                district=districts[fact["code"]],
                source=PostcodeSource.INVENTED,
            )


def _scattered(centre: Point, chance: random.Random) -> Point:
    """A point spread evenly over the disc around ``centre``."""
    away = SPREAD_KM * math.sqrt(chance.random())
    angle = 2 * math.pi * chance.random()
    north, east = away * math.cos(angle), away * math.sin(angle)
    lon_km = KM_PER_DEGREE * math.cos(math.radians(centre.lat))
    return Point(centre.lat + north / KM_PER_DEGREE, centre.lon + east / lon_km).rounded()
