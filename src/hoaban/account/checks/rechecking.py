"""After the first look: another body looks at some findings, and somebody again in time.

The findings of a year are locked, a public seed of their own is drawn, and a tenth goes to
another body (`counter`). Results that must last wait for a second look after a wet season
(`lasting`). What all of it does to pay is `paying`.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from hoaban.account.checks import counter, lasting, public_draw
from hoaban.account.checks.checking import (
    DrawnAlready,
    LockedAlready,
    NotLocked,
    Rate,
    error_rate,
    require_after,
)
from hoaban.account.checks.public_draw import PublicDraw
from hoaban.account.clock import local_day, local_time
from hoaban.account.models import Round, Verification
from hoaban.account.operations import require_role
from hoaban.base.law import Law
from hoaban.base.models import User, tell
from hoaban.base.problems import Problem


class FindingsOpen(Problem):
    vi = "Năm {year} còn {n} kết quả rút mẫu chưa kiểm chứng (ví dụ “{claim}”); hãy làm xong đã."
    en = "{n} drawn claims of {year} have no finding yet (“{claim}”, say); finish them first."
    status = 409


class NothingDrawn(Problem):
    vi = "Chưa rút mẫu kiểm chứng năm {year}; hãy rút mẫu và kiểm chứng trước."
    en = "No sample of {year} was drawn; draw and verify first."
    status = 409


@dataclass(frozen=True, slots=True)
class Countered:
    """What the other body makes of a year's findings.

    ``rate`` is the first body's error rate, ``corrected`` the one put right by the second (0–1,
    None before anything was seen), ``bodies`` how the findings of each body fared.
    """

    rate: Rate
    corrected: float | None
    bodies: list[counter.Overturned]


@transaction.atomic
def lock_findings(*, year: int, user: User, at: datetime) -> Round:
    """Lock a year's findings under a digest, once. Raises `NothingDrawn`, `FindingsOpen`."""
    require_role(user, "province")
    kept = _round(year, user)
    if kept.counter_locked_at is not None:
        raise LockedAlready(year=year, when=local_time(kept.counter_locked_at))
    drawn = kept.claim_set.exclude(stratum="")
    seen = first_looks(year, user).values("claim")
    waiting = list(drawn.exclude(pk__in=seen).order_by("key").values_list("key", flat=True))
    if waiting:
        raise FindingsOpen(year=year, n=len(waiting), claim=waiting[0])
    kept.counter_digest, kept.counter_locked_at = counter.lock(_findings(year, user)), at
    kept.save(update_fields=["counter_digest", "counter_locked_at"])
    tell(
        "account.findings_locked",
        at=at,
        actor=user,
        area=kept.area,
        subject=kept,
        digest=kept.counter_digest,
    )
    return kept


@transaction.atomic
def draw_counter(
    *,
    year: int,
    seed: int,
    seed_at: datetime,
    law: Law,
    user: User,
    at: datetime,
    public: PublicDraw | None = None,
) -> list[str]:
    """Draw the findings that another body looks at, with a public seed after their lock.

    Each waits for its verifier (`checking.assign`, stage ``counter``); ``public`` is kept with
    the seed. Raises `NotLocked`, `DrawnAlready`, `SeedTooSoon`, `public_draw.SeedDiffers`, or
    `counter.FindingsChanged`.
    """
    require_role(user, "province")
    kept = _round(year, user)
    if kept.counter_locked_at is None:
        raise NotLocked(year=year)
    if kept.counter_drawn_at is not None:
        raise DrawnAlready(year=year, when=local_time(kept.counter_drawn_at))
    require_after(kept.counter_locked_at, seed_at, at)
    text, published = public_draw.kept(public, seed=seed, digest=kept.counter_digest)
    share = law.number("verification.counter_share", local_day(at))
    ids = counter.draw(_findings(year, user), seed=seed, share=share, digest=kept.counter_digest)
    for look in first_looks(year, user).filter(claim__key__in=ids):
        Verification.objects.create(claim=look.claim, area=look.area, stage="counter")
    kept.counter_seed, kept.counter_drawn_at = str(seed), at
    kept.counter_seed_text, kept.counter_seed_published = text, published
    kept.save()
    tell(
        "account.counter_drawn",
        at=at,
        actor=user,
        area=kept.area,
        subject=kept,
        seed=kept.counter_seed,
        n=len(ids),
    )
    return ids


def countered(year: int, user: User) -> Countered:
    """How the findings of a year stand up to the other body, as this user may see them."""
    second = {look.claim_id: bool(look.upheld) for look in _looks(year, user, "counter")}
    firsts = list(first_looks(year, user))
    pairs = [
        (look, counter.Pair(look.claim.key, look.body, bool(look.upheld), second[look.claim_id]))
        for look in firsts
        if look.claim_id in second
    ]
    sizes: dict[str, int] = {}
    for look in firsts:
        sizes[look.body] = sizes.get(look.body, 0) + 1
    random = [look for look in firsts if look.claim.stratum == "random"]
    return Countered(
        rate=error_rate(year, user),
        corrected=counter.corrected(
            len(random),
            sum(look.upheld is False for look in random),
            [pair for look, pair in pairs if look.claim.stratum == "random"],
        ),
        bodies=counter.overturned(sizes, (pair for _, pair in pairs)),
    )


@transaction.atomic
def look_again(
    *, year: int, wet_months: Collection[int], user: User, at: datetime
) -> list[Verification]:
    """Set down when each result that stood and must last is looked at again; those set down now.

    Called twice, it adds what was found since. A claim that the other body refused is not looked
    at again. Due days as `lasting.due_on` from the day of the first finding.
    """
    require_role(user, "province")
    has = Verification.objects.filter(claim__round__year=year, stage="again").values("claim")
    refused = [look.claim_id for look in _looks(year, user, "counter") if not look.upheld]
    made = []
    for look in first_looks(year, user).filter(upheld=True).exclude(claim__in=has):
        months = goals_of(look).get(look.claim.promise, 0)
        if months and look.claim_id not in refused and look.found_at is not None:
            day = lasting.due_on(
                local_day(look.found_at), lasts_months=months, wet_months=wet_months
            )
            made.append(Verification(claim=look.claim, area=look.area, stage="again", due_on=day))
    Verification.objects.bulk_create(made)
    if made:
        kept = _round(year, user)
        tell("account.due_again", at=at, actor=user, area=kept.area, subject=kept, n=len(made))
    return made


def due_again(year: int, user: User, on: date) -> list[lasting.Look]:
    """Results to be looked at again by this day and not seen, the longest waiting first."""
    return lasting.overdue(again_looks(year, user), on)


def lost(year: int, user: User) -> list[lasting.Look]:
    """Results of a year that stood once and are gone, in order of claim."""
    return lasting.lost(again_looks(year, user))


def again_looks(year: int, user: User) -> list[lasting.Look]:
    """Every second look of a year, taken or not, as this user may see them."""
    rows = _of(year, user, "again").order_by("claim__key")
    return [
        lasting.Look(
            claim=row.claim.key,
            agreement=row.claim.agreement.data["id"],
            promise=row.claim.promise,
            due_on=row.due_on,
            lasted=row.upheld,
        )
        for row in rows
        if row.due_on is not None
    ]


def first_looks(year: int, user: User) -> Any:
    """The first findings of a year, in order of claim, as this user may see them."""
    return _looks(year, user, "first")


def last_words(year: int, user: User) -> Iterable[tuple[Verification, bool]]:
    """Each first look of a year with the last word on its claim: the other body's, if any."""
    second = {look.claim_id: bool(look.upheld) for look in _looks(year, user, "counter")}
    for look in first_looks(year, user):
        yield look, second.get(look.claim_id, bool(look.upheld))


def goals_of(look: Verification) -> dict[str, int]:
    """Months that each goal of the claim's agreement has to last."""
    return {goal["name"]: goal["lasts_months"] for goal in look.claim.agreement.data["goals"]}


def _findings(year: int, user: User) -> dict[str, bool]:
    return {look.claim.key: bool(look.upheld) for look in first_looks(year, user)}


def _looks(year: int, user: User, stage: str) -> Any:
    found = _of(year, user, stage).filter(found_at__isnull=False)
    return found.order_by("claim__key")


def _of(year: int, user: User, stage: str) -> Any:
    seen = Verification.objects.seen_by(user).filter(claim__round__year=year, stage=stage)
    return seen.select_related("claim__agreement__area", "area")


def _round(year: int, user: User) -> Round:
    kept = Round.objects.seen_by(user).select_for_update().filter(year=year).first()
    if kept is None or kept.drawn_at is None:
        raise NothingDrawn(year=year)
    return kept
