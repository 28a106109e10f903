"""Reads of the desks: of an organisation, of the centre, and of who answered."""

from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from people.enums import COORDINATING, OrganisationState
from people.models import Organisation, OrganisationLogo
from people.queries import may_act, organisations_of, standing_of, without_members
from vacancies.enums import SILENT, UNDER_WAY, ApplicationState, VacancyState
from vacancies.models import Application, Vacancy, Webhook


def desk_centres(user: Any) -> frozenset[UUID]:
    """Return the centres whose vacancies ``user`` coordinates."""
    return standing_of(user).centres(COORDINATING)


def organisations_at_desk(user: Any) -> QuerySet[Organisation]:
    """Return the organisations of the centres that ``user`` coordinates, and those they are a contact of."""
    if not may_act(user):
        return Organisation.objects.none()
    own = Q(pk__in=organisations_of(user)) | Q(centre_id__in=desk_centres(user))
    return Organisation.objects.filter(own).select_related("centre")


def own_organisations(user: Any) -> QuerySet[Organisation]:
    """Return the organisations that ``user`` is a contact of, by name."""
    return Organisation.objects.filter(pk__in=organisations_of(user)).order_by("name")


def vacancies_at_desk(user: Any) -> QuerySet[Vacancy]:
    """Return the vacancies that ``user`` works on: of their organisations and of their centre."""
    if not may_act(user):
        return Vacancy.objects.none()
    own = Q(organisation_id__in=organisations_of(user)) | Q(centre_id__in=desk_centres(user))
    return Vacancy.objects.filter(own).select_related("organisation", "centre", "district")


def vacancies_visible_to(user: Any) -> QuerySet[Vacancy]:
    """Return the public vacancies, and those that ``user`` works on."""
    public = Q(state=VacancyState.PUBLISHED, organisation__state=OrganisationState.APPROVED)
    if may_act(user):
        public |= Q(organisation_id__in=organisations_of(user)) | Q(centre_id__in=desk_centres(user))
    return Vacancy.objects.filter(public).select_related("organisation", "centre", "district")


def with_answers(vacancies: QuerySet[Vacancy]) -> QuerySet[Vacancy]:
    """Add to each how many answers are ``new``, ``under_way`` and ``started``."""
    answers = "applications"
    return vacancies.annotate(
        new=Count(answers, filter=Q(applications__state=ApplicationState.SENT)),
        under_way=Count(answers, filter=Q(applications__state__in=UNDER_WAY)),
        started=Count(answers, filter=Q(applications__state=ApplicationState.STARTED)),
    )


def applications_at_desk(user: Any) -> QuerySet[Application]:
    """Return the answers that ``user`` handles; of an organisation that takes part, and of their centre."""
    if not may_act(user):
        return Application.objects.none()
    approved = Q(organisation_id__in=organisations_of(user), organisation__state=OrganisationState.APPROVED)
    found = Application.objects.filter(approved | Q(centre_id__in=desk_centres(user)))
    return found.select_related("vacancy__organisation", "vacancy__district", "organisation", "user")


def applications_visible_to(user: Any) -> QuerySet[Application]:
    """Return the answers that ``user`` gave or handles."""
    if not may_act(user):
        return Application.objects.none()
    handled = Q(organisation_id__in=organisations_of(user), organisation__state=OrganisationState.APPROVED)
    own = Q(user_id=user.pk) | handled | Q(centre_id__in=desk_centres(user))
    return Application.objects.filter(own).select_related("vacancy__organisation", "organisation", "user")


def has_answered(user: Any) -> bool:
    """Whether ``user`` answered a vacancy that they have not heard no on, or taken back."""
    over = (ApplicationState.WITHDRAWN, ApplicationState.DECLINED)
    return may_act(user) and Application.objects.filter(user_id=user.pk).exclude(state__in=over).exists()


def application_of(user: Any, application_id: UUID) -> Application | None:
    """Return an answer that ``user`` gave, or ``None``."""
    rows = Application.objects.filter(user_id=user.pk, pk=application_id)
    return rows.select_related("vacancy__organisation", "vacancy__district", "organisation").first()


def silent_answers(user: Any) -> QuerySet[Application]:
    """Return the answers about whose silence the centre was told, the longest first."""
    waiting = Application.objects.filter(
        centre_id__in=desk_centres(user), state__in=SILENT, escalated_at__isnull=False, heard_at=None
    )
    return waiting.select_related("vacancy", "organisation", "user").order_by("sent_at")


def is_unmanned(user: Any, organisation: Organisation) -> bool:
    """Whether ``user`` coordinates an organisation of which no contact is left: they name another."""
    if organisation.centre_id not in desk_centres(user) or organisation.state != OrganisationState.APPROVED:
        return False
    return without_members(Organisation.objects.filter(pk=organisation.pk)).exists()


def logo_of(organisation_id: UUID) -> OrganisationLogo | None:
    """Return the measures of a logo, without the picture itself."""
    return OrganisationLogo.objects.defer("image").filter(organisation=organisation_id).first()


def webhooks_of(user: Any) -> QuerySet[Webhook]:
    """Return the webhooks that ``user`` may see: of their organisations and their centre."""
    if not may_act(user):
        return Webhook.objects.none()
    own = Q(organisation_id__in=organisations_of(user)) | Q(centre_id__in=desk_centres(user))
    return Webhook.objects.filter(own).select_related("organisation", "centre")
