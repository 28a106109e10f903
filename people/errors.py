"""What can be wrong with people's data."""

from django.utils.translation import gettext_lazy as _

from common.errors import DomainError, InvalidInput


class InvalidPhone(InvalidInput):
    """The text is not a phone number that can be called."""

    code = "invalid-phone"
    message = _("This is not a phone number. Please write it like this: 06 12345678.")

    def __init__(self, *, field: str = "phone") -> None:
        super().__init__(field=field)


class InvalidEmail(InvalidInput):
    """The text is not an e-mail address."""

    code = "invalid-email"
    message = _("This is not an e-mail address. An address looks like this: name@example.nl.")

    def __init__(self, *, field: str = "email") -> None:
        super().__init__(field=field)


class NoCentreHere(InvalidInput):
    """No centre works where this postcode is."""

    code = "no-centre-here"
    message = _("We do not work in this area yet. Please check the postcode, or call us.")

    def __init__(self, *, field: str = "postcode") -> None:
        super().__init__(field=field)


class AlreadyVolunteer(DomainError):
    """The person has a volunteer profile already."""

    code = "already-volunteer"
    message = _("You are already signed up as a volunteer.")


class StillStaff(DomainError):
    """Whoever works for a centre cannot be erased: that would leave its work without a name."""

    code = "still-staff"
    message = _("This person still has a role at a centre. Let the administrator end that role first.")


class ConsentNeeded(InvalidInput):
    """Nothing is kept of a person without their agreement to it."""

    code = "consent-needed"
    message = _("We may only keep these details if you agree.")

    def __init__(self, *, field: str = "consent") -> None:
        super().__init__(field=field)


class ConsentTakenBack(ConsentNeeded):
    """The person took their consent back; nothing is asked for them until they agree again."""

    code = "consent-taken-back"
    message = _("Consent was taken back. It can be given again on the profile, or by calling us.")


class SecondFactorNeeded(DomainError):
    """Someone with a staff role has not shown a second factor in this session."""

    status = 403
    code = "second-factor-needed"
    message = _("Your work needs a second factor: an app with codes, or a passkey.")


class InvitationGone(DomainError):
    """The link leads nowhere (any more): unknown, used, withdrawn or too old, which look alike."""

    status = 404
    code = "invitation-gone"
    message = _("This invitation does not work any more. Please ask who invited you for a new one.")


class OtherAddress(DomainError):
    """The invitation is bound to an address that is not, or not provably, the person's own."""

    status = 403
    code = "other-address"
    message = _("This invitation is for another e-mail address. Please sign in with that address.")


class InvitedTooOften(DomainError):
    """Whoever may invite may not flood a mailbox."""

    status = 429
    code = "invited-too-often"
    message = _("This invitation was mailed a moment ago, or you sent very many. Please wait a little.")


class LastAdministrator(DomainError):
    """A centre or an organisation is never left without an administrator."""

    code = "last-administrator"
    message = _("This is the last administrator. Let someone else become administrator first.")


class NobodyElsewhere(InvalidInput):
    """No resident of another centre has exactly this number or address."""

    code = "nobody-elsewhere"
    message = _("No resident of another centre has exactly this number or address.")

    def __init__(self, *, field: str = "reach") -> None:
        super().__init__(field=field)
