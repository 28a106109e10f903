"""What the pages of lessons need beside the design system."""

from django import template

from academy.models import Step

register = template.Library()


@register.filter
def title_of(step: Step) -> str:
    """The title of a step in the language of the reader."""
    return step.words(step.title)
