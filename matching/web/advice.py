"""What suits me? Eight screens, advice with reasons, and a conversation when one would rather talk.

Nobody needs to sign in. The answers stay in the session until one goes on with them: joining, or leaving a
name.
"""

from itertools import islice
from typing import Any
from uuid import UUID

from allauth.core import ratelimit
from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from common.errors import InvalidInput, InvalidTransition, NotFound
from matching import advice, queries
from matching.advising import KINDS, help_advised, trainings_advised, vacancies_advised
from matching.models import AdviceTalk
from matching.services import advice as services
from matching.web.access import desk_only
from people.enums import HelpCategory, Skill
from people.models import Centre
from people.queries import may_act, volunteer_of
from people.services import suggest_joining

KEY = "advice"


def answers_of(request: HttpRequest) -> dict[str, str]:
    """What was tapped in this browser so far."""
    kept = request.session.get(KEY, {})
    return advice.sound(kept) if isinstance(kept, dict) else {}


@require_safe
@never_cache
def start(request: HttpRequest) -> HttpResponse:
    """``GET /wat-past-bij-mij/``: what it is, and the way in."""
    given = answers_of(request)
    at = advice.first_open(given)
    context = {"first": advice.QUESTIONS[0], "given": given, "at": at, "total": len(advice.QUESTIONS)}
    return render(request, "matching/advice/start.html", context)


@method_decorator(never_cache, name="dispatch")
class QuestionView(View):
    """``GET`` and ``POST /wat-past-bij-mij/<question>/``: one question; a tap answers it."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Find the question. Raises ``NotFound`` for another word."""
        if kwargs["question"] not in advice.BY_SLUG:
            raise NotFound
        self.question = advice.BY_SLUG[kwargs["question"]]
        self.number = advice.QUESTIONS.index(self.question)
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, question: str) -> HttpResponse:
        """Show the pictures with their words; what was tapped before is marked."""
        return self._page()

    def post(self, request: HttpRequest, question: str) -> HttpResponse:
        """Keep the answer and go on; without one the question stays (422)."""
        choice = self.question.choice(request.POST.get("answer", ""))
        if choice is None:
            return self._page(status=422)
        request.session[KEY] = answers_of(request) | {question: choice.slug}
        after = self.number + 1
        if after == len(advice.QUESTIONS):
            return redirect("advice-outcome")
        return redirect("advice-question", advice.QUESTIONS[after].slug)

    def _page(self, status: int = 200) -> HttpResponse:
        context = {
            "question": self.question,
            "number": self.number + 1,
            "total": len(advice.QUESTIONS),
            "before": advice.QUESTIONS[self.number - 1] if self.number else None,
            "chosen": answers_of(self.request).get(self.question.slug),
            "unanswered": status == 422,
        }
        return render(self.request, "matching/advice/question.html", context, status=status)


@require_safe
@never_cache
def outcome(request: HttpRequest) -> HttpResponse:
    """``GET /wat-past-bij-mij/uitkomst/``: vacancies, help and trainings that suit, each with its reasons."""
    given = answers_of(request)
    unanswered = advice.first_open(given)
    if unanswered is not None:
        return redirect("advice-question", unanswered.slug)
    kinds = help_advised(given)
    context = {
        "vacancies": vacancies_advised(given),
        "kinds": kinds,
        "trainings": trainings_advised(given, [each.thing for each in kinds]),
        "choices": [(question, question.choice(given[question.slug])) for question in advice.QUESTIONS],
        "volunteer": volunteer_of(request.user),
    }
    return render(request, "matching/advice/outcome.html", context)


@require_POST
def again(request: HttpRequest) -> HttpResponse:
    """``POST /wat-past-bij-mij/opnieuw/``: forget the answers and begin anew."""
    request.session.pop(KEY, None)
    return redirect("advice")


@require_POST
def join_with(request: HttpRequest) -> HttpResponse:
    """``POST /wat-past-bij-mij/meedoen/``: join, with what suits ticked already."""
    given = answers_of(request)
    likes = islice(advice.help_that_suits(given), KINDS)
    suggest_joining(
        request.session,
        likes=HelpCategory.to_mask(topic.value for topic in likes),
        dayparts=advice.dayparts_of(given),
        abilities=Skill.to_mask(skill.value for skill in advice.skills_of(given)),
    )
    return redirect("join")


class TalkForm(forms.Form):
    """How to reach someone who would rather talk."""

    name = forms.CharField(
        label=_("What may we call you?"),
        max_length=services.LONGEST_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    phone = forms.CharField(
        label=_("Phone number"),
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel", "size": 16}),
    )
    email = forms.CharField(
        label=_("E-mail address"),
        max_length=254,
        required=False,
        widget=forms.TextInput(attrs={"type": "email", "autocomplete": "email"}),
        help_text=_("One of the two is enough."),
    )
    centre = forms.ModelChoiceField(label=_("Which centre is near you?"), queryset=Centre.objects.none())
    consent = forms.BooleanField(
        label=_("The centre may keep this, with my answers, to call or write me."),
        error_messages={"required": _("We need your yes to keep this.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        centres = Centre.objects.order_by("code")
        field: Any = self.fields["centre"]
        field.queryset, field.empty_label = centres, None
        field.label_from_instance = lambda each: each.name
        if centres.count() == 1:
            field.widget, field.initial = forms.HiddenInput(), centres[0].pk


@method_decorator(never_cache, name="dispatch")
class TalkView(View):
    """``GET`` and ``POST /wat-past-bij-mij/gesprek/``: let the centre take the conversation over."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Ask for a name and a way to be reached."""
        user: Any = request.user
        known = {"name": user.name, "email": user.email} if may_act(user) else {}
        return self._page(TalkForm(initial=known))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Keep it for the coordinator; or say what is wrong (422)."""
        form = TalkForm(request.POST)
        if not form.is_valid():
            return self._page(form, status=422)
        if not ratelimit.consume(request, action="advice_talk"):
            form.add_error(None, _("This was sent often from here. Please call us."))
            return self._page(form, status=429)
        left = form.cleaned_data
        try:
            services.ask_talk(
                left["centre"],
                name=left["name"],
                email=left["email"],
                phone=left["phone"],
                answers=answers_of(request),
                consented=left["consent"],
                by=request.user if may_act(request.user) else None,
            )
        except InvalidInput as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
            return self._page(form, status=422)
        return render(request, "matching/advice/talk_sent.html", {"centre": left["centre"]})

    def _page(self, form: TalkForm, status: int = 200) -> HttpResponse:
        context = {"form": form, "choices": advice.choices_of(answers_of(self.request))}
        return render(self.request, "matching/advice/talk.html", context, status=status)


class NoteForm(forms.Form):
    """What was said."""

    note = forms.CharField(
        label=_("Note"),
        max_length=services.LONGEST_NOTE,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


@require_safe
@desk_only
def desk_talks(request: HttpRequest) -> HttpResponse:
    """``GET /balie/advies/``: who wants to talk, with what they tapped and what would suit them."""
    waiting = list(queries.talks_at_desk_of(request.user).filter(done_at=None))
    queries.note_talks_read(waiting, by=request.user)
    return render(request, "matching/desk/talks.html", {"talks": [_line(talk) for talk in waiting]})


def _line(talk: AdviceTalk, form: NoteForm | None = None) -> dict[str, Any]:
    given = advice.sound(talk.answers)
    return {
        "talk": talk,
        "form": form or NoteForm(initial={"note": talk.note}, auto_id=f"note-{talk.pk}-%s"),
        "choices": [
            (question, question.choice(given[question.slug]))
            for question in advice.QUESTIONS
            if question.slug in given
        ],
        "kinds": list(islice(advice.help_that_suits(given), KINDS)),
        "roles": list(islice(advice.roles_that_suit(given), KINDS)),
    }


STEPS = {"pak": services.take_talk, "terug": services.put_talk_back, "klaar": services.close_talk}


@require_POST
@desk_only
def talk_step(request: HttpRequest, talk_id: UUID, step: str) -> HttpResponse:
    """``POST /balie/advies/<id>/<step>/``: take it, put it back, note what was said, or close it."""
    talk = queries.talks_at_desk_of(request.user).filter(pk=talk_id).first()
    if talk is None or (step not in STEPS and step != "notitie"):
        raise NotFound
    try:
        if "note" in request.POST and talk.done_at is None:
            services.note_talk(talk, request.POST["note"], by=request.user)
        if step in STEPS:
            STEPS[step](talk, by=request.user)
    except InvalidTransition:
        messages.info(request, gettext("A colleague was first."))
    except InvalidInput as refusal:
        messages.error(request, str(refusal.message))
    else:
        messages.success(request, gettext("Kept."))
    return redirect("desk-talks")
