"""Saying thank you with one tap."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View

from common.errors import DomainError, InvalidInput, NotFound
from matching.models import Assignment
from people.models import User
from recognition import queries, services
from recognition.enums import Giver, Warmth
from recognition.errors import AlreadyThanked
from recognition.models import Thanks
from recognition.rules import had_help_from
from recognition.web.access import explain, signers_only
from recognition.web.forms import ThankForm


@method_decorator(login_required, name="dispatch")
class ThankView(View):
    """``GET`` and ``POST /bedankt/<assignment>/``: the resident's side thanks who helped."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Find the help. Raises ``NotFound`` for absent, foreign and not given alike."""
        found = queries.thankable_assignment(request.user, kwargs["assignment_id"])
        if found is None:
            raise NotFound
        self.assignment: Assignment = found
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, assignment_id: UUID) -> HttpResponse:
        """Show the sentences, each a button; or what was said before."""
        return self._page(ThankForm())

    def post(self, request: HttpRequest, assignment_id: UUID) -> HttpResponse:
        """Say it; or ask to leave something out (422). A second time changes nothing."""
        form = ThankForm(request.POST)
        if not form.is_valid():
            return self._page(form, status=422)
        said = form.cleaned_data
        try:
            services.thank_for_help(
                self.assignment, Warmth(said["sentence"]), words=said["words"], by=request.user
            )
        except AlreadyThanked as refusal:
            messages.info(request, str(refusal.message))
        except InvalidInput as refusal:
            explain(form, refusal)
            return self._page(form, status=422)
        else:
            messages.success(request, _("We pass it on. That does people good."))
        return redirect("my-request", self.assignment.request_id)

    def _page(self, form: ThankForm, status: int = 200) -> HttpResponse:
        said = Thanks.objects.filter(
            user=self.assignment.volunteer.user, giver=Giver.RESIDENT, source_id=self.assignment.pk
        ).first()
        context = {
            "form": form,
            "name": self.assignment.volunteer.user.first_name,
            "request_id": self.assignment.request_id,
            "said": said,
            "sentences": Warmth,
        }
        return render(self.request, "recognition/thanks/thank.html", context, status=status)


@method_decorator(signers_only, name="dispatch")
class ThankVolunteerView(View):
    """``GET`` and ``POST /bedanken/<user>/``: an organisation, or the centre, thanks who gave it hours."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Find the volunteer. Raises ``NotFound`` for who gave them nothing."""
        volunteer = User.objects.filter(pk=kwargs["user_id"], is_active=True).first()
        if volunteer is None or volunteer == request.user or not had_help_from(request.user, volunteer):
            raise NotFound
        self.volunteer: User = volunteer
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, user_id: UUID) -> HttpResponse:
        """Show the sentences, each a button."""
        return self._page(ThankForm())

    def post(self, request: HttpRequest, user_id: UUID) -> HttpResponse:
        """Say it; or ask to leave something out (422)."""
        form = ThankForm(request.POST)
        if not form.is_valid():
            return self._page(form, status=422)
        said = form.cleaned_data
        try:
            services.thank_volunteer(
                self.volunteer, Warmth(said["sentence"]), words=said["words"], by=request.user
            )
        except DomainError as refusal:
            explain(form, refusal)
            return self._page(form, status=422)
        messages.success(request, _("We pass it on. That does people good."))
        return redirect("hours-to-sign")

    def _page(self, form: ThankForm, status: int = 200) -> HttpResponse:
        context = {"form": form, "name": self.volunteer.first_name, "sentences": Warmth, "desk": True}
        return render(self.request, "recognition/thanks/thank.html", context, status=status)
