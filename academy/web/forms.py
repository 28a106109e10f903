"""What staff and learners fill in about trainings."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Self

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from academy.enums import Audience, StepKind, Theme, TrainedRole
from academy.models import Course, Evaluation, Session, Step
from academy.queries import courses_on_offer, living_courses, places_of, trainers_of
from academy.services.pictures import LONGEST_ALT
from common import clock
from common.forms import DateInput, TimeInput
from common.uploads import PictureField
from people.enums import HelpCategory
from people.models import Centre, User
from places.models import MeetingPlace


class CourseField(forms.ModelChoiceField):
    """One course, by its title in the language of the reader."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            queryset=Course.objects.none(), label=_("Training"), empty_label=_("Choose …"), **kwargs
        )

    def label_from_instance(self, obj: Course) -> str:
        """The title."""
        return obj.title


class CompletionForm(forms.Form):
    """A training that a volunteer has done, here or elsewhere."""

    course = CourseField()
    completed_on = forms.DateField(label=_("Done on"), widget=DateInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["course"].queryset = living_courses()  # type: ignore[attr-defined]
        self.initial.setdefault("completed_on", clock.today())


class InviteForm(forms.Form):
    """A training to invite a volunteer to."""

    course = CourseField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("prefix", "invite")
        super().__init__(*args, **kwargs)
        self.fields["course"].queryset = courses_on_offer()  # type: ignore[attr-defined]


class RequirementsForm(forms.Form):
    """The kinds of help for which, and the roles of which, a centre asks a course."""

    categories = forms.TypedMultipleChoiceField(
        label=_("Whoever does this must have done the training"),
        coerce=HelpCategory,
        empty_value=[],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    roles = forms.TypedMultipleChoiceField(
        label=_("Whoever is this must have done the training"),
        help_text=_("On the day after its last valid day the role closes, until it is done again."),
        coerce=TrainedRole,
        empty_value=[],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(
        self, *args: Any, choices: Iterable[HelpCategory], roles: Iterable[TrainedRole], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, offered in (("categories", choices), ("roles", roles)):
            self.fields[name].choices = [(each.value, each.label) for each in offered]  # type: ignore[attr-defined]


class EvaluationForm(forms.Form):
    """How a training was, in three questions."""

    rating = forms.TypedChoiceField(
        label=_("How was it?"),
        coerce=int,
        choices=[
            (5, _("Very good")),
            (4, _("Good")),
            (3, _("All right")),
            (2, _("Not so good")),
            (1, _("Not good")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the five.")},
    )
    usable = forms.TypedChoiceField(
        label=_("Can you use it in what you do?"),
        coerce=lambda value: {"yes": True, "no": False}[value],
        empty_value=None,
        choices=[("yes", _("Yes")), ("no", _("Not really"))],
        widget=forms.RadioSelect,
        required=False,
    )
    words = forms.CharField(
        label=_("What was good, what could be better?"),
        help_text=_("The trainer reads this without your name."),
        max_length=600,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    @classmethod
    def of(cls, said: Evaluation | None) -> Self:
        """The form, with what was said before."""
        if said is None:
            return cls()
        usable = None if said.usable is None else ("yes" if said.usable else "no")
        return cls(initial={"rating": said.rating, "usable": usable, "words": said.words})


class SessionForm(forms.Form):
    """When and where a meeting is, and who gives it."""

    course = CourseField()
    day = forms.DateField(label=_("Day"), widget=DateInput)
    begins = forms.TimeField(label=_("From"), widget=TimeInput)
    ends = forms.TimeField(label=_("Until"), widget=TimeInput)
    capacity = forms.IntegerField(label=_("Places"), min_value=1, max_value=500, initial=12)
    place = forms.ModelChoiceField(
        MeetingPlace.objects.none(),
        label=_("Where"),
        required=False,
        empty_label=_("By video call"),
    )
    room = forms.CharField(label=_("Room"), max_length=80, required=False)
    call_url = forms.URLField(
        label=_("Address of the video call"),
        help_text=_("Only when it is a video call. Only who has a place sees it."),
        max_length=400,
        required=False,
        assume_scheme="https",
    )
    trainer = forms.ModelChoiceField(
        User.objects.none(), label=_("Trainer"), required=False, empty_label=_("Choose …")
    )
    notes = forms.CharField(
        label=_("For who comes"),
        help_text=_("What to bring, where to park."),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, centre: Centre, fixed: Course | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        if fixed is not None:
            del fields["course"]
        else:
            fields["course"].queryset = courses_on_offer()
        fields["place"].queryset = places_of(centre)
        fields["trainer"].queryset = trainers_of(centre)
        fields["trainer"].label_from_instance = lambda user: user.name or user.email

    def details(self) -> dict[str, Any]:
        """What the services take."""
        said = dict(self.cleaned_data)
        day = said.pop("day")
        for field, key in (("begins", "starts_at"), ("ends", "ends_at")):
            said[key] = timezone.make_aware(datetime.combine(day, said.pop(field)))
        if said["place"] is not None:
            said["call_url"] = ""
        return said

    @staticmethod
    def initial_of(session: Session) -> dict[str, Any]:
        """A meeting as the form shows it."""
        starts, ends = timezone.localtime(session.starts_at), timezone.localtime(session.ends_at)
        same = {name: getattr(session, name) for name in ("capacity", "place", "room", "call_url", "trainer")}
        return same | {
            "day": starts.date(),
            "begins": starts.time(),
            "ends": ends.time(),
            "notes": session.notes,
        }


class CourseDetailsForm(forms.ModelForm):
    """What the catalogue tells of a course."""

    audiences = forms.TypedMultipleChoiceField(
        label=_("For whom"), choices=Audience.choices, coerce=Audience, widget=forms.CheckboxSelectMultiple
    )
    theme = forms.ChoiceField(label=_("Theme"), choices=Theme.choices)

    class Meta:
        model = Course
        fields = [
            "title_nl",
            "title_en",
            "slug",
            "summary_nl",
            "summary_en",
            "theme",
            "audiences",
            "prerequisites",
            "needs_session",
            "valid_months",
            "published",
        ]
        widgets = {
            "summary_nl": forms.Textarea(attrs={"rows": 3}),
            "summary_en": forms.Textarea(attrs={"rows": 3}),
            "prerequisites": forms.CheckboxSelectMultiple,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found: dict[str, Any] = self.fields
        others = living_courses().exclude(pk=self.instance.pk)
        found["prerequisites"].queryset = others
        found["prerequisites"].label_from_instance = lambda course: course.title
        self.initial["audiences"] = [each.value for each in self.instance.meant_for]
        if self.instance._state.adding:
            found["slug"].required = False
            found["slug"].help_text = _("Left empty, it is made of the title.")
        if not others.exists():
            del found["prerequisites"]

    def clean_audiences(self) -> int:
        """As a mask."""
        return Audience.to_mask(self.cleaned_data["audiences"])


class PictureForm(forms.Form):
    """A picture for the text of a step, with words for who cannot see it."""

    picture = PictureField(
        label=_("Photo or drawing"),
        help_text=_("JPEG, PNG or WebP, at most 15 MB. Ask first who can be recognised in it."),
        error_messages={"required": _("Choose a photo or a drawing.")},
    )
    # Without it the words in the mark will do.
    alt_nl = forms.CharField(
        label=_("What the picture shows, in Dutch"),
        help_text=_("It is read out to who cannot see it."),
        max_length=LONGEST_ALT,
        required=False,
    )
    alt_en = forms.CharField(
        label=_("What the picture shows, in English"), max_length=LONGEST_ALT, required=False
    )


class ArticlePictureForm(PictureForm):
    """The same for an article, which is in one language."""

    alt_en = None  # type: ignore[assignment]
    alt_nl = None  # type: ignore[assignment]
    alt = forms.CharField(
        label=_("What the picture shows"),
        help_text=_("It is read out to who cannot see it."),
        max_length=LONGEST_ALT,
        required=False,
    )


class StepForm(forms.Form):
    """One step of a lesson, in both languages; up to four answers for a question."""

    ANSWERS = ("a", "b", "c", "d")

    kind = forms.ChoiceField(label=_("What does one do?"), choices=StepKind.choices, widget=forms.RadioSelect)
    title_nl = forms.CharField(label=_("Title in Dutch"), max_length=120)
    title_en = forms.CharField(label=_("Title in English"), max_length=120, required=False)
    minutes = forms.IntegerField(label=_("Minutes"), min_value=1, max_value=60, initial=5)
    body_nl = forms.CharField(
        label=_("Text in Dutch"),
        help_text=_("Markdown: **bold**, # heading, - list."),
        max_length=12_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 14}),
    )
    body_en = forms.CharField(
        label=_("Text in English"),
        max_length=12_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    film = forms.CharField(
        label=_("Address of the film"),
        help_text=_("https://…, or a file of this site: /…"),
        max_length=400,
        required=False,
    )
    transcript_nl = forms.CharField(
        label=_("What is said in the film, in Dutch"),
        max_length=12_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    transcript_en = forms.CharField(
        label=_("What is said in the film, in English"),
        max_length=12_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key in self.ANSWERS:
            about = {"key": key.upper()}
            for language, name in (("nl", _("Dutch")), ("en", _("English"))):
                words = about | {"language": name}
                self.fields[f"answer_{key}_{language}"] = forms.CharField(
                    label=_("Answer %(key)s, in %(language)s") % words, max_length=300, required=False
                )
                self.fields[f"why_{key}_{language}"] = forms.CharField(
                    label=_("What we say to answer %(key)s, kindly, in %(language)s") % words,
                    max_length=600,
                    required=False,
                    widget=forms.Textarea(attrs={"rows": 2}),
                )
            self.fields[f"right_{key}"] = forms.BooleanField(
                label=_("Answer %(key)s is right") % about, required=False
            )

    def answers(self) -> list[dict[str, Any]]:
        """The fields of each answer together, for the page."""
        return [
            {
                "key": key.upper(),
                "fields": [
                    self[f"{name}_{key}_{language}"]
                    for language in ("nl", "en")
                    for name in ("answer", "why")
                ],
                "right": self[f"right_{key}"],
            }
            for key in self.ANSWERS
        ]

    def details(self) -> dict[str, Any]:
        """What the services take."""
        said = self.cleaned_data
        found: dict[str, Any] = {
            "kind": said["kind"],
            "minutes": said["minutes"],
            "film": said["film"].strip(),
        }
        for name in ("title", "body", "transcript"):
            found[name] = self._texts(name)
        question = said["kind"] == StepKind.QUESTION
        found["choices"] = (
            [self._choice(key) for key in self.ANSWERS if said[f"answer_{key}_nl"]] if question else []
        )
        return found

    @classmethod
    def initial_of(cls, step: Step) -> dict[str, Any]:
        """A step as the form shows it."""
        found: dict[str, Any] = {"kind": step.kind, "minutes": step.minutes, "film": step.film}
        for language in ("nl", "en"):
            for name in ("title", "body", "transcript"):
                found[f"{name}_{language}"] = getattr(step, name).get(language, "")
            for key, choice in zip(cls.ANSWERS, step.choices, strict=False):
                found[f"answer_{key}_{language}"] = choice["text"].get(language, "")
                found[f"why_{key}_{language}"] = choice["why"].get(language, "")
                found[f"right_{key}"] = choice["right"]
        return found

    def _choice(self, key: str) -> dict[str, Any]:
        return {
            "key": key,
            "text": self._texts(f"answer_{key}"),
            "why": self._texts(f"why_{key}"),
            "right": self.cleaned_data[f"right_{key}"],
        }

    def _texts(self, name: str) -> dict[str, str]:
        texts = {language: self.cleaned_data[f"{name}_{language}"].strip() for language in ("nl", "en")}
        return {language: text for language, text in texts.items() if text}
