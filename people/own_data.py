"""What this app keeps of a person: told, erased, and for how long."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import uuid4

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core.cache import caches
from django.core.cache.backends.db import BaseDatabaseCache
from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from common import clock
from common.encryption import digest
from events.models import EventRecord, IdempotentCall
from events.services import forget_calls_about
from people import models
from people.contact import Address
from people.enums import (
    DayPart,
    Dislike,
    HelpCategory,
    Invited,
    Language,
    Need,
    Skill,
    Transport,
    VolunteerState,
    Weekday,
    daypart_bit,
)
from people.models import (
    AccessLog,
    Consent,
    Invitation,
    Representative,
    Resident,
    RoleGrant,
    SharedRecord,
    User,
    Volunteer,
)
from people.queries import looks_at, old_invitations, shares_of
from people.rights import (
    Section,
    Subject,
    Term,
    Told,
    erases,
    excuse,
    keeps,
    rows_of,
    tells,
    value_of,
    words_of,
)
from people.services.erasing import erase_by_term, idle_accounts, left_volunteers
from people.services.joining import forget_answers
from people.services.roles import take

excuse("Says nothing about a person.", models.Centre)
excuse("Ids that lead to nobody once the person is erased; kept until its own term.", AccessLog)
excuse("Areas and postcodes; says nothing about a person.", *apps.get_app_config("places").get_models())
excuse("Ids only (events/base.py refuses the rest); the audit log, never erased.", EventRecord)
excuse("Gone within a day; those about the person go at once.", IdempotentCall)
excuse("Holds digests and counts only.", models.Erasure, models.DeletionRun)


@tells(User, RoleGrant, models.CalendarLink)
def tell_account(subject: Subject) -> Iterable[Section]:
    """The account and how one signs in; never a password, code or key."""
    user = subject.user
    if user is None:
        return
    columns = {
        "name": _("Name"),
        "email": _("E-mail address"),
        "language": _("Language"),
        "created_at": _("Account since"),
        "last_login": _("Signed in last"),
    }
    yield Section("account", _("Account"), columns, rows_of([user], columns))
    columns = {"email": _("E-mail address"), "verified": _("Confirmed"), "primary": _("Used for mail")}
    yield _section("email_addresses", _("E-mail addresses"), columns, EmailAddress.objects.filter(user=user))
    columns = {"type": _("Kind"), "created_at": _("Since"), "last_used_at": _("Used last")}
    yield _section("second_factors", _("Second factors"), columns, Authenticator.objects.filter(user=user))
    columns = {"provider": _("Kind"), "uid": _("Number there"), "date_joined": _("Since")}
    yield _section(
        "sign_in_elsewhere", _("Other ways to sign in"), columns, SocialAccount.objects.filter(user=user)
    )
    columns = {"ip": _("Internet address"), "user_agent": _("Device"), "created_at": _("Since")}
    yield _section("devices", _("Where you are signed in"), columns, UserSession.objects.filter(user=user))
    columns = {"made_at": _("Since")}
    links = models.CalendarLink.objects.filter(user=user)
    yield _section("calendar_link", _("The address for your calendar"), columns, links)
    columns = {"role": _("Role"), "granted_at": _("Since"), "ended_at": _("Until")}
    yield _section("roles", _("Roles"), columns, user.role_grants.order_by("granted_at"))


@tells(Volunteer)
def tell_volunteer(subject: Subject) -> Iterable[Section]:
    """The volunteer profile."""
    found = subject.volunteer
    if found is None:
        return
    columns = {
        "centre": _("Volunteer centre"),
        "state": _("State"),
        "phone": _("Phone number"),
        "postcode": _("Postcode"),
        "district": _("District"),
        "adult": _("18 or older"),
        "likes": _("What I like to do"),
        "skills": _("Skills"),
        "dislikes": _("Rather not"),
        "languages": _("Languages"),
        "transport": _("Transport"),
        "dayparts": _("When I can help"),
        "reach_km": _("How far, in km"),
        "monthly_ask_cap": _("Questions a month at most"),
        "running_cap": _("Things at once at most"),
        "paused_until": _("Rests until"),
        "created_at": _("Since"),
        "left_at": _("Stopped on"),
    }
    plain = ("state", "phone", "postcode", "adult", "reach_km", "monthly_ask_cap", "running_cap")
    row = {name: value_of(found, name) for name in (*plain, "paused_until", "created_at", "left_at")} | {
        "centre": found.centre.name,
        "district": found.district.name if found.district else "",
        "likes": words_of(HelpCategory.from_mask(found.skills)),
        "skills": words_of(Skill.from_mask(found.skills)),
        "dislikes": words_of(Dislike.from_mask(found.dislikes)),
        "languages": words_of(Language.from_mask(found.languages)),
        "transport": words_of(Transport.from_mask(found.transport)),
        "dayparts": _moments(found.dayparts),
    }
    yield Section("volunteer", _("As a volunteer"), columns, [row])


@tells(Resident, Representative)
def tell_residents(subject: Subject) -> Iterable[Section]:
    """Details as a resident, and who acts for whom."""
    columns = {
        "centre": _("Volunteer centre"),
        "name": _("Name"),
        "phone": _("Phone number"),
        "email": _("E-mail address"),
        "address": _("Home address"),
        "district": _("District"),
        "age_band": _("Age"),
        "contact_preference": _("How we reach you"),
        "needs": _("What a helper should know"),
        "languages": _("Languages"),
        "dislikes": _("Rather not"),
        "pets": _("Pets at home"),
        "smokes": _("Smokes"),
        "any_screened_volunteer": _("Any screened volunteer is welcome"),
        "created_at": _("Since"),
    }
    yield Section(
        "residents", _("When you ask for help"), columns, [_resident(row) for row in subject.residents]
    )
    columns = {"name": _("Name"), "consented_at": _("Since"), "ended_at": _("Until")}
    for_me = Representative.objects.filter(resident__in=subject.residents).select_related("user")
    rows = [_acting(row, row.user.name) for row in for_me]
    yield Section("represented_by", _("Who acts for you"), columns, rows)
    by_me = Representative.objects.filter(user=subject.user).select_related("resident")
    rows = [_acting(row, row.resident.name) for row in by_me] if subject.user else []
    yield Section("represents", _("For whom you act"), columns, rows)


@tells(Consent)
def tell_consents(subject: Subject) -> Iterable[Section]:
    """What was agreed to, and taken back."""
    columns = {
        "purpose": _("For what"),
        "version": _("Text"),
        "given_at": _("Agreed on"),
        "withdrawn_at": _("Taken back on"),
    }
    yield _section("consents", _("What you agreed to"), columns, consents_of(subject))


@tells(SharedRecord)
def tell_shares(subject: Subject) -> Iterable[Section]:
    """Who of another centre was let in."""
    columns = {
        "centre": _("Volunteer centre"),
        "who": _("Who"),
        "reason": _("Why"),
        "note": _("In their words"),
        "said_yes": _("How you agreed"),
        "opened_at": _("Since"),
        "until": _("Until"),
        "ended_at": _("Ended earlier"),
    }
    plain = ("reason", "note", "said_yes", "opened_at", "until", "ended_at")
    rows = [
        {"centre": share.centre.name, "who": share.reader.name}
        | {name: value_of(share, name) for name in plain}
        for share in shares_of(subject.residents)
    ]
    yield Section("shared", _("Who of another centre may look"), columns, rows)


@tells(models.Suspension)
def tell_suspensions(subject: Subject) -> Iterable[Section]:
    """That the account was closed and opened; what others said stays with the centre."""
    columns = {"reason": _("Why"), "at": _("Since"), "lifted_at": _("Until")}
    found = subject.user.suspensions.all() if subject.user else []
    yield _section("suspensions", _("When your account was closed"), columns, found)


@tells(AccessLog)
def tell_looks(subject: Subject) -> Iterable[Section]:
    """Who read or changed the data."""
    columns = {"at": _("When"), "who": _("Who"), "act": _("What"), "why": _("Why")}
    parts = (*subject.residents, subject.volunteer, subject.user)
    people = [part for part in parts if part is not None]
    rows = [
        {"at": look.at, "who": look.who, "act": words_of([look.act])[0], "why": words_of([look.why])[0]}
        for look in looks_at(people, most=10_000)
    ]
    yield Section("who_looked", _("Who looked at my data"), columns, rows)


@tells(Invitation)
def tell_invitations(subject: Subject) -> Iterable[Section]:
    """Roles that the person was invited for, and invitations they sent."""
    columns = {"role": _("Role"), "created_at": _("When"), "state": _("What became of it")}
    to_me = Invitation.objects.filter(email_digest__in=[digest(email) for email in subject.emails])
    yield _section("invited", _("Invitations to you"), columns, to_me)
    by_me = Invitation.objects.filter(invited_by=subject.user) if subject.user else []
    yield _section("inviting", _("Invitations you sent"), columns, by_me)


def consents_of(subject: Subject) -> QuerySet[Consent]:
    """All consents of someone, the first first."""
    return Consent.objects.filter(
        Q(volunteer=subject.volunteer or uuid4()) | Q(resident__in=subject.residents)
    )


@erases(
    User,
    RoleGrant,
    models.CalendarLink,
    Volunteer,
    Resident,
    Representative,
    Consent,
    Invitation,
    SharedRecord,
    models.Suspension,
)
def erase_people(subject: Subject) -> dict[str, int]:
    """Contact data, profile and account. Rows on which figures hang stay without anything of the person."""
    words = {*map(str, subject.ids), *subject.emails}
    counts = {
        "people_consent": consents_of(subject).delete()[0],
        "events_idempotentcall": forget_calls_about(words),
    }
    to_them = Invitation.objects.filter(email_digest__in=[digest(email) for email in subject.emails])
    counts["people_invitation"] = to_them.delete()[0]
    forget_answers(*subject.emails)
    # Who is gone lets nobody in any more.
    by_them = Invitation.objects.filter(invited_by=subject.user or uuid4())
    by_them.filter(state=Invited.OPEN).update(state=Invited.WITHDRAWN, answered_at=clock.now())
    by_them.update(invited_by=None)
    let_in = SharedRecord.objects.filter(
        Q(resident__in=subject.residents) | Q(reader=subject.user or uuid4())
    )
    counts["people_sharedrecord"] = let_in.delete()[0]
    acting = Representative.objects.filter(
        Q(resident__in=subject.residents) | Q(user=subject.user or uuid4())
    )
    counts["people_representative"] = acting.delete()[0]
    for resident in subject.residents:
        _blank_resident(resident)
    counts["people_resident"] = len(subject.residents)
    if subject.volunteer is not None:
        _blank_volunteer(subject.volunteer)
        counts["people_volunteer"] = 1
    return counts | (_erase_account(subject.user) if subject.user is not None else {})


def _blank_resident(resident: Resident) -> None:
    Resident.objects.filter(pk=resident.pk).update(
        user=None,
        **dict.fromkeys(("name", "phone", "email", "email_digest", "phone_digest", "age_band"), ""),
        **dict.fromkeys(("address", "point", "cell", "consented_at", "created_by"), None),
        **dict.fromkeys(("needs", "languages", "dislikes"), 0),
        **dict.fromkeys(("pets", "smokes", "any_screened_volunteer"), False),
        consent_version="",
    )


def _blank_volunteer(volunteer: Volunteer) -> None:
    Volunteer.objects.filter(pk=volunteer.pk).update(
        state=VolunteerState.LEFT,
        left_at=volunteer.left_at or clock.now(),
        phone="",
        postcode="",
        consent_version="",
        **dict.fromkeys(
            ("lat", "lon", "cell", "skills", "dislikes", "dayparts", "languages", "transport"), 0
        ),
        **dict.fromkeys(("paused_until", "consented_at"), None),
    )


def _erase_account(user: User) -> dict[str, int]:
    counts = {"django_session": _end_sessions(user)}
    for grant in RoleGrant.objects.filter(user=user, ended_at=None).order_by("pk"):
        take(grant, by=None)  # whoever counts on them in that role hears it
    # Addresses, keys and ways to sign in, whichever library keeps them; their rows hang on the account.
    kept = (EmailAddress, Authenticator, SocialAccount, UserSession, RoleGrant, models.CalendarLink)
    for model in (*kept, models.Suspension):
        counts[model._meta.db_table] = model._default_manager.filter(user=user).delete()[0]
    user.set_unusable_password()
    User.objects.filter(pk=user.pk).update(
        email=f"{uuid4().hex}@erased.invalid",
        name="",
        language="nl",
        password=user.password,
        last_login=None,
        suspended_at=None,
        **dict.fromkeys(("is_active", "is_staff", "is_superuser"), False),
    )
    return counts | {"people_user": 1}


def _end_sessions(user: User) -> int:
    """Delete every session of the account, also those that no list of devices knows."""
    own = [session.pk for session in Session.objects.iterator() if _is_of(session, user)]
    return Session.objects.filter(pk__in=own).delete()[0]


def _is_of(session: Session, user: User) -> bool:
    return str(session.get_decoded().get("_auth_user_id", "")) == str(user.pk)


def _resident(found: Resident) -> dict[str, Any]:
    plain = ("name", "phone", "email", "age_band", "contact_preference", "pets", "smokes", "created_at")
    return {name: value_of(found, name) for name in (*plain, "any_screened_volunteer")} | {
        "centre": found.centre.name,
        "address": ", ".join(Address(**found.address).lines) if found.address else "",
        "district": found.district.name if found.district else "",
        "needs": words_of(Need.from_mask(found.needs)),
        "languages": words_of(Language.from_mask(found.languages)),
        "dislikes": words_of(Dislike.from_mask(found.dislikes)),
    }


def _acting(row: Representative, name: str) -> dict[str, Any]:
    return {"name": name, "consented_at": row.consented_at, "ended_at": row.ended_at}


def _section(key: str, title: Any, columns: dict[str, Any], found: Iterable[Any]) -> Section:
    return Section(key, title, columns, rows_of(found, columns))


def _moments(mask: int) -> list[Told]:
    return [
        Told(daypart_bit(day, part), f"{day.label} {part.label}")
        for day in Weekday
        for part in DayPart
        if mask >> daypart_bit(day, part) & 1
    ]


def _sessions(moment: datetime) -> QuerySet[Session]:
    return Session.objects.filter(expire_date__lt=clock.now())


def _forget_sessions(moment: datetime, most: int) -> int:
    return (
        _sessions(moment)
        .filter(pk__in=list(_sessions(moment).values_list("pk", flat=True)[:most]))
        .delete()[0]
    )


def _cached() -> str:
    """What of the cache in the database is past its time; "" for a cache in memory, gone with its process."""
    if not isinstance(caches["default"], BaseDatabaseCache):
        return ""
    table = connection.ops.quote_name(caches.settings["default"]["LOCATION"])
    return f"FROM {table} WHERE expires < %s"


def _count_cached(moment: datetime) -> int:
    if not (past := _cached()):
        return 0
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) {past}", [_now_there()])
        return int(cursor.fetchone()[0])


def _forget_cached(moment: datetime, most: int) -> int:
    if not (past := _cached()):
        return 0
    with connection.cursor() as cursor:
        chosen = f"SELECT cache_key {past} ORDER BY expires LIMIT %s"
        cursor.execute(f"DELETE {past} AND cache_key IN ({chosen})", [_now_there(), _now_there(), most])
        return int(cursor.rowcount)


def _now_there() -> Any:
    return connection.ops.adapt_datetimefield_value(clock.now())


def _forget_looks(moment: datetime, most: int) -> int:
    old = AccessLog.objects.filter(kept_until__lt=clock.now()).order_by("pk")
    return AccessLog.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:most])).delete()[0]


keeps(
    Term(
        "sessions",
        _("Sign-ins that are over, with what was filled in without sending"),
        "",
        lambda moment: _sessions(moment).count(),
        _forget_sessions,
    )
)
keeps(
    Term(
        "cache",
        _("What waits for a day at most, such as answers of who was joining"),
        "",
        _count_cached,
        _forget_cached,
    )
)
keeps(
    Term(
        "read_log",
        _("Who looked at whose data"),
        "READ_LOG_KEPT_DAYS",
        lambda moment: AccessLog.objects.filter(kept_until__lt=clock.now()).count(),
        _forget_looks,
    )
)
keeps(
    Term(
        "invitations",
        _("Invitations that were answered or became too old"),
        "INVITATION_KEPT_DAYS",
        lambda moment: old_invitations(moment).count(),
        lambda moment, most: Invitation.objects.filter(
            pk__in=list(old_invitations(moment).values_list("pk", flat=True)[:most])
        ).delete()[0],
    )
)
keeps(
    Term(
        "shares",
        _("Leave to look for another centre"),
        "READ_LOG_KEPT_DAYS",
        lambda moment: SharedRecord.objects.filter(until__lt=moment).count(),
        lambda moment, most: SharedRecord.objects.filter(
            pk__in=list(SharedRecord.objects.filter(until__lt=moment).values_list("pk", flat=True)[:most])
        ).delete()[0],
    )
)
keeps(
    Term(
        "accounts",
        _("Accounts with which nothing is done"),
        "ACCOUNT_IDLE_KEPT_DAYS",
        lambda moment: idle_accounts(moment).count(),
        lambda moment, most: sum(erase_by_term(Subject(user=user)) for user in idle_accounts(moment)[:most]),
    )
)
keeps(
    Term(
        "volunteers",
        _("Volunteers who stopped"),
        "VOLUNTEER_LEFT_KEPT_DAYS",
        lambda moment: left_volunteers(moment).count(),
        lambda moment, most: sum(
            erase_by_term(Subject(volunteer=found)) for found in left_volunteers(moment)[:most]
        ),
    )
)
