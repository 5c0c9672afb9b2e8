"""Where a year's verification stands, who waits for whom, and several claims assigned at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Q

from hoaban.account.checks import checking
from hoaban.account.models import Agreement, Claim, Round, Verification
from hoaban.account.operations import require_role
from hoaban.base import scope
from hoaban.base.models import User
from hoaban.base.problems import Problem
from hoaban.base.text import Text

STAGES = ("first", "counter", "again")
FOUND, TAKEN = Q(found_at__isnull=False), Q(verifier__isnull=False)


class NothingChosen(Problem):
    vi = "Chưa chọn kết quả nào; hãy đánh dấu ít nhất một kết quả rồi giao."
    en = "No claim was chosen; tick at least one and assign."


class NoSuchVerifier(Problem):
    vi = "Không có người kiểm chứng “{verifier}” trong địa bàn của bạn; hãy chọn trong danh sách."
    en = "There is no verifier “{verifier}” in your area; choose one of the list."
    status = 404


class BodyNameTooLong(Problem):
    vi = "Tên tổ chức “{body}…” dài quá {most} ký tự; hãy ghi ngắn hơn."
    en = "The body's name “{body}…” is longer than {most} characters; write less."


@dataclass(frozen=True, slots=True)
class Looks:
    """Looks of one stage: all, those without a verifier, those sent out, those found."""

    size: int = 0
    unassigned: int = 0
    sent: int = 0
    found: int = 0

    @property
    def open(self) -> int:
        """Looks that have no finding yet."""
        return self.size - self.found


@dataclass(frozen=True, slots=True)
class Standing:
    """A year's round as somebody may see it. ``kept`` is None before the lock.

    ``checked`` agreements are in it, ``unchecked`` are not; ``undeclared`` are checked and said
    nothing of what they reached. ``random`` and ``risk`` count drawn claims.
    """

    year: int
    checked: int
    unchecked: int
    undeclared: int
    kept: Round | None
    random: int
    risk: int
    looks: Mapping[str, Looks]

    @property
    def locked(self) -> bool:
        """Whether the claims stand under a digest."""
        return self.kept is not None

    @property
    def drawn(self) -> bool:
        """Whether the sample is drawn."""
        return self.kept is not None and self.kept.drawn_at is not None

    @property
    def findings_locked(self) -> bool:
        """Whether the findings stand under a digest."""
        return self.kept is not None and self.kept.counter_locked_at is not None

    @property
    def counter_drawn(self) -> bool:
        """Whether the findings for the other body are drawn."""
        return self.kept is not None and self.kept.counter_drawn_at is not None

    @property
    def unfinished(self) -> list[Text]:
        """What is still to be done before the year's findings are final; empty when they are."""
        first, second = self.looks["first"].open, self.looks["counter"].open
        steps = (
            (not self.locked, Text("chưa khoá danh sách kết quả", "claims are not locked")),
            (not self.drawn, Text("chưa rút mẫu kiểm chứng", "no sample is drawn")),
            (first > 0, Text(f"{first} kết quả chưa kiểm chứng", f"{first} claims not verified")),
            (
                not self.findings_locked,
                Text("chưa khoá kết quả kiểm chứng", "findings are not locked"),
            ),
            (
                not self.counter_drawn,
                Text("chưa rút mẫu đối chứng", "no counter-verification is drawn"),
            ),
            (
                second > 0,
                Text(f"{second} kết quả chưa đối chứng", f"{second} wait for the other body"),
            ),
        )
        return [text for wanting, text in steps if wanting][:1]


def standing(year: int, user: User) -> Standing:
    """How far the round of a year is, as this user may see it."""
    rows = Agreement.objects.seen_by(user).filter(year=year)
    said = list(rows.values_list("status", "data__declared"))
    checked = [declared for status, declared in said if status == "checked"]
    claims = Claim.objects.seen_by(user).filter(round__year=year).exclude(stratum="")
    drawn = dict(claims.order_by().values_list("stratum").annotate(n=Count("pk")))
    return Standing(
        year=year,
        checked=len(checked),
        unchecked=len(said) - len(checked),
        undeclared=sum(not declared for declared in checked),
        kept=Round.objects.seen_by(user).filter(year=year).first(),
        random=drawn.get("random", 0),
        risk=drawn.get("risk", 0),
        looks=_looks(year, user, sum(drawn.values())),
    )


def _looks(year: int, user: User, drawn: int) -> dict[str, Looks]:
    """Looks by stage; a first look is set down only when somebody is sent."""
    rows = (
        Verification.objects.seen_by(user)
        .filter(claim__round__year=year)
        .order_by()
        .values("stage")
        .annotate(n=Count("pk"), taken=Count("pk", filter=TAKEN), seen=Count("pk", filter=FOUND))
    )
    found = dict.fromkeys(STAGES, Looks()) | {"first": Looks(size=drawn, unassigned=drawn)}
    for row in rows:
        size = drawn if row["stage"] == "first" else row["n"]
        found[row["stage"]] = Looks(
            size=size,
            unassigned=size - row["taken"],
            sent=row["taken"] - row["seen"],
            found=row["seen"],
        )
    return found


def waiting(year: int, user: User, stage: str, *, sent: bool = False) -> Any:
    """The claims of a stage that nobody is sent to, commune by commune; a query set.

    With ``sent``, those that somebody is sent to and has not found: they may be assigned again.
    """
    looks = Verification.objects.seen_by(user).filter(claim__round__year=year, stage=stage)
    taken, open_ = looks.filter(TAKEN).values("claim"), looks.exclude(FOUND)
    rows = Claim.objects.seen_by(user).filter(round__year=year).exclude(stratum="")
    if sent:
        rows = rows.filter(pk__in=open_.filter(TAKEN).values("claim"))
    elif stage == "first":
        rows = rows.exclude(pk__in=taken)
    else:
        rows = rows.filter(pk__in=open_.exclude(TAKEN).values("claim"))
    return rows.order_by("agreement__area__path", "key")


def verifiers(user: User) -> Any:
    """Accounts of verifiers inside a user's area, by name; a query set."""
    if user.area is None:
        return User.objects.none()
    first, past = scope.below(user.area.path)
    within = User.objects.filter(area__path__gte=first, area__path__lt=past, is_active=True)
    return within.filter(role="verifier").select_related("area").order_by("username")


@transaction.atomic
def assign_all(
    *, claims: Sequence[str], verifier: str, body: str, user: User, at: datetime, stage: str
) -> list[Verification]:
    """Send one verifier (account number) of a body to several claims: to all of them or none.

    Raises `NothingChosen`, `NoSuchVerifier`, `BodyNameTooLong`, and what `checking.assign` does.
    """
    require_role(user, "province")
    if not claims:
        raise NothingChosen
    most = 120
    if len(body.strip()) > most:
        raise BodyNameTooLong(body=body[:40], most=most)
    known = verifiers(user).filter(pk=int(verifier)) if verifier.isdecimal() else None
    somebody = known.first() if known is not None else None
    if somebody is None:
        raise NoSuchVerifier(verifier=verifier)
    return [
        checking.assign(claim=claim, verifier=somebody, body=body, user=user, at=at, stage=stage)
        for claim in claims
    ]
