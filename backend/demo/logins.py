"""The accounts of the demonstration town that anybody may try."""

from allauth.account.models import EmailAddress

from people.enums import Role
from people.models import Centre, Organisation, User
from people.services.roles import give

PASSWORD = "samen-doen-we-het"  # noqa: S105  (printed for everybody to see)

# key, name, role; the address is key@demo.example.
ACCOUNTS: tuple[tuple[str, str, Role], ...] = (
    ("bewoner", "Ria van Doorn", Role.RESIDENT),
    ("vrijwilliger", "Thijs Blokland", Role.VOLUNTEER),
    ("vrijwilliger2", "Fatima Haddad", Role.VOLUNTEER),
    ("coordinator", "Marloes Dekkers", Role.COORDINATOR),
    ("trainer", "Winston Pinas", Role.TRAINER),
    ("organisatie", "Saskia Zandstra", Role.ORGANISATION),
    ("aandachtsfunctionaris", "Hanneke Postma", Role.CONFIDENTIAL_OFFICER),
    ("analist", "Milan Wiersma", Role.ANALYST),
    ("beheerder", "Ingrid Kuipers", Role.ADMINISTRATOR),
)


def make_logins(centre: Centre, organisation: Organisation) -> dict[str, User]:
    """Make the accounts with verified addresses and, for staff, their roles; return them by key."""
    users = {key: _account(key, name) for key, name, _role in ACCOUNTS}
    for key, _name, role in ACCOUNTS:
        if role == Role.ORGANISATION:
            give(users[key], role, organisation=organisation, manages=True, by=None)
        elif role not in {Role.RESIDENT, Role.VOLUNTEER}:
            give(users[key], role, centre=centre, by=None)
    User.objects.filter(pk=users["beheerder"].pk).update(is_staff=True, is_superuser=True)
    return users


def table_of_logins() -> str:
    """The accounts as lines for the terminal."""
    lines = [f"  {role.label!s:<28} {key}@demo.example" for key, _name, role in ACCOUNTS]
    return "\n".join([*lines, f"  Password of all: {PASSWORD}"])


def _account(key: str, name: str) -> User:
    user = User.objects.create_user(f"{key}@demo.example", PASSWORD, name=name)
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    return user
