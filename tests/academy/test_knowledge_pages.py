"""Pages and API of the knowledge base: looked up by anyone, kept by staff."""

import re

import pytest
from django.template import Context, Template
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from academy.models import Article, ArticleFeedback, SearchSynonyms
from academy.web.knowledge_desk import difference
from people.enums import Role
from tests.factories.knowledge import write_article
from tests.factories.people import CentreFactory, CoordinatorFactory, UserFactory, VolunteerFactory, staff

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
FORM = {
    "title": "Bezoek voorbereiden",
    "summary": "Zo begin je rustig.",
    "body": "# Vooraf\r\n\r\nBel even.",
    "tags": "bezoek, start",
    "review_on": "2027-01-01",
    "language": "nl",
    "slug": "",
}


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(CoordinatorFactory())
    return client


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def test_a_visitor_searches_with_a_typing_error_and_reads(client, django_assert_num_queries):
    write_article("Omgaan met <b>eenzaamheid</b>", "Vraag wat iemand **graag** doet.", tags=["gesprek"])
    write_article("Samen praten", tags=["gesprek"])
    shelves = client.get("/kennis/")
    assert "Gesprek" in text_of(shelves)
    page = text_of(client.get("/kennis/?q=eenzaamhied"))
    assert "Omgaan met &lt;b&gt;<mark>eenzaamheid</mark>&lt;/b&gt;" in page
    assert "We zochten ook op <strong>eenzaamheid</strong>" in page
    fragment = text_of(client.get("/kennis/?q=eenz", headers=HTMX))
    assert "<mark>eenzaamheid</mark>" in fragment
    assert "<html" not in fragment
    assert "Niets gevonden" in text_of(client.get("/kennis/?q=xyzzy"))
    article = text_of(client.get("/kennis/omgaan-met-beenzaamheidb/"))
    assert "<strong>graag</strong>" in article
    assert "Samen praten" in article  # read on
    assert client.get("/kennis/er-is-niets/").status_code == 404
    with django_assert_num_queries(3):  # what changed, what may be read, the articles
        client.get("/kennis/?q=gesprek", headers=HTMX)


def test_the_pages_for_on_the_way_are_those_of_its_topics_that_one_may_read(desk):
    write_article("Nood", topics=["zorgsignaal", "grenzen"])
    write_article("Fondsen")
    write_article("Meldcode", topics=["zorgsignaal"], readers=["staff"])
    own = Client()
    own.force_login(VolunteerFactory().user)
    listed = [each.get("/kennis/onderweg.json").json().get("pages") for each in (own, desk)]
    assert listed == [["/kennis/", "/kennis/nood/"], ["/kennis/", "/kennis/meldcode/", "/kennis/nood/"]]
    assert Client().get("/kennis/onderweg.json").status_code == 404


def test_the_list_costs_the_same_for_many_articles(client, django_assert_num_queries):
    for count in (1, 6):
        for _number in range(count):
            write_article("Artikel", tags=["een"])
        with django_assert_num_queries(2):
            client.get("/kennis/")
        with django_assert_num_queries(3):
            client.get("/kennis/artikel/")


def test_shelves_begin_with_ones_own_language_and_end_with_work_for_organisations(client):
    for number in range(3):
        write_article(f"Vacature {number}", slug=f"v{number}", tags=["werven"], readers=["organisation"])
    write_article("Rouw", slug="rouw", tags=["verlies"])
    write_article("Grief", slug="rouw", language="en", tags=["loss"])
    write_article("Op pad", slug="pad", tags=["samen"], readers=["volunteer", "organisation"])

    def shelves(language: str) -> list[tuple[str, str]]:
        page = client.get("/kennis/", headers={"accept-language": language}).content.decode()
        return re.findall(r'<h2 id="shelf-\d+" lang="(\w+)">(\w+)</h2>', page)

    assert shelves("nl") == [("nl", "Samen"), ("nl", "Verlies"), ("nl", "Werven")]
    assert shelves("en") == [("en", "Loss"), ("nl", "Samen"), ("nl", "Werven")]
    english = client.get("/kennis/", headers={"accept-language": "en"}).content.decode()
    assert english.count('<span class="sk-badge" lang="nl">Nederlands</span>') == 4
    assert (
        "sk-badge"
        not in client.get("/kennis/rouw/", headers={"accept-language": "en"})
        .content.decode()
        .split("</article>")[0]
    )
    assert (
        "Nederlands</span>" in client.get("/kennis/pad/", headers={"accept-language": "en"}).content.decode()
    )


def test_a_topic_leads_to_its_one_article_and_lists_several(client):
    assert client.get("/kennis/onderwerp/onbekend/").status_code == 404
    assert "nog geen artikel" in text_of(client.get("/kennis/onderwerp/vacature/"))
    write_article("Een goede vacature", topics=["vacature"])
    assert client.get("/kennis/onderwerp/vacature/").url == "/kennis/een-goede-vacature/"
    write_article("Vacatures voor jongeren", topics=["vacature"])
    assert "Vacatures voor jongeren" in text_of(client.get("/kennis/onderwerp/vacature/"))
    link = Template("{% load ui %}{% knowledge 'vacature' %}").render(Context())
    assert 'href="/kennis/onderwerp/vacature/"' in link


def test_anyone_says_whether_it_helped_until_it_is_too_much(client):
    write_article("VOG")
    address = "/kennis/vog/nuttig/"
    assert "Dank u wel" in text_of(client.post(address, {"helpful": "ja", "word": "Fijn"}, headers=HTMX))
    assert "Dank u wel" in text_of(client.post(address, {"helpful": "nee"}, follow=True))
    assert client.post(address, {"word": "zonder knop"}).status_code == 422
    refused = client.post(address, {"helpful": "nee", "word": "bsn 111222333 van buurman"})
    assert refused.status_code == 422
    assert "111222333 van buurman" in text_of(refused)  # what was typed stays
    said = ArticleFeedback.objects.order_by("at").values_list("helpful", "word")
    assert list(said) == [(True, "Fijn"), (False, "")]
    answers = [client.post(address, {"helpful": "ja"}, headers=HTMX).status_code for _turn in range(30)]
    assert (answers[0], answers[-1]) == (200, 429)
    assert ArticleFeedback.objects.count() == 29


def test_a_coordinator_writes_publishes_changes_and_takes_up_an_old_version(desk):
    assert desk.get("/kennis/beheer/nieuw/").status_code == 200
    wrong = desk.post("/kennis/beheer/nieuw/", FORM | {"title": "", "tags": "a" * 50})
    assert wrong.status_code == 422
    assert "Zo begin je rustig." in text_of(wrong)
    made = desk.post("/kennis/beheer/nieuw/", FORM | {"publish": "1", "readers": ["volunteer"]})
    article = Article.objects.get()
    address = f"/kennis/beheer/{article.pk}/"
    assert made.url == address
    assert (article.published.body, article.tags) == ("# Vooraf\n\nBel even.", ["bezoek", "start"])
    changed = FORM | {"body": "Bel altijd.", "based_on": "1"}
    assert desk.post(address, changed).status_code == 302
    page = text_of(desk.get(address))
    assert "nieuwer dan wat lezers zien" in page
    overtaken = desk.post(address, FORM | {"body": "Mijn tekst", "based_on": "1"})
    assert overtaken.status_code == 422
    assert "Mijn tekst" in text_of(overtaken)
    assert "iemand anders" in text_of(overtaken).lower()
    compared = text_of(desk.get(f"{address}versies/1/"))
    assert "<del>" in compared
    assert "Bel altijd." in compared
    assert desk.get(f"{address}versies/9/").status_code == 404
    assert desk.get(f"{address}versies/1/?met=x").status_code == 200
    desk.post(f"{address}versies/1/terug/")
    desk.post(f"{address}publiceren/")
    article.refresh_from_db()
    assert (article.published.number, article.published.body) == (3, "# Vooraf\n\nBel even.")
    desk.post(f"{address}intrekken/")
    assert desk.get("/kennis/bezoek-voorbereiden/").status_code == 404
    assert desk.get(f"{address}versies/").status_code == 200


def test_the_preview_is_safe_and_tells_how_easy_it_reads(desk):
    hard = (
        "De organisatorische verantwoordelijkheden impliceren gedetailleerde verslagleggingsverplichtingen "
        * 3
    )
    page = text_of(desk.post("/kennis/beheer/voorbeeld/", {"body": f"<script>x</script>\n\n{hard}"}))
    assert "<script>" not in page
    assert "Moeilijk te lezen" in page
    easy = text_of(
        desk.post("/kennis/beheer/voorbeeld/", {"body": "De kat zit op de mat. Ik zie de kat. Hij is lief."})
    )
    assert "Makkelijk te lezen" in easy


def test_the_desk_shows_what_is_stale_first_and_mine(client, clock, django_assert_max_num_queries):
    write_article("Oud artikel")
    clock.forward(days=400)
    desk = client
    desk.force_login(CoordinatorFactory())
    for _number in range(4):
        write_article("Nieuw artikel")
    with django_assert_max_num_queries(14):
        page = text_of(desk.get("/kennis/beheer/"))
    assert page.index("Om na te kijken") < page.index("Oud artikel") < page.index("Bij de tijd")
    assert "Oud artikel" not in text_of(desk.get("/kennis/beheer/?van=mij"))
    old = Article.objects.get(slug="oud-artikel")
    assert "Klopt dit nog?" in text_of(desk.get(f"/kennis/beheer/{old.pk}/"))
    desk.post(f"/kennis/beheer/{old.pk}/nagekeken/")
    assert "Om na te kijken" not in text_of(desk.get("/kennis/beheer/"))


def test_words_to_search_with(desk):
    assert desk.get("/kennis/beheer/woorden/").status_code == 200
    assert desk.post("/kennis/beheer/woorden/", {"words": "alleen"}).status_code == 422
    assert (
        desk.post("/kennis/beheer/woorden/", {"words": "soos, inloop\r\n\r\nbus, buurtbus"}).status_code
        == 302
    )
    assert [each.words for each in SearchSynonyms.objects.order_by("pk")] == ["soos, inloop", "bus, buurtbus"]


def test_the_desk_is_for_writers(client):
    article = write_article("VOG")
    paths = [
        "/kennis/beheer/",
        "/kennis/beheer/nieuw/",
        "/kennis/beheer/woorden/",
        f"/kennis/beheer/{article.pk}/",
    ]
    for user in (UserFactory(), staff(Role.ORGANISATION, CentreFactory())):
        client.force_login(user)
        assert [client.get(path).status_code for path in paths] == [404] * 4
        assert client.post(f"/kennis/beheer/{article.pk}/intrekken/").status_code == 404
    client.force_login(staff(Role.TRAINER, CentreFactory()))
    assert [client.get(path).status_code for path in paths] == [200] * 4
    assert client.post(f"/kennis/beheer/{article.pk}/intrekken/").status_code == 403


def test_a_difference_tells_what_went_and_came():
    assert difference("a\nb\nc", "a\nx\nc") == [("same", "a"), ("gone", "b"), ("new", "x"), ("same", "c")]


def test_programs_look_up_and_writers_write():
    visitor, writer = APIClient(), APIClient()
    writer.force_login(CoordinatorFactory())
    words = {"title": "Vrije dagen", "summary": "Kort.", "body": "*Rust*", "topics": ["stage"]}
    made = writer.post("/api/v1/kept-articles", words, format="json")
    assert (made.status_code, made.json()["newestVersion"]) == (201, 1)
    kept = f"/api/v1/kept-articles/{made.json()['id']}"
    assert visitor.get("/api/v1/articles").json()["items"] == []
    assert writer.post(f"{kept}/publish").json()["publishedVersion"] == 1
    (found,) = visitor.get("/api/v1/articles?q=vrijje").json()["items"]
    assert (found["title"], found["topics"]) == ("Vrije dagen", ["stage"])
    for topic in ("vacature", "onbekend", "%00"):
        assert visitor.get(f"/api/v1/articles?topic={topic}").json()["items"] == []
    article = f"/api/v1/articles/{found['id']}"
    assert "<em>Rust</em>" in visitor.get(article).json()["html"]
    assert visitor.post(f"{article}/feedback", {"helpful": True}, format="json").status_code == 204
    assert ArticleFeedback.objects.get().helpful
    changed = words | {"body": "Nieuw", "basedOn": 1}
    assert writer.post(f"{kept}/change", changed, format="json").json()["number"] == 2
    overtaken = writer.post(f"{kept}/change", changed, format="json")
    assert (overtaken.status_code, overtaken.json()["code"]) == (409, "article-overtaken")
    assert writer.post(f"{kept}/restore", {"number": 1}, format="json").json()["restoredFrom"] == 1
    assert [each["number"] for each in writer.get(f"{kept}/versions").json()["items"]] == [3, 2, 1]
    assert visitor.get("/api/v1/kept-articles").status_code in (401, 403)
    stranger = APIClient()
    stranger.force_login(UserFactory())
    assert stranger.get("/api/v1/kept-articles").json()["items"] == []
    assert stranger.post("/api/v1/kept-articles", words, format="json").status_code == 403
    assert writer.post(f"{kept}/withdraw").json()["publishedVersion"] is None


def test_the_links_of_pages_lead_to_topics_that_exist():
    assert reverse("knowledge-topic", args=["zorgsignaal"]) == "/kennis/onderwerp/zorgsignaal/"
