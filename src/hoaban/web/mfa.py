"""Officials sign in with two factors where the province asks for it."""

from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

OPEN = ("account_logout", "account_reauthenticate", "mfa_activate_totp")
NEXT = Callable[[HttpRequest], HttpResponse]


def middleware(pass_on: NEXT) -> NEXT:
    """Send a signed-in official without a second factor to its set-up, when it is required.

    Reads ``settings.HOABAN_MFA_REQUIRED`` at each request. Signing out and the set-up itself
    stay open; so do static files, which are served before this.
    """

    def guard(request: HttpRequest) -> HttpResponse:
        if not settings.HOABAN_MFA_REQUIRED or not request.user.is_authenticated:
            return pass_on(request)
        if request.path in {reverse(name) for name in OPEN} or is_mfa_enabled(request.user):
            return pass_on(request)
        return HttpResponseRedirect(reverse("mfa_activate_totp"))

    return guard
