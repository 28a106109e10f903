"""Routes of asking: the board, the centre's policy, and acting on what would bring more volunteers in."""

from django.urls import URLPattern, path, register_converter
from django.urls.converters import StringConverter

from matching.web import asking_board, moments, policy, ways_in


class _Opening(StringConverter):
    """A rule of the funnel, and the bit of it where it has bits: "reach", "screening-3"."""

    regex = rf"(?:{'|'.join(ways_in.LISTED)})(?:-[0-9]{{1,2}})?"


class _Said(StringConverter):
    """Yes or no."""

    regex = "|".join(moments.SAID)


register_converter(_Opening, "opening")
register_converter(_Said, "yes_or_no")

_DESK = "balie/hulpvragen/<uuid:request_id>"

urlpatterns: list[URLPattern] = [
    path("balie/uitvragen/", asking_board.board, name="asking-board"),
    path("balie/uitvragen/noodrem/stil/", asking_board.halt, name="asking-halt"),
    path("balie/uitvragen/noodrem/verder/", asking_board.release, name="asking-release"),
    path("balie/uitvragen/instellen/", policy.policy, name="asking-policy"),
    path("balie/uitvragen/<uuid:request_id>/", asking_board.opened, name="asking-board-opened"),
    path(f"{_DESK}/ruimer/<int:daypart>/", ways_in.desk_widen, name="desk-widen"),
    path(f"{_DESK}/ruimer/<uuid:widening_id>/<yes_or_no:said>/", ways_in.desk_moment, name="desk-moment"),
    path(f"{_DESK}/bijna/<opening:opening>/", ways_in.near_misses, name="desk-near-misses"),
    path(
        "mijn-hulpvragen/<uuid:request_id>/moment/<uuid:widening_id>/<yes_or_no:said>/",
        moments.answer_moment,
        name="request-moment",
    ),
]
