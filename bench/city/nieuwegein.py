"""The demonstration town as facts (backend/demo).

Districts and centres are from CBS 2024, inhabitants estimated, about 400 helpers for 900 residents and 6,000
requests a year.
"""

import json
from pathlib import Path

from backend import demo
from backend.demo.history import ASKED
from backend.demo.people import LIKED
from backend.demo.town import REQUESTS_A_YEAR, RESIDENTS, VOLUNTEERS
from simulation.town.facts import Facts, Place

_FOLDER = Path(demo.__file__).parent


def nieuwegein() -> Facts:
    """The demonstration town."""
    places = tuple(
        Place(each["name"], each["lat"], each["lon"], each["inhabitants"], each["inhabitants"])
        for each in json.loads((_FOLDER / "nieuwegein.json").read_text())["districts"]
        if each["inhabited"]
    )
    return Facts(
        name="Nieuwegein (synthetic)",
        places=places,
        helpers=VOLUNTEERS,
        residents=RESIDENTS,
        requests_a_year=REQUESTS_A_YEAR,
        liked={str(kind): share for kind, share in LIKED.items()},
        asked={str(kind): float(weight) for kind, weight in ASKED.items()},
    )
