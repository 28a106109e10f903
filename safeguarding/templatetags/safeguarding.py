"""Template tags of safe working, for pages of every app."""

from uuid import UUID

from django import template
from django.urls import reverse

from safeguarding.web.concern_token import token_of

register = template.Library()


@register.simple_tag
def concern_link(help_request_id: UUID, centre_id: UUID) -> str:
    """The address of the form for a concern about this request."""
    return f"{reverse('report-concern')}?over={token_of(help_request_id, centre_id)}"
