"""Routes of the matching app's pages."""

from django.urls import URLPattern, URLResolver, path, register_converter
from django.urls.converters import StringConverter

from matching.web import (
    advice,
    agreements,
    asking_urls,
    desk,
    fitting,
    lasting_pages,
    proposals,
    reading,
    resident,
    volunteer,
)


def _one_of(words: tuple[str, ...]) -> type[StringConverter]:
    """A converter that takes exactly these words."""
    return type("OneOf", (StringConverter,), {"regex": "|".join(words)})


register_converter(_one_of(volunteer.PARTS), "home_part")
register_converter(_one_of(tuple(resident.ANSWERS)), "match_answer")
register_converter(_one_of((*desk.STEPS, "plan")), "agreement_step")
register_converter(_one_of(("start", "stop", "now")), "dispatch_verb")
register_converter(_one_of(tuple(proposals.ANSWERS)), "pair_answer")

_DESK = "balie/hulpvragen/<uuid:request_id>"

urlpatterns: list[URLPattern | URLResolver] = [
    *asking_urls.urlpatterns,
    *lasting_pages.urlpatterns,
    path("wat-past-bij-mij/", advice.start, name="advice"),
    path("wat-past-bij-mij/uitkomst/", advice.outcome, name="advice-outcome"),
    path("wat-past-bij-mij/opnieuw/", advice.again, name="advice-again"),
    path("wat-past-bij-mij/meedoen/", advice.join_with, name="advice-join"),
    path("wat-past-bij-mij/gesprek/", advice.TalkView.as_view(), name="advice-talk"),
    path("wat-past-bij-mij/<slug:question>/", advice.QuestionView.as_view(), name="advice-question"),
    path("balie/advies/", advice.desk_talks, name="desk-talks"),
    path("balie/advies/<uuid:talk_id>/<slug:step>/", advice.talk_step, name="talk-step"),
    path("vandaag/", volunteer.home, name="volunteer-home"),
    path("vandaag/<home_part:part>/", volunteer.home_part, name="volunteer-home-part"),
    path("uitvragen/<uuid:offer_id>/", volunteer.offer, name="offer"),
    path("uitvragen/<uuid:offer_id>/ja/", volunteer.accept, name="offer-accept"),
    path("uitvragen/<uuid:offer_id>/niet-nu/", volunteer.decline, name="offer-decline"),
    path("in-de-buurt/", volunteer.near_me, name="near-me"),
    path("in-de-buurt/<uuid:request_id>/", volunteer.near_request, name="near-request"),
    path("in-de-buurt/<uuid:request_id>/ja/", volunteer.come_forward, name="near-request-accept"),
    path("afspraken/", agreements.agreements, name="agreements"),
    path("afspraken/<uuid:assignment_id>/", agreements.agreement, name="agreement"),
    path("afspraken/<uuid:assignment_id>/agenda.ics", agreements.calendar, name="agreement-calendar"),
    path("afspraken/<uuid:assignment_id>/plan/", agreements.plan, name="agreement-plan"),
    path("afspraken/<uuid:assignment_id>/gedaan/", agreements.done, name="agreement-done"),
    path("afspraken/<uuid:assignment_id>/niet-thuis/", agreements.no_show, name="agreement-no-show"),
    path("afspraken/<uuid:assignment_id>/afzeggen/", agreements.cancel, name="agreement-cancel"),
    path("mijn-hulpvragen/<uuid:request_id>/afspraak/", resident.request_match, name="request-match"),
    path(
        "mijn-hulpvragen/<uuid:request_id>/afspraak/<uuid:assignment_id>/<match_answer:answer>/",
        resident.answer_match,
        name="request-match-answer",
    ),
    path(f"{_DESK}/kandidaten/", desk.desk_candidates, name="desk-candidates"),
    path(f"{_DESK}/uitvragen/<dispatch_verb:verb>/", desk.desk_dispatch, name="desk-dispatch"),
    path(f"{_DESK}/vraag/<uuid:volunteer_id>/", desk.desk_ask, name="desk-ask"),
    path(f"{_DESK}/vraag/<uuid:offer_id>/terug/", desk.desk_take_back, name="desk-take-back"),
    path(f"{_DESK}/goedkeuring/terug/", desk.desk_take_back_approval, name="desk-take-back-approval"),
    path(f"{_DESK}/genoeg/", desk.desk_enough, name="desk-enough"),
    path(f"{_DESK}/opnieuw/", desk.desk_reopen, name="desk-reopen"),
    path(
        f"{_DESK}/afspraken/<uuid:assignment_id>/<agreement_step:verb>/",
        desk.desk_assignment,
        name="desk-assignment",
    ),
    path("balie/wie-past/vacatures/<uuid:vacancy_id>/", fitting.vacancy_fitting, name="vacancy-fitting"),
    path(
        "balie/wie-past/vacatures/<uuid:vacancy_id>/<uuid:volunteer_id>/",
        fitting.vacancy_tip,
        name="vacancy-tip",
    ),
    path("balie/wie-past/diensten/<uuid:shift_id>/", fitting.shift_fitting, name="shift-fitting"),
    path("balie/wie-past/diensten/<uuid:shift_id>/<uuid:volunteer_id>/", fitting.shift_tip, name="shift-tip"),
    path("balie/gelezen/<uuid:volunteer_id>/", reading.reading, name="desk-reading"),
    path("balie/dagvoorstel/", proposals.desk_proposal, name="desk-proposal"),
    path("balie/dagvoorstel/rij/", proposals.desk_proposal_list, name="desk-proposal-list"),
    path("balie/dagvoorstel/maak/<uuid:centre_id>/", proposals.desk_make_proposal, name="desk-make-proposal"),
    path(
        "balie/dagvoorstel/vraag-iedereen/<uuid:proposal_id>/",
        proposals.desk_confirm_all,
        name="desk-confirm-all",
    ),
    path("balie/dagvoorstel/<uuid:pair_id>/", proposals.desk_pair, name="desk-pair"),
    path(
        "balie/dagvoorstel/<uuid:pair_id>/<pair_answer:verb>/",
        proposals.desk_answer_pair,
        name="desk-answer-pair",
    ),
]
