"""From the answers to a request: a new resident is registered, the request drafted and sent."""

from datetime import date, time
from typing import Any

from help_requests.enums import HAS_DESTINATION, FiledAs, Rhythm, usual_minutes
from help_requests.models import HelpRequest
from help_requests.services import Details, Filer, file_once, file_request
from help_requests.web.asking import forms
from help_requests.web.asking.draft import Draft
from help_requests.web.asking.screens import known_resident
from help_requests.web.fields import kind_of
from people.enums import ALL_DAYPARTS, daypart_bit
from people.models import Resident, User
from people.services import Address, register_resident, update_resident


def send(draft: Draft, user: Any, *, any_screened_volunteer: bool) -> HelpRequest:
    """Make and send the request of a complete draft; the same draft again gives the same request.

    ``any_screened_volunteer``: whether the resident agrees beforehand to any screened volunteer.

    Raises:
        InvalidInput: something is wrong after all; ``field`` names the answer.
    """
    by = user if user.is_authenticated else None

    def file() -> HelpRequest:
        known = known_resident(draft, user)
        if known is None:
            return _file(draft, by, _register(draft, by, any_screened_volunteer))
        return _file(draft, by, _kept_up(known, by, any_screened_volunteer))

    return file_once(draft.key, file)


def details_of(draft: Draft) -> Details:
    """What the answers say about the help itself."""
    category = draft["category"]
    details = Details(
        category=category,
        description=draft["description"],
        destination=draft["destination"] if category in HAS_DESTINATION else "",
        duration_minutes=usual_minutes(category),
        until_date=_last_day(draft),
        **kind_of(draft["how_often"]),
    )
    if draft["timing"] == forms.DAY:
        return details | _on_a_day(draft)
    return details | {"dayparts": ALL_DAYPARTS if draft["timing"] == forms.ANY else draft["dayparts"]}


def _last_day(draft: Draft) -> date | None:
    """The day until which a series is asked for, if there is one."""
    has_end = draft["how_often"] in Rhythm.values and draft["until"] == forms.LATER
    return date.fromisoformat(draft["until_date"]) if has_end else None


def _on_a_day(draft: Draft) -> Details:
    """The day, and the time or the part of that day; neither when any time is fine."""
    day, moment = date.fromisoformat(draft["on_date"]), draft["moment"]
    if moment == forms.FIXED:
        return Details(on_date=day, start_time=time.fromisoformat(draft["start_time"]))
    part = 0 if moment == forms.ALL_DAY else 1 << daypart_bit(day.weekday(), int(moment))
    return Details(on_date=day, dayparts=part)


def _kept_up(resident: Resident, by: User | None, any_screened_volunteer: bool) -> Resident:
    """The record of someone we know, with this answer instead of the last."""
    if resident.any_screened_volunteer == any_screened_volunteer:
        return resident
    return update_resident(resident, by=by, any_screened_volunteer=any_screened_volunteer)


def _file(draft: Draft, by: User | None, resident: Resident) -> HelpRequest:
    for_self = by is None or resident.user_id == by.pk
    is_other = draft["whose"] == forms.OTHER
    return file_request(
        resident,
        by=by,
        filed_as=FiledAs.RESIDENT if for_self and not is_other else FiledAs.REPRESENTATIVE,
        filer=_filer(draft) if is_other else None,
        submission_key=draft.key,
        **details_of(draft),
    )


def _register(draft: Draft, by: User | None, any_screened_volunteer: bool) -> Resident:
    """Make the resident's record; who asks for someone else without a phone is the one to call.

    Their e-mail address is not kept as the resident's: by that they would claim the record as their own.
    """
    is_other = draft["whose"] == forms.OTHER
    borrowed = is_other and draft["email"] == draft["filer_email"]
    return register_resident(
        name=draft["name"],
        phone=draft["phone"] or (draft["filer_phone"] if is_other else ""),
        email="" if borrowed else draft["email"],
        address=Address(street="", house_number=draft["house_number"], postcode=draft["postcode"]),
        consented=True,
        by=by,
        user=None if is_other else by,
        represented_by=by if is_other else None,
        any_screened_volunteer=any_screened_volunteer,
    )


def _filer(draft: Draft) -> Filer:
    return Filer(name=draft["filer_name"], phone=draft["filer_phone"], email=draft["filer_email"])
