"""One small place that the tests of acting and accounting share.

Mường Phăng (11/00104/)          Nà Tấu (11/00105/)
  Bản Che (11/00104/0001/)         Bản Hon (11/00105/0002/)
  Mai: head of Bản Che             Páo: commune official, must not see Mường Phăng
  An: commune official
Linh: province, sees both
"""

from datetime import UTC, date, datetime, timedelta, timezone

from hoaban.base.models import Area, User

PLACES = {
    "11/": ("11", "Điện Biên", "province"),
    "11/00104/": ("00104", "Mường Phăng", "commune"),
    "11/00104/0001/": ("0001", "Bản Che", "village"),
    "11/00105/": ("00105", "Nà Tấu", "commune"),
    "11/00105/0002/": ("0002", "Bản Hon", "village"),
}
LOCAL = timezone(timedelta(hours=7))


def build() -> dict[str, Area]:
    """The five areas by path."""
    return {
        path: Area.objects.create(
            path=path,
            code=code,
            name=name,
            kind=kind,
            valid_from=date(2025, 7, 1),
            origin="synthetic",
        )
        for path, (code, name, kind) in PLACES.items()
    }


def user(name: str, role: str, area: Area) -> User:
    """A user of this name, made once."""
    found, _ = User.objects.get_or_create(username=name, defaults={"role": role, "area": area})
    return found


def instant(text: object) -> datetime:
    """The UTC instant of a local time such as ``2026-08-01 06:00``."""
    return datetime.fromisoformat(str(text)).replace(tzinfo=LOCAL).astimezone(UTC)
