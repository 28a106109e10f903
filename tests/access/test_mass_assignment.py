"""Whoever may change a thing changes what is meant to be changed, and no other field of it (threat 16).

Every address with PATCH is sent every field of its model, by every person: under its own name and as the id
it points at; alone and all together. In the spelling of the API: in that of the column it is the same name by
the time a serializer sees it. What may be changed stands here; a new address fails until it is listed.
"""

import logging
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import models, transaction
from django.test import Client

from common import clock as now
from common.api.camel import camel, snake
from common.ids import new_id
from matching.models import DispatchPolicy
from people.models import Resident, User
from tests.access.test_matrix import Visitors, address, expected, methods_of, own_routes
from tests.access.world import ACTORS, World, all_routes, build_world

pytestmark = pytest.mark.django_db
HOME = {"address", "cell", "district_id"}
RESIDENT = HOME | {"age_band", "any_screened_volunteer", "contact_preference", "name", "pets", "smokes"}
# What each address with PATCH is meant to change, for who is let in: the fields for which the test thinks of
# a value that is accepted.
MEANT: dict[str, set[str]] = {
    "api/v1/action-tasks/<uuid:id>": {"capacity", "title"},
    "api/v1/actions/<uuid:id>": {"bring", "campaign", "description", "on_date", "place", "provided", "title"},
    "api/v1/course-sessions/<uuid:id>": {"capacity", "notes", "room", "trainer_id"},
    "api/v1/dispatch-policies/<uuid:id>": {
        "minutes_later",
        "minutes_listed",
        "minutes_this_week",
        "minutes_today",
        "newcomer_seat",
        "quiet_until",
        "wave_size",
        "wave_size_today",
    },
    "api/v1/help-requests/<uuid:id>": {"dayparts", "on_date"},
    "api/v1/me": {"name"},
    "api/v1/me/residents/<uuid:id>": RESIDENT,
    "api/v1/me/volunteer-profile": {"adult", "monthly_ask_cap", "reach_km", "running_cap"},
    "api/v1/organisations/<uuid:id>": {
        *("about", "address", "insured", "name", "not_for_profit", "screening_policy"),
    },
    "api/v1/residents/<uuid:id>": RESIDENT,
    # Only the whole of a shift is accepted, of which no field alone is.
    "api/v1/shifts/<uuid:id>": {"capacity", "note"},
    # Changed by its organisation it goes back to review, without its checks.
    "api/v1/vacancies/<uuid:id>": {
        *("address", "category", "checks", "city", "contact_name", "dayparts", "ends_on", "offer", "online"),
        *("profile", "reimbursement", "starts_on", "state", "task", "title", "wanted"),
    },
}


def patched() -> list[str]:
    return [route for route in own_routes() if "PATCH" in methods_of(route)]


def target(route: str, world: World, person: str) -> models.Model | None:
    """The row that the address changes, for this person."""
    if route == "api/v1/me":
        return world.people[person] if isinstance(world.people[person], User) else None
    if route == "api/v1/me/volunteer-profile":
        return getattr(world.people[person], "volunteer", None)
    if "dispatch-policies" in route:
        return DispatchPolicy.objects.get(centre_id=world.centre_id)
    model = Resident if "residents" in route else all_routes()[route].callback.cls.model
    return model.objects.get(pk=world.arguments(route)["id"])


def others(field: models.Field, value: Any) -> list[Any]:
    """Values that the field could hold and does not: every row there is, where it points at one.

    Which of them would be accepted hangs on what the row is; which comes first hangs on chance.
    """
    if isinstance(field, models.ForeignKey):
        rows = field.related_model._default_manager.exclude(pk=value)
        return [str(key) for key in rows.values_list("pk", flat=True)] or [str(uuid4())]
    return [another(field, value)]


def another(field: models.Field, value: Any) -> Any:
    """A value that the field, which points at nothing, could hold and does not."""
    if field.choices:
        return next(key for key, _label in field.flatchoices if key != value)
    if isinstance(field, models.BooleanField):
        return not value
    if isinstance(field, models.UUIDField):
        return str(new_id())
    if isinstance(field, models.DateTimeField):
        return (now.now() + timedelta(days=9)).isoformat()
    if isinstance(field, models.DateField):
        return (now.today() + timedelta(days=9)).isoformat()
    if isinstance(field, models.TimeField):
        return "11:30:00"
    if isinstance(field, models.IntegerField | models.FloatField):
        return (value or 0) + 1
    home = {"street": "Elders", "houseNumber": "9", "postcode": "3431AA", "city": "Nieuwegein"}
    return home if isinstance(value, dict) else "Qxz"


def names(field: models.Field) -> set[str]:
    """What a call can name it by: whoever writes the column's own name names the same."""
    assert all(snake(camel(name)) == name for name in (field.name, field.attname))
    return {camel(field.name), camel(field.attname)}


def values(row: models.Model) -> dict[str, Any]:
    return type(row)._default_manager.filter(pk=row.pk).values().get()


def changed_by(client: Client, path: str, row: models.Model, bodies: list[dict[str, Any]]) -> set[str]:
    """Which columns of the row differ after sending any of these bodies; each finds it as it was."""
    before, changed = values(row), set()
    for body in bodies:
        with transaction.atomic():
            client.patch(path, body, content_type="application/json")
            after = values(row)
            transaction.set_rollback(True)
        changed |= {name for name in before if before[name] != after[name]}
    return changed


@pytest.fixture(autouse=True)
def _quiet_and_unlimited(monkeypatch):
    logging.disable(logging.ERROR)
    monkeypatch.setattr("rest_framework.throttling.SimpleRateThrottle.allow_request", lambda *_args: True)
    yield
    logging.disable(logging.NOTSET)


def bodies_for(row: models.Model, *, let_in: bool) -> list[dict[str, Any]]:
    """Every field alone, and all at once; who is not let in at all sends the latter only."""
    alone = [
        {name: value}
        for field in row._meta.concrete_fields
        for value in others(field, getattr(row, field.attname))
        for name in names(field)
    ]
    whole = {name: value for body in alone for name, value in body.items()}
    return [*alone, whole] if let_in else [whole]


@pytest.mark.timeout(1200)  # every field of every model by every person: minutes on a busy machine
def test_no_field_changes_but_those_that_are_meant_to(clock):
    world = build_world()
    DispatchPolicy.objects.get_or_create(centre_id=world.centre_id)
    visitors, statuses = Visitors(world), expected()
    found: dict[str, set[str]] = {}
    wrong = []
    assert set(patched()) == set(MEANT), "a new address says here what it is meant to change"
    for route in MEANT:
        for person, status in zip(ACTORS, statuses["PATCH", route], strict=True):
            row = target(route, world, person)
            if row is None:
                continue
            let_in = status not in ("401", "403", "404")
            client, path = visitors._clients[person], address(route, world)
            changed = changed_by(client, path, row, bodies_for(row, let_in=let_in))
            found.setdefault(route, set()).update(changed)
            if (not let_in and changed) or changed - MEANT.get(route, set()):
                wrong.append(f"{person} changed {sorted(changed)} through {route}")
    assert not wrong, "\n".join(wrong)
    assert found == MEANT, "a change that was meant to be possible shows that the test can see one"
