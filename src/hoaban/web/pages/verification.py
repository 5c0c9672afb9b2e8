"""A year's verification: the province turns its round step by step, anybody reads its account.

The public account has digests, sizes, public draws, rates and totals; no claim and no person.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods

from hoaban.account.checks import rechecking, rounds
from hoaban.account.checks.rounds import Standing
from hoaban.account.models import Claim, Verification
from hoaban.account.payments import disclosure
from hoaban.account.payments.disclosure import Disclosed
from hoaban.base.law import Law, Value
from hoaban.base.models import User
from hoaban.base.money import number
from hoaban.base.text import Text
from hoaban.web import figures, words
from hoaban.web.pages import claims, reading, steps
from hoaban.web.pages import verification_steps as turning

ON_A_PAGE = 50
LISTED = 20  # overdue looks
WHOLE_TO = "verification.trust_whole_to"
RULES: dict[str, Text] = {
    "verification.error": Text("Sai số mong muốn (±)", "Error wanted (±)"),
    "verification.z": Text("Hệ số tin cậy z", "Normal quantile z"),
    "verification.share_expected": Text("Tỷ lệ sai dự kiến", "Share expected wrong"),
    "verification.risk_share": Text("Rút thêm theo rủi ro", "Drawn by risk on top"),
    "verification.counter_share": Text("Phần đối chứng", "Looked at by another body"),
}
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Draw:
    """One public draw as the page tells it: what was locked, what was drawn, what followed."""

    name: Text
    digest: str
    locked_at: datetime
    text: str
    published: str
    seed: str
    drawn_at: datetime | None
    said: Text


@require_http_methods(["GET", "HEAD", "POST"])
@gzip_page
def verification(request: HttpRequest) -> HttpResponse:
    """Public; only the province posts. ``?nam=YEAR``, the newest that has checked agreements.

    ``?dot=STAGE``, ``?xa=PATH``, ``?loai=da`` and ``?trang=N`` choose what is to be assigned.
    """
    user = request.user
    turner = user if isinstance(user, User) and user.role == "province" else None
    refused = None
    if request.method == "POST":
        if turner is None:
            raise PermissionDenied
        refused = steps.take(request, turning.STEPS)
        if refused is None:
            return redirect(_back(request))
    years = disclosure.years()
    asked = request.GET.get("nam", "")
    year = int(asked) if asked in map(str, years) else max(years, default=0)
    content: Json = {
        **reading.frame(reading.board()),
        "here": "agreements",
        "years": years,
        "year": year,
        "turner": turner,
        "refused": refused,
        "typed": request.POST if refused else {},
        "ticked": request.POST.getlist("claim") if refused else [],
    }
    if year:
        content |= _account(year)
    if year and turner is not None:
        content |= _turn(request, turner, year)
    return render(request, "verification.html", content, status=refused.status if refused else 200)


def _back(request: HttpRequest) -> str:
    """The page again after a step, at the list that was being assigned."""
    kept = {key: request.GET[key] for key in ("nam", "dot", "xa", "loai") if key in request.GET}
    mark = "giao" if request.POST.get("step") == "assign" else "cac-buoc"
    return f"{reverse('verification')}?{urlencode(kept)}#{mark}"


def _account(year: int) -> Json:
    """What anybody may read of the year."""
    law, today = reading.law(), timezone.localdate()
    open_ = disclosure.disclosed(year, law, today)
    if open_ is None:
        return {"open": None, "rules": _rules(disclosure.sized_by(law, today))}
    return {
        "open": open_,
        "rules": _rules(open_.rules),
        "draws": _draws(open_),
        "missed": _missed(open_, law, today),
    }


def _rules(values: Iterable[Value]) -> list[tuple[Text, str, Value]]:
    """Each parameter in words with its value as people read it; its source stands in the value."""
    return [
        (
            words.label(RULES, value.name),
            number(value.value, 2) if value.name.endswith(".z") else figures.share(value.value),
            value,
        )
        for value in values
    ]


def _draws(open_: Disclosed) -> list[Draw]:
    """The draw of the sample, then that of the findings for the other body."""
    kept, now = open_.kept, open_.standing
    first = Draw(
        name=Text("Rút mẫu kiểm chứng", "Sample for verification"),
        digest=kept.digest,
        locked_at=kept.locked_at,
        text=kept.seed_text,
        published=kept.seed_published,
        seed=kept.seed,
        drawn_at=kept.drawn_at,
        said=Text(
            f"{number(now.random)} ngẫu nhiên và {number(now.risk)} theo rủi ro, của "
            f"{number(kept.size)} kết quả",
            f"{now.random} by chance and {now.risk} by risk, of {kept.size} claims",
        ),
    )
    if kept.counter_locked_at is None:
        return [first]
    again = now.looks["counter"].size
    second = Draw(
        name=Text("Rút mẫu đối chứng", "Findings for another body"),
        digest=kept.counter_digest,
        locked_at=kept.counter_locked_at,
        text=kept.counter_seed_text,
        published=kept.counter_seed_published,
        seed=kept.counter_seed,
        drawn_at=kept.counter_drawn_at,
        said=Text(
            f"{number(again)} của {number(now.looks['first'].found)} kết quả đã kiểm chứng",
            f"{again} of {now.looks['first'].found} findings",
        ),
    )
    return [first, second]


def _missed(open_: Disclosed, law: Law, today: date) -> Json | None:
    """What a sample of this size would miss; None before the draw or without the mark."""
    mark = law.find(WHOLE_TO, today)
    if mark is None or not open_.standing.random:
        return None
    drawn = open_.standing.random
    return {
        "to": mark.value,
        "drawn": drawn,
        "chances": disclosure.missed(open_.kept.size, drawn, mark.value),
    }


def _turn(request: HttpRequest, user: User, year: int) -> Json:
    """What the province needs to turn the round: states, who is sent where, what is due."""
    law, today = reading.law(), timezone.localdate()
    now = rounds.standing(year, user)
    states = turning.states(now)
    due = rechecking.due_again(year, user, today)
    return {
        "now": now,
        "states": {step: (code, turning.STATES[code]) for step, code in states.items()},
        "first": now.looks["first"],
        "counter": now.looks["counter"],
        "again": now.looks["again"],
        "would": _would(now, law, today),
        "counter_rule": _rules(_found(law, "verification.counter_share", today)),
        "second": rechecking.countered(year, user) if now.counter_drawn else None,
        "calendar": _calendar(year, user),
        "due": len(due),
        "overdue": _named(due[:LISTED], user),
        **(_to_assign(request, user, year) if now.drawn else {}),
    }


def _would(now: Standing, law: Law, today: date) -> tuple[int, int] | None:
    """How many would be drawn by chance and by risk today; None but between lock and draw."""
    if (
        now.kept is None
        or now.drawn
        or len(disclosure.sized_by(law, today)) < len(disclosure.SIZED_BY)
    ):
        return None
    return disclosure.size_of_sample(now.kept.size, law, today)


def _found(law: Law, name: str, today: date) -> list[Value]:
    value = law.find(name, today)
    return [] if value is None else [value]


def _calendar(year: int, user: Any) -> list[Json]:
    """How many results are looked at again from each day on, and how many were."""
    rows = Verification.objects.seen_by(user).filter(claim__round__year=year, stage="again")
    days = rows.order_by("due_on").values("due_on")
    found = days.annotate(
        n=Count("pk"),
        seen=Count("pk", filter=rounds.FOUND),
    )
    return [dict(row) for row in found]


def _named(due: list[Any], user: Any) -> list[tuple[claims.Row, date]]:
    """Overdue looks with their claims in words, the longest waiting first."""
    found = Claim.objects.seen_by(user).filter(key__in=[look.claim for look in due])
    by_key = {row.key: row for row in claims.rows(claims.fetched(found), "again")}
    return [(by_key[look.claim], look.due_on) for look in due]


def _to_assign(request: HttpRequest, user: User, year: int) -> Json:
    """The list of claims to send somebody to: one stage, perhaps one commune, one page."""
    stage = request.GET.get("dot", "")
    stage = stage if stage in rounds.STAGES else "first"
    sent = request.GET.get("loai") == "da"
    every = rounds.waiting(year, user, stage, sent=sent)
    communes = list(
        every.order_by("agreement__area__path")
        .values_list("agreement__area__path", "agreement__area__name")
        .annotate(n=Count("pk"))
    )
    path = request.GET.get("xa", "")
    path = path if path in {row[0] for row in communes} else ""
    chosen = every.filter(agreement__area__path=path) if path else every
    page: Page[Any] = Paginator(claims.fetched(chosen), ON_A_PAGE).get_page(
        request.GET.get("trang")
    )
    return {
        "stage": stage,
        "stage_text": claims.STAGES[stage],
        "stages": claims.STAGES,
        "sent": sent,
        "communes": communes,
        "commune": path,
        "page": page,
        "waiting": claims.rows(page.object_list, stage),
        "verifiers": list(rounds.verifiers(user)),
        "bodies": _bodies(year, user),
        "query": urlencode(
            {"nam": str(year), "dot": stage, "xa": path, "loai": "da" if sent else ""}
        ),
    }


def _bodies(year: int, user: Any) -> list[str]:
    """Names of bodies used so far this year, to be written the same way again."""
    rows = Verification.objects.seen_by(user).filter(claim__round__year=year).exclude(body="")
    return sorted(set(rows.values_list("body", flat=True)))
