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
from common.errors import NotFound
from common.permissions import require

WORDS = {
    Outcome.NEW: _("New"),
    Outcome.CHANGED: _("Changed"),
    Outcome.SAME: _("The same"),
    Outcome.KEPT: _("Left as it is here"),
    Outcome.REFUSED: _("Not taken in"),
}


class ImportForm(forms.Form):
    """A ZIP, or one file."""

    file = forms.FileField(
        label=_("File"), help_text=_("A ZIP of at most 20 MB, or one file that ends in .md.")
    )
    publish = forms.BooleanField(label=_("Publish at once what the files say is published"), required=False)
    keep_local = forms.BooleanField(
        label=_("Leave alone what was written or changed here"), required=False, initial=True
    )

    def clean_file(self) -> dict[str, bytes]:
        """Return the files by name. Raises for what is no ZIP and no text."""
        upload = self.cleaned_data["file"]
        name = str(upload.name)
        packed = upload.read(ARCHIVE_BYTES + 1)
        if name.endswith(".md"):
            return {name: packed[: LONGEST_FILE * 4 + 1]}
        try:
            return services.unpack_archive(packed)
        except FileRefused as refusal:
            raise forms.ValidationError(str(refusal.message)) from refusal


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
        return self._page(ImportForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        """Tell per file what became of it, or would; the button ``try`` keeps nothing."""
        require(request.user, "academy.write_articles", hide=True)
        form = ImportForm(request.POST, request.FILES)
        if not form.is_valid():
            return self._page(form, status=422)
        done = form.cleaned_data
        lines = services.import_files(
            done["file"],
            by=request.user,
            publish=done["publish"],
            keep_local=done["keep_local"],
            dry_run="try" in request.POST,
        )
        again = ImportForm(initial={name: done[name] for name in ("publish", "keep_local")})
        return self._page(again, lines=lines, tried="try" in request.POST)

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
