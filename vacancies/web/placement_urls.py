"""Routes of the pages of student placements."""

from django.urls import URLPattern, path, register_converter

from common.exports import ExportFormat
from vacancies.web import placements, schools
from vacancies.web.shift_urls import one_of

register_converter(one_of(tuple(schools.CONTACT_STEPS)), "contact_step")
register_converter(one_of(tuple(schools.PLACEMENT_STEPS)), "placement_step")
register_converter(one_of(("klopt-niet", "klopt")), "sign_step")
register_converter(one_of(tuple(ExportFormat)), "export_ending")

urlpatterns: list[URLPattern] = [
    path("stage/", placements.PlacementView.as_view(), name="placement"),
    path("stage/ouder/", placements.ask_parent, name="placement-parent"),
    path("stage/terugnemen/", placements.take_back, name="placement-take-back"),
    path("stage/certificaat.pdf", placements.certificate, name="placement-certificate"),
    path("stage/plek/<uuid:vacancy_id>/", placements.ask, name="placement-ask"),
    path("stage/uren/<uuid:entry_id>/weg/", placements.remove, name="placement-remove"),
    path("stage/toestemming/<str:token>/", placements.ParentView.as_view(), name="parent"),
    path("stage/tekenen/<str:token>/", placements.SignView.as_view(), name="sign-hours"),
    path("stage/<uuid:placement_id>/uren/", placements.enter, name="placement-hours"),
    path("stage/<uuid:placement_id>/stoppen/", placements.stop, name="placement-stop"),
    path("stages/", schools.desk, name="placements-desk"),
    path("stages/uren/<uuid:entry_id>/<sign_step:step>/", schools.sign, name="entry-sign"),
    path("stages/<uuid:placement_id>/<placement_step:step>/", schools.placement_step, name="placement-step"),
    path("vacatures/<uuid:vacancy_id>/stageplek/", schools.SpotView.as_view(), name="placement-spot"),
    path("scholen/", schools.SchoolsView.as_view(), name="schools"),
    path(
        "scholen/docenten/<uuid:contact_id>/<contact_step:step>/", schools.contact_step, name="contact-step"
    ),
    path("scholen/klassen/<uuid:class_id>/", schools.overview, name="school-class"),
    path("scholen/klassen/<uuid:class_id>/wijzigen/", schools.ClassView.as_view(), name="class-change"),
    path(
        "scholen/klassen/<uuid:class_id>/voortgang.<export_ending:ending>",
        schools.export,
        name="school-export",
    ),
    path("scholen/<uuid:school_id>/", schools.school, name="school"),
    path("scholen/<uuid:school_id>/klassen/", schools.add_class, name="class-add"),
    path("scholen/<uuid:school_id>/vakanties/", schools.add_holiday, name="holiday-add"),
    path(
        "scholen/<uuid:school_id>/vakanties/<int:holiday_id>/weg/",
        schools.remove_holiday,
        name="holiday-remove",
    ),
]
