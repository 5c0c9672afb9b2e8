"""Result agreements: what each commune promised, with which papers, and how the money follows.

The list is public only in totals, and only of what the province has checked; a draft is the
commune's own until then. Everything else is for those who answer for the commune.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods, require_safe

from hoaban.account.checks import rechecking
from hoaban.account.drafting import agreements as drafting
from hoaban.account.models import Agreement, Claim
from hoaban.account.payments import paying, settling, statements
from hoaban.account.terms import pay
from hoaban.account.terms.scores import DEFAULT, Found, Trust, exact
from hoaban.base.text import Text
from hoaban.plan.models import Plan
from hoaban.web import accountwords, figures, words
from hoaban.web.pages import agreement_steps, reading, steps

CHECKED = "checked"
Findings = Mapping[str, Found]


@dataclass(frozen=True, slots=True)
class Row:
    """One agreement in the list. ``link`` is its number for those who may open it, else None."""

    code: str
    commune: str
    mode: Text
    status: Text
    base_vnd: int
    performance_vnd: int
    equity_vnd: int
    papers: str
    link: int | None

    @property
    def total_vnd(self) -> int:
        """All three parts."""
        return self.base_vnd + self.performance_vnd + self.equity_vnd


@require_safe
@gzip_page
def agreements(request: HttpRequest) -> HttpResponse:
    """Public: totals of what is checked; an official sees the agreements of the own area whole.

    ``?nam=YEAR``, the newest year unless named.
    """
    years = sorted(set(Agreement.objects.values_list("year", flat=True)), reverse=True)
    asked = request.GET.get("nam", "")
    year = int(asked) if asked in map(str, years) else max(years, default=0)
    every = Agreement.objects.filter(year=year).select_related("area")
    order = every.order_by("area__code")
    own = [_row(one, own=True) for one in order.seen_by(request.user)]
    mine = {row.code for row in own}
    public = [
        row for row in (_row(o) for o in order.filter(status=CHECKED)) if row.code not in mine
    ]
    content = {
        **reading.frame(reading.board()),
        "here": "agreements",
        "years": years,
        "year": year,
        "counts": _counts(every),
        "own": own,
        "public": public,
        "own_total": sum(row.total_vnd for row in own),
        "total": sum(row.total_vnd for row in public),
    }
    return render(request, "agreements.html", content)


def _counts(rows: Any) -> list[tuple[Text, int]]:
    """How many agreements stand at each step, in the order of the steps."""
    found = dict(rows.order_by().values_list("status").annotate(n=Count("pk")))
    return [(label, found[code]) for code, label in accountwords.STATUSES.items() if code in found]


def _row(one: Agreement, *, own: bool = False) -> Row:
    papers = one.conditions
    return Row(
        code=one.area.code,
        commune=one.area.name,
        mode=words.label(accountwords.MODES, one.mode),
        status=words.label(accountwords.STATUSES, one.status),
        base_vnd=one.base_vnd,
        performance_vnd=one.performance_vnd,
        equity_vnd=one.equity_vnd,
        papers=f"{len(papers) - len(one.missing_conditions)}/{len(papers)}",
        link=one.pk if own else None,
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def agreement(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign-in required; 404 outside the user's area, so that nobody learns what is there.

    A posted form takes one of `agreement_steps.steps`; what is refused is shown as it was typed.
    """
    rows = Agreement.objects.seen_by(request.user).select_related("area")
    one = get_object_or_404(rows, pk=pk)
    refused = None
    if request.method == "POST":
        refused = steps.take(request, agreement_steps.steps(pk))
        if refused is None:
            return redirect("agreement", pk=pk)
    content = _content(one, request.user, request.POST if refused else {})
    content["refused"] = refused
    return render(request, "agreement.html", content, status=refused.status if refused else 200)


def _content(one: Agreement, user: Any, given: Mapping[str, Any]) -> dict[str, Any]:
    """Everything the page of one agreement shows to a user who may see it."""
    board = reading.board()
    terms = settling.terms(one)
    seen, works = _seen(one), _works(one)
    return {
        **reading.frame(board),
        "here": "agreements",
        "one": one,
        "row": _row(one, own=True),
        "by_results": terms.by == pay.RESULTS,
        "basis": statements.BASIS[terms.by],
        "formula": statements.FORMULA,
        "conditions": _papers(one.conditions),
        "gates": _papers(terms.gates),
        "open": terms.open,
        "goals": _goals(one, seen),
        "works": works,
        "turn": agreement_steps.turn(one, user),
        "asked": agreement_steps.asked(one, works, given),
        "villages": len(one.data.get("villages") or []),
        "needs": _needs(one),
        "statement": _statement(one, terms, user),
        "declared": bool(one.data.get("declared")),
        "findings": _findings(one, user),
        "due": _due(one, user),
    }


def _papers(found: Mapping[str, str]) -> list[tuple[Text, str]]:
    """Each paper's name in words with its number and day, "" where there is none."""
    return [
        (words.label(accountwords.PAPERS, name), str(paper or "").strip())
        for name, paper in found.items()
    ]


@lru_cache(maxsize=1)
def _how() -> dict[str, Text]:
    """How each result is verified, by name, as the packs say it."""
    return {one.name: one.how_label for one in drafting.promises(settings.PACKS)}


def _goals(one: Agreement, seen: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Each result with baseline, target, declared and what was looked at."""
    declared = one.data.get("declared") or {}
    return [
        {
            "label": Text(**goal["label"]),
            "points": goal["points"],
            "baseline": "ẩn (số nhỏ)" if goal.get("hidden") else figures.share(goal["baseline"], 1),
            "target": figures.share(goal["target"], 1),
            "raised": bool(goal.get("promised")),
            "how": _how().get(goal["name"], Text(str(goal["how"]), str(goal["how"]))),
            "lasts": goal["lasts_months"],
            "declared": figures.share(declared[goal["name"]], 1)
            if goal["name"] in declared
            else "",
            "seen": seen.get(goal["name"]),
        }
        for goal in one.data["goals"]
    ]


def _seen(one: Agreement) -> dict[str, dict[str, int]]:
    """What verifiers did so far, by result: claims locked, drawn, looked at first, upheld then.

    A claim looked at again, or by another body, is still one claim.
    """
    found = Q(verification__stage="first", verification__found_at__isnull=False)
    upheld = Q(verification__upheld=True)
    rows = (
        Claim.objects.filter(agreement=one)
        .order_by()
        .values("promise")
        .annotate(
            claims=Count("pk", distinct=True),
            drawn=Count("pk", distinct=True, filter=~Q(stratum="")),
            looked=Count("pk", distinct=True, filter=found),
            upheld=Count("pk", distinct=True, filter=found & upheld),
        )
    )
    return {str(row.pop("promise")): row for row in map(_plain, rows)}


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    return dict(row)


def _works(one: Agreement) -> list[dict[str, Any]]:
    """The works the commune answers for, with the day each is promised to be in use."""
    ids, outputs = one.data.get("works") or [], one.data.get("outputs") or {}
    plan = Plan.objects.filter(pk=int(one.plan)).first() if one.plan.isdecimal() else None
    chosen = (plan.result.get("chosen") if plan else None) or []
    rows = figures.rows({"chosen": [row for row in chosen if row["work"] in set(ids)]}, _names(one))
    known = {row.work: row for row in rows}
    return [{"id": name, "row": known.get(name), "day": outputs.get(name, "")} for name in ids]


def _names(one: Agreement) -> dict[str, str]:
    path = one.area.path
    return {key: name for key, name in reading.names().items() if key.startswith(path)}


def _needs(one: Agreement) -> list[dict[str, Any]]:
    """What the need share was counted from, criterion by criterion."""
    rows: Iterable[Mapping[str, Any]] = (one.data.get("factors") or {}).get("criteria") or []
    return [
        {
            "name": words.label(accountwords.NEEDS, str(row["criterion"])),
            "weight": row["weight"],
            "amount": row["amount"],
        }
        for row in rows
    ]


def _statement(one: Agreement, terms: pay.Terms, user: Any) -> dict[str, Any] | None:
    """The payment statement of a checked agreement; None before its money can be told.

    Money that follows results waits until verifiers have looked at the year's claims.
    """
    if one.status != CHECKED:
        return None
    found, again, tranche, trust = _found(one, user)
    if terms.by == pay.RESULTS and not found:
        return None
    return statements.statement(
        terms,
        pay.pay(terms, found, tranche=tranche, again=again, trust=trust),
        declared=one.data.get("declared") or {},
        found=found,
        tranche=tranche,
        again=again,
        trust=trust,
        name=one.area.name,
        year=one.year,
    )


def _found(one: Agreement, user: Any) -> tuple[Findings, Findings, Fraction, Trust]:
    """What verifiers let stand, what stood again after a wet season, the part held until then.

    With the marks of the province beyond which wrong claims take money. Nothing before they have
    looked at a claim of this agreement.
    """
    if not _looked(one):
        return {}, {}, Fraction(0), DEFAULT
    law, today = reading.law(), timezone.localdate()
    name = one.data["id"]
    found = paying.found(one.year, user, law, today).get(name, {})
    again = paying.found_again(one.year, user, law, today).get(name, {})
    tranche = exact(law.number("agreement.tranche_share", today))
    return found, again, tranche, Trust.of(law, today)


def _looked(one: Agreement) -> bool:
    """Whether any claim of the agreement has its first finding."""
    first = Q(verification__stage="first", verification__found_at__isnull=False)
    return Claim.objects.filter(first, agreement=one).exists()


def _findings(one: Agreement, user: Any) -> dict[str, Any] | None:
    """What verification found and takes (`paying.effects`); None before anybody looked."""
    if one.status != CHECKED or not _looked(one):
        return None
    every = paying.effects(one.year, user, reading.law(), timezone.localdate())
    effect = next((row for row in every if row.agreement == one.data["id"]), None)
    if effect is None:
        return None
    names = _labels(one)
    return {
        "effect": effect,
        "goals": [(words.label(names, goal), found) for goal, found in effect.goals.items()],
    }


def _due(one: Agreement, user: Any) -> list[tuple[Text, int, date]]:
    """Results to be looked at again by today: each with how many, and the longest overdue day."""
    names, waiting = _labels(one), rechecking.due_again(one.year, user, timezone.localdate())
    days: dict[str, list[date]] = {}
    for look in waiting:
        if look.agreement == one.data["id"]:
            days.setdefault(look.promise, []).append(look.due_on)
    return [(words.label(names, goal), len(due), min(due)) for goal, due in days.items()]


def _labels(one: Agreement) -> dict[str, Text]:
    return {goal["name"]: Text(**goal["label"]) for goal in one.data["goals"]}
