"""A treasury extract compared with the register: told as an event, and nothing else is written."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime

from django.db import transaction

from hoaban.account.operations import NotYourPart, require_role
from hoaban.account.spending import treasury
from hoaban.account.spending.absorption import Row
from hoaban.account.spending.treasury import Extract
from hoaban.base.models import Area, Event, User, tell

TOLD = "account.reconciled"
KEPT = 500  # differences that the event carries; their number is always whole


@transaction.atomic
def reconcile(
    rows: Iterable[Row],
    extract: Extract,
    *,
    file: str,
    sha256: str,
    snapshot: str,
    user: User,
    at: datetime,
) -> Event:
    """Compare the register's rows (of a snapshot) with an extract; the event says how they differ.

    ``file`` and ``sha256`` name the file that was compared. For the province alone, since the
    treasury's sums are the province's: raises `NotYourPart` for anybody else.
    """
    require_role(user, "province")
    top = Area.objects.seen_by(user).filter(kind="province", valid_to=None).first()
    if top is None:
        raise NotYourPart(role="cấp tỉnh", role_en="province", own=user.role)
    found = treasury.differences(rows, extract)
    return tell(
        TOLD,
        at=at,
        actor=user,
        area=top,
        subject=f"treasury:{extract.year}",
        file=file,
        file_sha256=sha256,
        snapshot=snapshot,
        year=extract.year,
        months=extract.months,
        sums=len(extract.sums),
        differences=len(found),
        rows=[asdict(one) for one in found[:KEPT]],
    )


def last(user: User) -> Event | None:
    """The newest comparison that this user may see; None before there is any."""
    return Event.objects.seen_by(user).filter(name=TOLD).order_by("-pk").first()
