"""What one of the two roles proposes about a step."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from safeguarding.enums import REASONS, DecisionOutcome, DecisionReason


class DecisionForm(forms.Form):
    """An outcome and a reason that belongs to it: a code, no story."""

    outcome = forms.ChoiceField(label=_("What do you propose?"), widget=forms.RadioSelect)
    reason = forms.ChoiceField(
        label=_("Why?"), help_text=_("Only a code is kept: never what happened or what a certificate says.")
    )

    def __init__(self, *args: Any, outcomes: tuple[DecisionOutcome, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        possible = {reason for outcome in outcomes for reason in REASONS[outcome]}
        self.fields["outcome"].choices = [(each.value, each.label) for each in outcomes]  # type: ignore[attr-defined]
        self.fields["reason"].choices = [  # type: ignore[attr-defined]
            (each.value, each.label) for each in DecisionReason if each in possible
        ]

    def clean(self) -> dict[str, Any]:
        """A reason for refusing is none for lifting."""
        answers = super().clean() or {}
        outcome, reason = answers.get("outcome"), answers.get("reason")
        if outcome and reason and reason not in REASONS[outcome]:
            self.add_error("reason", _("Choose one of the reasons."))
        return answers

    def values(self) -> dict[str, Any]:
        """The answers as arguments of ``propose_decision``."""
        return {
            "outcome": DecisionOutcome(self.cleaned_data["outcome"]),
            "reason": DecisionReason(self.cleaned_data["reason"]),
        }
