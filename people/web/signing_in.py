"""The way in from a mail."""

from allauth.account.internal.stagekit import clear_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@never_cache
@require_safe
def sign_in_afresh(request: HttpRequest) -> HttpResponse:
    """``GET /inloggen/``: to the sign-in page, leaving any half-finished sign-in or sign-up behind.

    Who signed up with an address that has an account already waits at "fill in the code" and gets a mail
    with this link instead of a code; without it, sign-in would send them back to that page.
    """
    clear_login(request)
    return redirect("account_request_login_code")
