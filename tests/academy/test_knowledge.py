"""Articles: written, kept in versions, found by who may read them, and back to their owner in time."""

import threading
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils.translation import override

from academy import queries, services
from academy.errors import ArticleNotPublished, ArticleOvertaken
from academy.models import Article, ArticleFeedback, ArticleVersion
from academy.receivers import remind_owners
from academy.services import Words
from common import clock
from common.errors import Forbidden, InvalidInput, NotFound
from events.models import EventRecord
from events.worker import Worker
from notifications.enums import NoticeKind
from notifications.models import Notice
from notifications.web.views import address_of
from people.enums import Role
from people.services import suspend_user
from tests.factories.knowledge import write_article
from tests.factories.people import AdministratorFactory, CentreFactory, CoordinatorFactory, UserFactory, staff
from vacancies.queries.words import index as bank

pytestmark = pytest.mark.django_db
VISITOR = AnonymousUser()


def found(question: str, user: object = VISITOR, **how: object) -> list[str]:
    return [
        each.slug for each in queries.search_articles(user, question, **how).objects(Article.objects.all())
    ]


def words(article: Article, **changed: str) -> Words:
    newest = queries.newest_version(article)
    return Words(title=newest.title, summary=newest.summary, body=newest.body) | changed


def test_readers_see_what_was_published_and_search_finds_only_that():
    article = write_article("Omgaan met rouw", "Luister vooral.", published=False)
    assert found("rouw") == []
    services.publish_article(article, by=None)
    assert found("rouw") == ["omgaan-met-rouw"]
    services.change_article(article, words(article, body="Koffie drinken helpt."), based_on=1, by=None)
    assert found("koffie") == []
    services.publish_article(article, by=None)
    assert found("koffie") == found("kofie") == ["omgaan-met-rouw"]
    services.withdraw_article(article, by=None)
    assert found("rouw") == []
    article.refresh_from_db()
    with pytest.raises(ArticleNotPublished):
        services.give_feedback(article, helpful=True)


def test_staff_articles_are_for_staff_and_a_reader_narrows():
    centre = CentreFactory()
    write_article("Werkafspraken intake", readers=["staff"])
    write_article("Werkafspraken bezoek", readers=["volunteer", "staff"])
    write_article("Werkafspraken voor ons allen")
    assert len(found("werkafspraken", staff(Role.TRAINER, centre))) == 3
    for user in (VISITOR, UserFactory(), staff(Role.ORGANISATION, centre)):
        assert set(found("werkafspraken", user)) == {"werkafspraken-bezoek", "werkafspraken-voor-ons-allen"}
    assert found("werkafspraken", reader="carer") == ["werkafspraken-voor-ons-allen"]
    assert queries.article_by_slug(VISITOR, "werkafspraken-intake") is None


def test_each_article_comes_once_in_the_readers_language():
    write_article("Grief", slug="rouw", language="en")
    write_article("Rouw", slug="rouw")
    write_article("Alleen Nederlands", slug="nl-only")
    write_article("English only", slug="en-only", language="en")
    with override("nl"):
        assert [each.published.title for each in queries.articles_for(VISITOR)] == [
            "Alleen Nederlands",
            "Rouw",
        ]
        assert queries.article_by_slug(VISITOR, "rouw").language == "nl"
        assert queries.article_by_slug(VISITOR, "en-only").language == "en"
    with override("en"):
        titles = [each.published.title for each in queries.articles_for(VISITOR)]
        assert titles == ["Alleen Nederlands", "English only", "Grief"]
        assert queries.article_by_slug(VISITOR, "rouw").language == "en"


def test_a_version_is_kept_of_every_change_and_none_of_the_same():
    article = write_article("Huissleutels", "Eerste.")
    services.change_article(article, words(article, body="Tweede."), based_on=1, by=None)
    services.change_article(article, words(article), based_on=2, by=None, tags=["Geld", "geld ", "sleutels"])
    assert [each.body for each in article.versions.all()] == ["Tweede.", "Eerste."]
    assert Article.objects.get().tags == ["geld", "sleutels"]
    with pytest.raises(ArticleOvertaken):
        services.change_article(article, words(article, body="Van wie te laat is."), based_on=1, by=None)
    restored = services.restore_version(article, 1, by=None)
    assert (restored.number, restored.body, restored.restored_from) == (3, "Eerste.", 1)
    assert Article.objects.get().published.number == 1
    with pytest.raises(NotFound):
        services.restore_version(article, 9, by=None)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_change_the_same_version_one_is_told():
    article = write_article("Huissleutels", "Eerste.")
    outcomes: list[str] = []
    start = threading.Barrier(2, timeout=60)

    def change(body: str) -> None:
        from django.db import connection

        start.wait()
        try:
            services.change_article(article, words(article, body=body), based_on=1, by=None)
            outcomes.append("kept")
        except ArticleOvertaken:
            outcomes.append("told")
        finally:
            connection.close()

    writers = [threading.Thread(target=change, args=(body,)) for body in ("Van Ali.", "Van Bo.")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(30)
    assert sorted(outcomes) == ["kept", "told"]
    assert ArticleVersion.objects.count() == 2


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"title": " "}, "title"),
        ({"body": "a" * 40_001}, "body"),
        ({"slug": "beheer"}, "slug"),
        ({"slug": "Hoofdletter"}, "slug"),
        ({"slug": "taken"}, "slug"),
        ({"tags": ["a" * 41]}, "tags"),
        ({"readers": ["king"]}, "readers"),
        ({"topics": ["geheim"]}, "topics"),
    ],
)
def test_what_is_wrong_is_named(changed: dict, field: str):
    write_article("Taken", slug="taken")
    given = {"title": "Goed", "summary": "Kort.", "body": "Tekst."} | changed
    said = Words(title=given.pop("title"), summary=given.pop("summary"), body=given.pop("body"))
    with pytest.raises(InvalidInput) as refusal:
        services.add_article(said, by=None, **given)
    assert refusal.value.field == field


def test_who_may_write_and_who_may_publish():
    centre = CentreFactory()
    trainer, coordinator = staff(Role.TRAINER, centre), CoordinatorFactory(centre=centre)
    article = write_article("Grenzen", published=False, by=trainer)
    assert article.owner == trainer
    with pytest.raises(Forbidden):
        services.publish_article(article, by=trainer)
    services.publish_article(article, by=coordinator)
    for user in (UserFactory(), staff(Role.ORGANISATION, centre), staff(Role.ANALYST, centre)):
        for verb in (services.mark_reviewed, services.withdraw_article):
            with pytest.raises(Forbidden):
                verb(article, by=user)
        with pytest.raises(Forbidden):
            services.change_article(article, words(article), based_on=1, by=user)
    with pytest.raises(InvalidInput):
        services.change_article(article, words(article), based_on=1, by=trainer, owner=UserFactory())


def test_a_stale_article_comes_back_to_its_owner_once(clock):
    owner = CoordinatorFactory()
    article = write_article("VOG", by=owner)
    write_article("Concept", by=owner, published=False)
    clock.forward(days=364)
    assert services.ask_reviews() == 0
    clock.forward(days=1)
    remind_owners(None, None)  # type: ignore[arg-type]
    assert services.ask_reviews() == 0
    Worker().run_due()
    notice = Notice.objects.get()
    assert (notice.user, notice.kind) == (owner, NoticeKind.ARTICLE_REVIEW)
    assert address_of(notice) == f"/kennis/beheer/{article.pk}/"
    assert Article.objects.get(pk=article.pk).is_stale
    services.mark_reviewed(article, by=owner)
    assert services.ask_reviews() == 0
    clock.forward(days=366)
    assert services.ask_reviews() == 1
    assert EventRecord.objects.filter(type="academy.article_review_due").count() == 2


def test_of_an_owner_who_left_the_administrators_hear():
    owner, administrator = CoordinatorFactory(), AdministratorFactory()
    article = write_article("VOG", by=owner)
    assert queries.keepers_of(article) == [owner.pk]
    suspend_user(owner, by=None)
    assert queries.keepers_of(Article.objects.get()) == [administrator.pk]
    suspend_user(administrator, by=None)
    heir = CoordinatorFactory()
    assert queries.keepers_of(Article.objects.get()) == [heir.pk], "somebody always hears"
    services.mark_reviewed(Article.objects.get(), by=heir)
    assert Article.objects.get().owner == heir, "who looks after it keeps it"
    services.mark_reviewed(Article.objects.get(), by=CoordinatorFactory())
    assert Article.objects.get().owner == heir


def test_what_readers_say_is_counted_over_versions_and_nothing_is_kept_of_them():
    article = write_article("VOG")
    services.give_feedback(article, helpful=True)
    services.give_feedback(article, helpful=False, word=" te lang ")
    services.change_article(article, words(article, body="Korter."), based_on=1, by=None)
    article = services.publish_article(article, by=None)
    services.give_feedback(article, helpful=True)
    verdict = queries.verdicts_on([article.pk])[article.pk]
    assert (verdict.yes, verdict.no, verdict.share) == (2, 1, 67)
    assert [each.word for each in queries.words_on(article)] == ["te lang"]
    assert {field.name for field in ArticleFeedback._meta.fields} == {
        "id",
        "version",
        "helpful",
        "word",
        "at",
    }
    for word in ("a" * 301, "mijn bsn is 111222333"):
        with pytest.raises(InvalidInput):
            services.give_feedback(article, helpful=True, word=word)


def test_staff_add_words_that_mean_the_same(django_capture_on_commit_callbacks):
    write_article("De buurtkamer", "Elke dag open.")
    assert found("soos") == []
    with django_capture_on_commit_callbacks(execute=True):
        assert services.set_synonyms(["soos, buurtkamer, inloop", " "], by=CoordinatorFactory()) == 1
    assert found("soos") == ["de-buurtkamer"]
    assert "buurtkamer" in bank.synonyms.of("soos")
    with pytest.raises(InvalidInput):
        services.set_synonyms(["eenzaam"], by=CoordinatorFactory())
    with django_capture_on_commit_callbacks(execute=True):
        services.set_synonyms([], by=CoordinatorFactory())


def test_a_topic_leads_to_what_may_be_read():
    write_article("Zorgen melden", topics=["zorgsignaal"])
    write_article("Zorgen wegen", topics=["zorgsignaal"], readers=["staff"])
    assert [each.slug for each in queries.articles_on(VISITOR, "zorgsignaal")] == ["zorgen-melden"]
    assert len(queries.articles_on(CoordinatorFactory(), "zorgsignaal")) == 2
    assert queries.answered_topics(VISITOR) == {"zorgsignaal"}
    assert queries.articles_on(VISITOR, "onbekend") == []


def test_reindexing_brings_back_what_the_index_lost():
    article = write_article("Valpreventie")
    article.indexed.delete()
    assert found("valpreventie") == []
    assert services.reindex_articles() == 1
    assert found("valpreventie") == ["valpreventie"]


def test_the_review_day_lies_ahead():
    article = write_article("VOG")
    assert article.review_on == clock.today() + timedelta(days=365)
    with pytest.raises(InvalidInput):
        services.mark_reviewed(article, by=None, review_on=clock.today())
