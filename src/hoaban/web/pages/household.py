"""Households for those who answer for them: the purpose is asked first, every look is kept.

Nothing is read of the register before a purpose is stated; what lies outside the reader's area
answers like what is not there. A household is a number, never a name; ethnicity, which decides
no class, is never read here.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from hoaban.base import scope
from hoaban.base.models import Area
from hoaban.base.problems import Problem
from hoaban.base.text import Text
from hoaban.record import reads
from hoaban.web.pages import reading, registered, verdicts
from hoaban.web.papers import slip as papers


class NotReviewed(Problem):
    vi = "Hộ “{key}” chưa có kỳ rà soát nào hoàn thành, nên chưa có phiếu giải thích."
    en = "Household “{key}” has no completed review yet, so there is no slip."
    status = 404


DEFAULT = "poverty_review"
# Named one by one: a purpose added elsewhere opens no page here by itself.
OFFERED = ("poverty_review", "casework", "correction")
PURPOSES = {key: Text(*reads.PURPOSES[key].split(" / ", 1)) for key in OFFERED}


class Key:
    """A household's key in an address: any characters, ``/`` too; `reverse` encodes them."""

    regex = r"[\s\S]+"

    def to_python(self, value: str) -> str:
        """The key as it stands."""
        return value

    def to_url(self, value: str) -> str:
        """The key as it stands."""
        return value


@login_required
@never_cache
@require_safe
def household(request: HttpRequest, key: str) -> HttpResponse:
    """``?purpose=…`` first; then the household under both standards with its reasons."""
    purpose = _purpose(request)
    content = {**_frame(), "here": "household", "key": key}
    if not purpose:
        return render(request, "household.html", {**content, **_asked()})
    now = timezone.now()
    sheet = _sheet(request, key, purpose, now)
    content |= {
        "sheet": sheet,
        "purpose": purpose,
        "purposes": PURPOSES,
        "looks": registered.looks(key, user=request.user),
        "synthetic": sheet["synthetic"],
    }
    return render(request, "household.html", content)


@login_required
@never_cache
@require_safe
def slip(request: HttpRequest, key: str) -> HttpResponse:
    """The same on paper: a PDF of one or two pages, under the same rules."""
    purpose = _purpose(request)
    if not purpose:
        raise reads.PurposeNeeded(purpose="", allowed=", ".join(PURPOSES))
    sheet = _sheet(request, key, purpose, timezone.now())
    if not sheet["reviewed"]:
        raise NotReviewed(key=key)
    response = HttpResponse(papers.pdf(sheet), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{papers.file_name(key)}"'
    return response


@login_required
@never_cache
@require_safe
def households(request: HttpRequest, path: str) -> HttpResponse:
    """The households of a village, page by page; ``?sau=KEY`` is the last of the page before."""
    areas = Area.objects.seen_by(request.user).filter(valid_to=None)
    area = get_object_or_404(areas, kind="village", path=path)
    purpose = _purpose(request)
    content = {**_frame(), "here": "village", "area": area}
    if not purpose:
        return render(request, "households.html", {**content, **_asked()})
    page = registered.village(
        area,
        user=request.user,
        purpose=purpose,
        at=timezone.now(),
        after=request.GET.get("sau", ""),
    )
    content |= {
        "page": page,
        "table": verdicts.listed(page, reading.law(), purpose),
        "purpose": purpose,
        "said": PURPOSES[purpose],
        "commune_name": reading.names().get(scope.parent(path), ""),
    }
    return render(request, "households.html", content)


def _frame() -> dict[str, Any]:
    """The head of the page without the snapshot's line: this is the live register."""
    frame = reading.frame(reading.board())
    return {key: frame[key] for key in ("province", "synthetic") if key in frame}


def _purpose(request: HttpRequest) -> str:
    """The purpose stated, "" before it is; raises `reads.PurposeNeeded` for any other word."""
    given = request.GET.get("purpose", "")
    if given and given not in PURPOSES:
        raise reads.PurposeNeeded(purpose=given, allowed=", ".join(PURPOSES))
    return given


def _asked() -> dict[str, Any]:
    return {"purposes": PURPOSES, "default": DEFAULT}


def _sheet(request: HttpRequest, key: str, purpose: str, at: datetime) -> Mapping[str, Any]:
    found = registered.household(key, user=request.user, purpose=purpose, at=at)
    return verdicts.sheet(found, reading.law(), purpose=PURPOSES[purpose], at=at)
