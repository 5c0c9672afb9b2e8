"""A small year to verify and to settle: two checked agreements, one draft, people to go there.

Mường Một is in the pilot with every paper, Mường Hai in shadow, Mường Ba still a draft. Hà and
Minh verify from outside; Dua belongs to Mường Một.
"""

from dataclasses import dataclass
from typing import Any

from django.test import Client
from django.utils import timezone

from hoaban.account.models import Agreement, Claim
from hoaban.base.models import Area, User, tell
from tests.web import sample
from tests.web.conftest import make_area, signed_in

PAGE, MINE, YEAR = "/kiem-chung/", "/kiem-chung/viec-cua-toi/", 2027
PAPERS = {"measurable": "1/2026", "cost_basis": "12/2026"}


@dataclass
class People:
    """Who turns the round and who goes there."""

    nga: User  # the province
    ha: User  # verifiers
    minh: User
    dua: User


def people(places: dict[str, Area]) -> People:
    def make(name: str, role: str, path: str) -> User:
        return User.objects.create_user(username=name, role=role, area=places[path])

    return People(
        nga=make("nga", "province", "11/"),
        ha=make("ha", "verifier", "11/"),
        minh=make("minh", "verifier", "11/"),
        dua=make("dua", "verifier", "11/00001/"),
    )


def agreed(places: dict[str, Area], villages: int = 1) -> dict[str, Agreement]:
    """Agreements of three communes with so many villages each; the small province is loaded."""
    made = {}
    places["11/00003/"] = make_area("11/00003/", "Xã Mường Ba", "commune")
    for code, mode in (("00001", "pilot"), ("00002", "shadow"), ("00003", "shadow")):
        paths = [_village(places, f"11/{code}/{n:04}/", n) for n in range(1, villages + 1)]
        status = "draft" if code == "00003" else "checked"
        row = sample.agreement_row(places[f"11/{code}/"], mode=mode, status=status)
        row["conditions"] = dict(PAPERS)
        row["data"] |= {
            "villages": paths,
            "gates": {"accounts": "3/2027"},
            "declared": {"all_season_link": 0.75, "safe_house": 0.6},
        }
        made[code] = Agreement.objects.create(**row)
    tell(
        "record.loaded",
        at=timezone.now(),
        actor=None,
        area=places["11/"],
        subject="11/",
        folder="tests/provinces/nho",
        seed=1,
    )
    return made


def _village(places: dict[str, Area], path: str, number: int) -> str:
    if path not in places:
        places[path] = make_area(path, f"Bản {path[3:8]}-{number}", "village")
    return path


def post(user: User, step: str, *, status: int = 302, page: str = "", **fields: Any) -> str:
    """Send a step's form as this user; the page that answers, or that it leads to."""
    client = signed_in(user)
    given = {"step": step, "year": str(YEAR), **fields}
    found = client.post(page or f"{PAGE}?nam={YEAR}", given)
    assert found.status_code == status, found.content.decode()
    return (client.get(found["Location"]) if status == 302 else found).content.decode()


def after() -> str:
    """An instant after everything so far, as the form's field has it (Vietnam time)."""
    return timezone.localtime().replace(tzinfo=None).isoformat()


def draw(user: User, step: str = "draw", drawn: str = "04 17 93", **more: Any) -> str:
    where = "Xổ số Điện Biên, kỳ 2027-12-15, 18:30"
    return post(user, step, drawn=drawn, published=where, known_at=after(), **more)


def assign(user: User, to: User, claims: list[str], body: str, **more: Any) -> str:
    fields = {"stage": "first", **more}
    return post(user, "assign", claim=claims, verifier=str(to.pk), body=body, **fields)


def find(user: User, claim: str, upheld: str, **more: Any) -> str:
    fields = {"stage": "first", "evidence": "BB-07", **more}
    return post(user, "record", page=MINE, claim=claim, upheld=upheld, **fields)


def drawn_claims(commune: str = "") -> list[str]:
    rows = Claim.objects.exclude(stratum="").filter(key__startswith=f"{YEAR}-{commune}")
    return sorted(rows.values_list("key", flat=True))


def verified(who: People, wrong: str) -> None:
    """The whole first look: locked, drawn, sent out by commune, all upheld but one claim."""
    post(who.nga, "lock")
    draw(who.nga)
    assign(who.nga, who.ha, drawn_claims(), "Kiểm toán")
    for claim in drawn_claims():
        find(who.ha, claim, "no" if claim == wrong else "yes")


def seen(client: Client, year: int | None = None) -> str:
    answer = client.get(PAGE, {} if year is None else {"nam": str(year)})
    assert answer.status_code == 200
    return answer.content.decode()
