"""Full-text search that forgives typing errors, the same on SQLite and PostgreSQL.

The table is the app's own; this package gives its shape and everything done with it. In ten lines::

    class ArticleIndexed(Indexed):                                                     # models
        document = models.OneToOneField(Article, on_delete=models.CASCADE, related_name="indexed")

    index = SearchIndex(ArticleIndexed, weights={"title": 4, "text": 1})               # queries
    index.write(article, {"title": article.title, "text": article.text}, language="nl")   # services
    results = index.find("eenzaamhied wijk", within=articles_visible_to(user))         # queries
    best = results.objects(Article.objects.select_related("owner"), results.ids[:20])  # best first
    snippet = results.snippet(best[0].text)                     # safe HTML with <mark>
    typed = index.find("eenz", within=…, as_typed=True)          # while someone types
    meant = results.meant                                        # [("eenzaamhied", "eenzaamheid")]

``write`` and ``remove`` belong in the transaction that changes the document, so that the index is never
behind. ``find`` looks for documents that hold every word, by any of its forms: inflected, a synonym, the
beginning or the end of a compound, and for a word that stands nowhere the words one or two typing errors
away. When no document holds every word, those that hold most of them come. The same question gives the same
order in every process.

A row holds the terms of one document; each process turns them round in memory and reads at every question
what has changed, whoever changed it (``copy.py``). Ranking is BM25 with the fields weighed, and forms that
are less certain count less (``question.py``). The benchmark is ``bench/search.py``.
"""

from common.search.index import Results, SearchIndex
from common.search.models import Indexed, SynonymGroup
from common.search.snippets import marked, snippet
from common.search.synonyms import Synonyms
from common.search.text import fold, stems, words

__all__ = [
    "Indexed",
    "Results",
    "SearchIndex",
    "SynonymGroup",
    "Synonyms",
    "fold",
    "marked",
    "snippet",
    "stems",
    "words",
]
