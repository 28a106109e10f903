"""Routes of the pages of one-day actions."""

from django.urls import URLPattern, path, register_converter

from vacancies.web import action_desk, actions
from vacancies.web.shift_urls import one_of

register_converter(one_of(tuple(action_desk.STEPS)), "action_step")
register_converter(one_of(tuple(action_desk.SEAT_STEPS)), "task_step")

urlpatterns: list[URLPattern] = [
    path("acties/", actions.actions, name="actions"),
    path("acties/beheer/", action_desk.kept, name="kept-actions"),
    path("acties/nieuw/<uuid:organisation_id>/", action_desk.NewActionView.as_view(), name="new-action"),
    path("acties/taken/<uuid:task_id>/", actions.sign_up, name="task-sign-up"),
    path("acties/plekken/<uuid:seat_id>/afmelden/", actions.give_up, name="task-give-up"),
    path("acties/<uuid:action_id>/", actions.action, name="action"),
    path("acties/<uuid:action_id>/beheer/", action_desk.desk, name="action-desk"),
    path("acties/<uuid:action_id>/aanpassen/", action_desk.edit, name="action-edit"),
    path("acties/<uuid:action_id>/taken/", action_desk.add_task, name="task-add"),
    path("acties/<uuid:action_id>/taken/<uuid:task_id>/", action_desk.TaskView.as_view(), name="task-change"),
    path(
        "acties/<uuid:action_id>/taken/<uuid:task_id>/afgelasten/",
        action_desk.call_off_task,
        name="task-call-off",
    ),
    path("acties/<uuid:action_id>/code/", action_desk.door_code, name="action-code"),
    path("acties/inchecken/<str:token>/", actions.CheckInView.as_view(), name="action-check-in"),
    path("acties/<uuid:action_id>/taken/<uuid:task_id>/weg/", action_desk.remove_task, name="task-remove"),
    path("acties/<uuid:action_id>/verslag/", action_desk.report, name="action-report"),
    path("acties/<uuid:action_id>/terugsturen/", action_desk.send_back, name="action-send-back"),
    path("acties/<uuid:action_id>/stap/<action_step:step>/", action_desk.step, name="action-step"),
    path(
        "acties/<uuid:action_id>/plekken/<uuid:seat_id>/<task_step:step>/",
        action_desk.seat_step,
        name="task-seat-step",
    ),
]
