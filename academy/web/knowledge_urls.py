"""Routes of the knowledge base's pages."""

from django.urls import URLPattern, URLResolver, path

from academy.web import knowledge, knowledge_desk, knowledge_files

_DESK = "kennis/beheer"
_ARTICLE = f"{_DESK}/<uuid:article_id>"

urlpatterns: list[URLPattern | URLResolver] = [
    path("kennis/", knowledge.knowledge, name="knowledge"),
    path("kennis/onderweg.json", knowledge.on_the_way, name="knowledge-on-the-way"),
    path("kennis/onderwerp/<slug:key>/", knowledge.topic, name="knowledge-topic"),
    path("kennis/beeld/<uuid:picture_id>/", knowledge.picture, name="article-picture"),
    path(f"{_DESK}/", knowledge_desk.desk, name="knowledge-desk"),
    path(f"{_DESK}/nieuw/", knowledge_desk.NewArticleView.as_view(), name="article-new"),
    path(f"{_DESK}/voorbeeld/", knowledge_desk.preview, name="article-preview"),
    path(f"{_DESK}/woorden/", knowledge_desk.SynonymsView.as_view(), name="knowledge-words"),
    path(f"{_DESK}/bestanden/", knowledge_files.FilesView.as_view(), name="knowledge-files"),
    path(f"{_DESK}/bestanden/alles.zip", knowledge_files.export, name="knowledge-export"),
    path(f"{_ARTICLE}/", knowledge_desk.ArticleEditView.as_view(), name="article-edit"),
    path(f"{_ARTICLE}/versies/", knowledge_desk.versions, name="article-versions"),
    path(f"{_ARTICLE}/versies/<int:number>/", knowledge_desk.version, name="article-version"),
    path(f"{_ARTICLE}/versies/<int:number>/terug/", knowledge_desk.restore, name="article-restore"),
    path(f"{_ARTICLE}/publiceren/", knowledge_desk.publish, name="article-publish"),
    path(f"{_ARTICLE}/intrekken/", knowledge_desk.withdraw, name="article-withdraw"),
    path(f"{_ARTICLE}/nagekeken/", knowledge_desk.reviewed, name="article-reviewed"),
    path("kennis/<slug:slug>/", knowledge.article, name="article"),
    path("kennis/<slug:slug>/nuttig/", knowledge.feedback, name="article-feedback"),
]
