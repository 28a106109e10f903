"""Routes of the pages of shifts."""

from django.urls import URLPattern, path, register_converter
from django.urls.converters import StringConverter

from vacancies.web import roster, shifts


def one_of(words: tuple[str, ...]) -> type[StringConverter]:
    """A converter that takes exactly these words."""
    return type("OneOf", (StringConverter,), {"regex": "|".join(words)})


register_converter(one_of(tuple(shifts.ANSWERS)), "shift_answer")
register_converter(one_of(tuple(roster.STEPS)), "seat_step")

urlpatterns: list[URLPattern] = [
    path("vacatures/<uuid:vacancy_id>/diensten/", shifts.vacancy_shifts, name="vacancy-shifts"),
    path("vacatures/<uuid:vacancy_id>/rooster/", roster.VacancyRosterView.as_view(), name="vacancy-roster"),
    path("diensten/<uuid:shift_id>/", roster.shift_roster, name="shift-roster"),
    path("diensten/<uuid:shift_id>/aanmelden/", shifts.sign_up, name="shift-sign-up"),
    path("diensten/<uuid:shift_id>/wijzigen/", roster.change, name="shift-change"),
    path("diensten/<uuid:shift_id>/verplaatsen/", roster.move, name="shift-move"),
    path("diensten/<uuid:shift_id>/afgelasten/", roster.call_off, name="shift-call-off"),
    path("diensten/<uuid:shift_id>/code/", roster.door_code, name="shift-code"),
    path(
        "diensten/<uuid:shift_id>/plekken/<uuid:seat_id>/<seat_step:step>/",
        roster.seat_step,
        name="seat-step",
    ),
    path("diensten/overnemen/<uuid:swap_id>/", shifts.take_over, name="swap-take"),
    path("diensten/inchecken/<str:token>/", shifts.CheckInView.as_view(), name="shift-check-in"),
    path("mijn-diensten/", shifts.my_shifts, name="my-shifts"),
    path("mijn-diensten/<uuid:seat_id>/", shifts.my_shift, name="my-shift"),
    path("mijn-diensten/<uuid:seat_id>/agenda.ics", shifts.calendar, name="my-shift-calendar"),
    path("mijn-diensten/<uuid:seat_id>/<shift_answer:answer>/", shifts.answer, name="my-shift-answer"),
]
