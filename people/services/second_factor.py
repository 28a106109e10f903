"""Staff show twice who they are: a code or password, and an app with codes or a passkey.

What is proven belongs to the session, so whoever turns a session into a person (pages, API token, socket)
says so here. A session without the proof leaves the person whatever else they are, without their staff roles:
the guards of pages, API and socket all ask ``people.queries.standing_of``.
"""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any, TypeVar, cast

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY, get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest

from common import clock
from people.enums import PROVING_ROLES
from people.models import RoleGrant, User
from people.queries import PROOFS, UNPROVEN, forget_standing, may_act

Someone = TypeVar("Someone")


def note_session(user: Someone, session: Mapping[str, Any]) -> Someone:
    """Say on ``user`` whether this session has shown the second factor; return the same user."""
    if settings.STAFF_SECOND_FACTOR and getattr(user, "is_authenticated", False):
        setattr(user, UNPROVEN, not is_proven(user, session))
        forget_standing(user)  # type: ignore[arg-type]  # signed in, so an account
    return user


def is_proven(user: Any, session: Mapping[str, Any]) -> bool:
    """Whether this person used, or set up, a second factor in this session.

    A sign-in through the municipality counts where ``SSO_PROVES_SECOND_FACTOR`` says that it asks for one.
    """
    here = cast("HttpRequest", SimpleNamespace(session=session))
    methods = {record.get("method") for record in get_authentication_records(here, user)}
    return "mfa" in methods or (settings.SSO_PROVES_SECOND_FACTOR and "socialaccount" in methods)


def lacks_proof(user: Any) -> bool:
    """Whether the person has a staff role, or may use the admin, and this session lacks the factor."""
    return bool(getattr(user, UNPROVEN, False)) and may_act(user) and owes_proof(user)


def owes_proof(user: User) -> bool:
    """Whether the person has to show a second factor: a staff role anywhere, or the admin."""
    if user.is_staff or user.is_superuser:
        return True
    return RoleGrant.objects.filter(user=user, ended_at=None, role__in=PROVING_ROLES).exists()


def has_factor(user: User) -> bool:
    """Whether the person has an app with codes or a passkey."""
    return bool(Authenticator.objects.filter(user=user, type__in=PROOFS).exists())


def note_set_up(request: HttpRequest, authenticator: Authenticator) -> None:
    """Setting a factor up takes using it: the session has shown it."""
    if authenticator.type in PROOFS:
        records = get_authentication_records(request, cast("User", request.user))
        shown = {"method": "mfa", "at": clock.now().timestamp(), "type": str(authenticator.type)}
        request.session[AUTHENTICATION_METHODS_SESSION_KEY] = [*records, shown]
