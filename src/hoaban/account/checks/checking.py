"""Verifying what communes claim: lock, draw, assign somebody from outside, record the finding.

A claim is looked at once (stage ``first``); another body looks at some again (``counter``), and
somebody once more after a wet season where a result must last (``again``): `rechecking`.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from hoaban.account.checks import public_draw, verification
from hoaban.account.checks.public_draw import PublicDraw
from hoaban.account.clock import local_day, local_time
from hoaban.account.models import Agreement, Claim, Round, Verification
from hoaban.account.operations import require_role
from hoaban.base import scope
from hoaban.base.law import Law
from hoaban.base.models import Area, Event, User, tell
from hoaban.base.problems import Problem
from hoaban.base.text import nfc


class NothingToLock(Problem):
    vi = "Năm {year} chưa có cam kết kết quả nào được tỉnh kiểm tra; hãy kiểm tra cam kết trước."
    en = "No result agreement of {year} has been checked; check the agreements first."
    status = 409


class LockedAlready(Problem):
    vi = "Danh sách kết quả năm {year} đã khoá lúc {when}; không thể khoá lại."
    en = "The claims of {year} were locked at {when}; they cannot be locked again."
    status = 409


class NotLocked(Problem):
    vi = "Chưa khoá danh sách kết quả năm {year}; phải khoá trước, rút mẫu sau."
    en = "The claims of {year} are not locked; lock them first and draw after."
    status = 409


class SeedTooSoon(Problem):
    vi = "Số gieo phải được rút sau khi khoá danh sách ({locked}); hãy rút số gieo mới."
    en = "The seed must come after the claims were locked ({locked}); draw a new one."
    status = 409


class DrawnAlready(Problem):
    vi = "Mẫu kiểm chứng năm {year} đã rút lúc {when}; không rút lại."
    en = "The sample of {year} was drawn at {when}; it is not drawn again."
    status = 409


class NoSuchClaim(Problem):
    vi = "Không có kết quả “{claim}” trong mẫu kiểm chứng; hãy kiểm tra lại mã."
    en = "There is no claim “{claim}” in the sample; check its code."
    status = 404


class NotIndependent(Problem):
    vi = "{verifier} không được kiểm chứng “{claim}”: {why}; hãy giao người ngoài."
    en = "{verifier} may not verify “{claim}”: {why_en}; assign somebody from outside."
    status = 403


class NoBody(Problem):
    vi = "Chưa ghi người kiểm chứng “{claim}” thuộc tổ chức nào; hãy ghi tên tổ chức."
    en = "Which body the verifier of “{claim}” belongs to is not said; name it."


class SameBody(Problem):
    vi = "“{claim}” đã do “{body}” kiểm chứng; đối chứng phải do người của tổ chức khác."
    en = "“{claim}” was verified by “{body}”; somebody of another body has to look again."
    status = 403


class TooEarly(Problem):
    vi = "“{claim}” chỉ được kiểm chứng lại từ ngày {due}, sau một mùa mưa; hãy chờ đến ngày đó."
    en = "“{claim}” is looked at again from {due} on, after a wet season; wait until then."
    status = 409


class NoEvidence(Problem):
    vi = "Chưa ghi số biên bản hoặc ảnh của “{claim}”; hãy ghi rồi gửi lại."
    en = "The number of the record or photo of “{claim}” is missing; give it and send again."


class FoundAlready(Problem):
    vi = "“{claim}” đã có kết quả kiểm chứng; không sửa lại được."
    en = "“{claim}” has its finding already; it cannot be changed."
    status = 409


# Who told one of these in a commune had a hand in its agreement.
WRITING = tuple(f"account.{what}" for what in ("promised", "proposed", "documented", "declared"))


@dataclass(frozen=True, slots=True)
class Rate:
    """The share of claims not upheld, from the random stratum, with its exact 95 % interval.

    ``value`` is None before anything was found.
    """

    value: float | None
    low: float
    high: float
    found: int
    size: int


@transaction.atomic
def lock_claims(*, year: int, user: User, at: datetime) -> Round:
    """Lock the claims of every checked agreement of a year under a digest.

    The year's claims can be locked once. Raises `NothingToLock` or `LockedAlready`.
    """
    require_role(user, "province")
    agreements = {
        a.data["id"]: a for a in Agreement.objects.seen_by(user).filter(year=year, status="checked")
    }
    if not agreements:
        raise NothingToLock(year=year)
    kept = Round.objects.seen_by(user).filter(year=year).first()
    if kept is not None:
        raise LockedAlready(year=year, when=local_time(kept.locked_at))
    claims = verification.claims_of(_claimed(agreements.values()))
    province = scope.parent(next(iter(agreements.values())).area.path)
    area = Area.objects.get(path=province, valid_to=None)
    made = Round.objects.create(
        area=area,
        year=year,
        digest=verification.lock(claims),
        size=len(claims),
        locked_at=at,
        locked_by=user,
    )
    villages = {c.village for c in claims}
    areas = {a.path: a for a in Area.objects.filter(path__in=villages, valid_to=None)}
    Claim.objects.bulk_create(
        Claim(
            round=made,
            agreement=agreements[claim.agreement],
            area=areas[claim.village],
            key=claim.id,
            promise=claim.promise,
            stake_vnd=claim.stake_vnd,
        )
        for claim in claims
    )
    tell(
        "account.locked",
        at=at,
        actor=user,
        area=area,
        subject=made,
        digest=made.digest,
        n=made.size,
    )
    return made


@transaction.atomic
def draw_sample(
    *,
    year: int,
    seed: int,
    seed_at: datetime,
    law: Law,
    user: User,
    at: datetime,
    twice: Collection[str] = (),
    public: PublicDraw | None = None,
) -> verification.Sample:
    """Draw the year's sample with a seed that became known at ``seed_at``, after the lock.

    ``twice``: paths of communes whose sample is doubled (`paying.audited_twice`). ``public``:
    what the seed follows from, kept with it. Raises `NotLocked`, `SeedTooSoon`, `DrawnAlready`,
    `public_draw.SeedDiffers`, or `verification.ClaimsChanged` (no longer those locked).
    """
    require_role(user, "province")
    kept = Round.objects.seen_by(user).select_for_update().filter(year=year).first()
    if kept is None:
        raise NotLocked(year=year)
    if kept.drawn_at is not None:
        raise DrawnAlready(year=year, when=local_time(kept.drawn_at))
    require_after(kept.locked_at, seed_at, at)
    said = public_draw.kept(public, seed=seed, digest=kept.digest)
    rows = Claim.objects.filter(round=kept).select_related("agreement__area", "area")
    claims = [
        verification.Claim(
            id=row.key,
            agreement=row.agreement.data["id"],
            promise=row.promise,
            commune=row.agreement.area.path,
            village=row.area.path,
            stake_vnd=row.stake_vnd,
        )
        for row in rows
    ]
    drawn = verification.sample(
        claims, seed=seed, law=law, at=local_day(at), digest=kept.digest, twice=twice
    )
    for stratum, ids in (("random", drawn.random), ("risk", drawn.risk)):
        Claim.objects.filter(round=kept, key__in=ids).update(stratum=stratum)
    kept.seed, kept.drawn_at, (kept.seed_text, kept.seed_published) = str(seed), at, said
    kept.save(update_fields=["seed", "seed_text", "seed_published", "drawn_at"])
    tell(
        "account.drawn",
        at=at,
        actor=user,
        area=kept.area,
        subject=kept,
        seed=kept.seed,
        random=len(drawn.random),
        risk=len(drawn.risk),
        twice=sorted(twice),
    )
    return drawn


@transaction.atomic
def assign(
    *, claim: str, verifier: User, body: str, user: User, at: datetime, stage: str = "first"
) -> Verification:
    """Send a verifier of a body to a drawn claim; stages other than ``first`` wait already.

    Whoever had a hand in it is refused (`NotIndependent`), and for stage ``counter`` the person
    and the body of the first look (`SameBody`). Raises also `NoSuchClaim`, `NoBody`,
    `FoundAlready`.
    """
    require_role(user, "province")
    found = (
        Claim.objects.seen_by(user)
        .exclude(stratum="")
        .select_related("agreement__area", "area")
        .filter(key=claim)
        .first()
    )
    if found is None:
        raise NoSuchClaim(claim=claim)
    if not body.strip():
        raise NoBody(claim=claim)
    _require_independent(found, verifier)
    kept = _look(found, stage)
    if kept.found_at is not None:
        raise FoundAlready(claim=claim)
    if stage == "counter":
        _require_other_body(found, verifier, body)
    kept.verifier, kept.body, kept.assigned_at = verifier, body.strip(), at
    kept.save()
    tell(
        "account.assigned",
        at=at,
        actor=user,
        area=found.area,
        subject=kept,
        claim=claim,
        stage=stage,
        verifier=verifier.pk,
    )
    return kept


def _look(claim: Claim, stage: str) -> Verification:
    """The look of this stage, a new one for the first; `NoSuchClaim` where none waits."""
    kept = Verification.objects.filter(claim=claim, stage=stage).first()
    if kept is None:
        if stage != "first":
            raise NoSuchClaim(claim=claim.key)
        kept = Verification(claim=claim, area=claim.area, stage=stage)
    return kept


@transaction.atomic
def record(
    *,
    claim: str,
    upheld: bool,
    evidence: str,
    user: User,
    at: datetime,
    stage: str = "first",
) -> Verification:
    """What the assigned verifier found, once.

    Raises `NoSuchClaim`, `NoEvidence`, `FoundAlready`, `TooEarly`, and `NotIndependent` for
    whoever had a hand in the work after being assigned. Of
    stage ``again``, ``upheld`` says whether the result has lasted.
    """
    kept = (
        Verification.objects.select_for_update(of=("self",))
        .select_related("area", "claim__agreement__area")
        .filter(claim__key=claim, verifier=user, stage=stage)
        .first()
    )
    if kept is None:
        raise NoSuchClaim(claim=claim)
    if kept.found_at is not None:
        raise FoundAlready(claim=claim)
    if kept.due_on is not None and local_day(at) < kept.due_on:
        raise TooEarly(claim=claim, due=kept.due_on.isoformat())
    if not evidence.strip():
        raise NoEvidence(claim=claim)
    _require_independent(kept.claim, user)
    kept.upheld, kept.evidence, kept.found_at = upheld, evidence, at
    kept.save(update_fields=["upheld", "evidence", "found_at"])
    tell(
        "account.verified",
        at=at,
        actor=user,
        area=kept.area,
        subject=kept,
        claim=claim,
        stage=stage,
        upheld=upheld,
    )
    return kept


def error_rate(year: int, user: User) -> Rate:
    """The error rate of a year's claims so far, as this user may see them."""
    found = Verification.objects.seen_by(user).filter(
        claim__round__year=year,
        claim__stratum="random",
        stage="first",
        found_at__isnull=False,
    )
    n, wrong = found.count(), found.filter(upheld=False).count()
    size = Claim.objects.seen_by(user).filter(round__year=year).count()
    low, high = verification.error_interval(size, n, wrong)
    return Rate(wrong / n if n else None, low, high, n, size)


def require_after(locked_at: datetime, seed_at: datetime, at: datetime) -> None:
    """Refuse a seed that was known before the lock or is not known yet (`SeedTooSoon`)."""
    if not locked_at < seed_at <= at:
        raise SeedTooSoon(locked=local_time(locked_at))


def _require_independent(claim: Claim, verifier: User) -> None:
    """Refuse whoever had a hand in the claim (`NotIndependent`)."""
    why = _not_independent(claim, verifier)
    if why is not None:
        raise NotIndependent(verifier=verifier.username, claim=claim.key, why=why[0], why_en=why[1])


def _require_other_body(claim: Claim, verifier: User, body: str) -> None:
    """Refuse the person and the body that looked first (`SameBody`)."""
    first = Verification.objects.get(claim=claim, stage="first")
    if first.verifier_id == verifier.pk or _same(first.body, body):
        raise SameBody(claim=claim.key, body=first.body)


def _same(one: str, other: str) -> bool:
    """Whether two names say the same body, whatever the case and the spaces."""
    first, second = (" ".join(nfc(name).casefold().split()) for name in (one, other))
    return first == second


def _not_independent(claim: Claim, verifier: User) -> tuple[str, str] | None:
    """Why this person may not verify the claim; None when they may."""
    commune = claim.agreement.area
    if verifier.role != "verifier":
        return "không phải là người kiểm chứng", "not a verifier"
    if verifier.pk in (claim.agreement.proposed_by_id, claim.agreement.checked_by_id):
        return "đã tham gia lập cam kết", "took part in the agreement"
    own = verifier.area
    if own is not None and scope.inside(own.path, commune.path):
        return "thuộc chính xã này", "belongs to this very commune"
    acted = Event.objects.within(commune.path).filter(actor=verifier)
    if acted.filter(name="act.moved").exists():
        return "đã tham gia thực hiện tại xã này", "took part in the work in this commune"
    if acted.filter(name__in=WRITING).exists():
        return "đã tham gia lập cam kết", "took part in the agreement"
    return None


def _claimed(agreements: Iterable[Agreement]) -> list[verification.Claimed]:
    return [
        verification.Claimed(
            id=a.data["id"],
            commune=a.area.path,
            performance_vnd=a.performance_vnd,
            points={goal["name"]: goal["points"] for goal in a.data["goals"]},
            villages=tuple(a.data["villages"]),
        )
        for a in agreements
    ]
