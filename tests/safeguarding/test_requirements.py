"""What a centre asks, and whether certificates are free for it."""

import pytest

from common.errors import Forbidden, InvalidInput
from events.models import EventRecord
from people.enums import HelpCategory, Role
from safeguarding import queries
from safeguarding.enums import DEFAULT_REQUIREMENTS, EVERYONE, Requirement
from safeguarding.errors import TalkNeeded
from safeguarding.models import FreeVog
from safeguarding.services import record_free_vog, set_requirements
from tests.factories.people import CentreFactory, CoordinatorFactory, OrganisationFactory, staff

pytestmark = pytest.mark.django_db
R = Requirement
GARDEN = HelpCategory.GARDEN


def mask(*steps):
    return Requirement.to_mask(steps)


class TestRequirements:
    def test_a_kind_asks_its_own_steps_on_top_of_everyone_s(self):
        centre = CentreFactory()
        user = CoordinatorFactory(centre)
        set_requirements(centre, EVERYONE, mask(R.TALK), by=user)
        set_requirements(centre, GARDEN, mask(R.REFERENCES), by=user)
        assert queries.requirements_for(GARDEN, centre) == mask(R.TALK, R.REFERENCES)
        set_requirements(centre, EVERYONE, mask(R.TALK, R.ID_SEEN), by=user)
        assert queries.requirements_for(GARDEN, centre) == mask(R.TALK, R.REFERENCES, R.ID_SEEN)
        assert queries.chosen_requirements(centre)[GARDEN] == mask(R.REFERENCES)
        events = EventRecord.objects.filter(type="safeguarding.requirements_changed").order_by("pk")
        assert [(event.payload["category"], event.actor_id) for event in events] == [
            ("", user.pk), ("garden", user.pk), ("", user.pk),
        ]  # fmt: skip

    def test_elsewhere_nothing_changes(self):
        centre, other = CentreFactory(), CentreFactory()
        set_requirements(centre, GARDEN, mask(R.VOG), by=None)
        assert queries.requirements_for(GARDEN, other) == DEFAULT_REQUIREMENTS[GARDEN]

    @pytest.mark.parametrize(
        ("category", "requirements", "error", "field"),
        [
            ("fishing", 1, InvalidInput, "category"),
            (GARDEN, 1 << 5, InvalidInput, "requirements"),
            (GARDEN, -1, InvalidInput, "requirements"),
            (EVERYONE, 0, TalkNeeded, "requirements"),
            (EVERYONE, mask(R.VOG), TalkNeeded, "requirements"),
        ],
    )
    def test_what_is_not_possible(self, category, requirements, error, field):
        with pytest.raises(error) as caught:
            set_requirements(CentreFactory(), category, requirements, by=None)
        assert caught.value.field == field

    def test_only_who_coordinates_the_centre(self):
        centre = CentreFactory()
        for other in (
            CoordinatorFactory(),
            staff(Role.CONFIDENTIAL_OFFICER, centre),
            staff(Role.TRAINER, centre),
        ):
            with pytest.raises(Forbidden):
                set_requirements(centre, GARDEN, 1, by=other)
            with pytest.raises(Forbidden):
                record_free_vog(
                    centre, with_vulnerable_people=True, not_for_profit=True, integrity_policy=True, by=other
                )


class TestFreeVog:
    FACTS = ("with_vulnerable_people", "not_for_profit", "integrity_policy")

    def test_every_fact_is_needed(self, clock):
        centre = CentreFactory()
        user = CoordinatorFactory(centre)
        assert queries.free_vog_of(centre) is None
        assert record_free_vog(centre, by=user, **dict.fromkeys(self.FACTS, True)).eligible
        for missing in self.FACTS:
            facts = {fact: fact != missing for fact in self.FACTS}
            assert not record_free_vog(centre, by=user, **facts).eligible
        kept = FreeVog.objects.get()
        assert (kept.recorded_by, str(kept.recorded_on)) == (user, "2025-06-03")
        assert queries.free_vog_of(centre) == kept

    def test_an_organisation_has_its_own(self):
        organisation = OrganisationFactory()
        centre = organisation.centre
        record_free_vog(centre, organisation, by=None, **dict.fromkeys(self.FACTS, True))
        assert queries.free_vog_of(centre) is None
        with pytest.raises(InvalidInput):
            record_free_vog(CentreFactory(), organisation, by=None, **dict.fromkeys(self.FACTS, True))
        assert queries.free_vogs_in_scope(CoordinatorFactory(centre)).count() == 1
        assert not queries.free_vogs_in_scope(CoordinatorFactory()).exists()
