"""Courses and articles as files: take all along in one ZIP, or read files of another centre in."""

import hashlib
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.decorators.http import require_safe

from academy import services
from academy.services import FileRefused, Line, Outcome
from academy.services.packing import LONGEST_FILE
from academy.services.sharing import ARCHIVE_BYTES
from academy.web.catalogue import reader_of
from common.errors import NotFound
from common.permissions import require
from people.models import User

WORDS = {
    Outcome.NEW: _("New"),
    Outcome.CHANGED: _("Changed"),
    Outcome.SAME: _("The same"),
    Outcome.KEPT: _("Left as it is here"),
    Outcome.REFUSED: _("Not taken in"),
}


class ImportForm(forms.Form):
    """A ZIP, or one file; or the one that was only looked at a moment ago, which nobody has to find again."""

    file = forms.FileField(
        label=_("File"), help_text=_("A ZIP of at most 20 MB, or one file that ends in .md."), required=False
    )
    publish = forms.BooleanField(label=_("Publish at once what the files say is published"), required=False)
    keep_local = forms.BooleanField(
        label=_("Leave alone what was written or changed here"), required=False, initial=True
    )

    kept = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.waiting: services.Upload | None = None

    def wait(self, upload: services.Upload) -> None:
        """Let the file be taken in from the page that comes now."""
        self.initial["kept"] = services.keep_upload(self.user, upload)
        if self.initial["kept"]:
            self.waiting = upload
            self.fields["file"].label = _("Another file")

    def clean(self) -> dict[str, Any]:
        """Return the values with the file and what is in it. Raises for what is no ZIP and no text."""
        filled: dict[str, Any] = super().clean() or {}
        if "file" in self.errors:
            return filled
        upload = self._upload(filled)
        if upload is None:
            gone = _("The file did not wait any longer. Choose it again.")
            self.add_error("file", gone if filled.get("kept") else _("Choose the file first."))
            return filled
        try:
            return filled | {"upload": upload, "files": _files_in(upload)}
        except FileRefused as refusal:
            self.add_error("file", str(refusal.message))
            return filled

    def _upload(self, filled: dict[str, Any]) -> services.Upload | None:
        if chosen := filled.get("file"):
            return services.Upload(str(chosen.name), chosen.read(ARCHIVE_BYTES + 1))
        return services.kept_upload(self.user, filled.get("kept", ""))


def _files_in(upload: services.Upload) -> dict[str, bytes]:
    if upload.name.endswith(".md"):
        return {upload.name: upload.content[: LONGEST_FILE * 4 + 1]}
    return services.unpack_archive(upload.content)


@require_safe
@login_required
def export(request: HttpRequest) -> HttpResponse:
    """``GET /kennis/beheer/bestanden/alles.zip?deel=&stand=``: every article and course, or one part of them.

    Each part can be read in again. Without a number who asks gets all of it, or to choose from the parts.
    The parts of one choice belong together: when something has changed since, one chooses anew.
    """
    require(request.user, "academy.write_articles", hide=True)
    asked, chosen = request.GET.get("deel", ""), request.GET.get("stand", "")
    wanted = int(asked) if asked.isdecimal() and len(asked) < 5 else 1
    number, picked, seal = 0, None, hashlib.blake2b(digest_size=8)
    for number, part in enumerate(services.in_parts(services.sealed(services.all_files(), seal)), start=1):
        picked = part if number == wanted else picked
    moved = chosen not in {"", seal.hexdigest()}
    if moved:
        messages.warning(
            request, _("Something has changed meanwhile. Take all parts anew: they belong together.")
        )
    if moved or (number > 1 and not asked):
        return redirect(f"{reverse('knowledge-files')}?delen={number}&stand={seal.hexdigest()}")
    if picked is None:
        raise NotFound
    response = HttpResponse(services.pack_archive(picked), content_type="application/zip")
    end = f"-{wanted}" if number > 1 else ""
    response["Content-Disposition"] = f'attachment; filename="samenkracht-kennis{end}.zip"'
    return response


@method_decorator(login_required, name="dispatch")
class FilesView(View):
    """``GET`` and ``POST /kennis/beheer/bestanden/``: read files in, or first see what would happen."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """The form."""
        require(request.user, "academy.write_articles", hide=True)
        return self._page(ImportForm(user=reader_of(request)))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Tell per file what became of it, or would; of the button ``try`` only the file waits."""
        require(request.user, "academy.write_articles", hide=True)
        user, tried = reader_of(request), "try" in request.POST
        form = ImportForm(request.POST, request.FILES, user=user)
        if not form.is_valid():
            return self._page(form, status=422)
        done = form.cleaned_data
        options = {name: done[name] for name in ("publish", "keep_local")}
        lines = services.import_files(done["files"], by=user, dry_run=tried, **options)
        again = ImportForm(initial=options, user=user)
        if tried:
            again.wait(done["upload"])
        else:
            services.forget_upload(user)
        return self._page(again, lines=lines, tried=tried)

    def _page(
        self, form: ImportForm, status: int = 200, lines: list[Line] | None = None, tried: bool = False
    ) -> HttpResponse:
        context: dict[str, Any] = {"form": form, "tried": tried, "reported": lines is not None}
        told = [(line, WORDS[line.outcome]) for line in lines or ()]
        # What needs a look first; what stays as it is can be folded away.
        context["lines"] = [pair for pair in told if pair[0].outcome is not Outcome.SAME or pair[0].why]
        context["same"] = [line for line, _words in told if line.outcome is Outcome.SAME and not line.why]
        parts, stand = self.request.GET.get("delen", ""), self.request.GET.get("stand", "")
        context["parts"] = range(1, int(parts) + 1) if parts.isdecimal() and len(parts) < 4 else ()
        context["stand"] = stand if stand.isalnum() else ""
        return render(self.request, "academy/knowledge/files.html", context, status=status)
