"""Makes articles for tests, with the services that people use."""

from typing import Any

from academy.models import Article
from academy.services import Words, add_article, publish_article
from people.models import User


def write_article(
    title: str,
    body: str = "Een rustig gesprek helpt.",
    *,
    published: bool = True,
    by: User | None = None,
    **details: Any,
) -> Article:
    """An article, published unless told; by nobody it has no owner."""
    words = Words(title=title, summary=details.pop("summary", "Kort en goed."), body=body)
    article = add_article(words, by=by, **details)
    return publish_article(article, by=None) if published else article
