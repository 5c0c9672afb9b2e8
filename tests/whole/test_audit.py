"""The audit of a loaded register: what it reads and leaves behind; groups decide nothing."""

import unicodedata
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from hoaban.base.models import Area, Event, User
from hoaban.measure.poverty import register as register_of
from hoaban.record.models import Entity
from hoaban.web import audited, auditing, loading
from tests import highland
from tests.home import ROOT, Home

pytestmark = pytest.mark.slow
AT = datetime(2026, 11, 24, 3, tzinfo=UTC)
ON = date(2026, 11, 24)
SAMPLE = ROOT / "tests/record/scorecard_sample.csv"


@pytest.fixture
def register(db: None) -> None:
    """The small province, loaded."""
    loading.load(ROOT / "tests/provinces/nho", seed=1, at=AT)


def audit(**more: Any) -> dict[str, Any]:
    return auditing.audit(on=ON, at=AT, **more)


def looked_at() -> list[str]:
    return sorted(Event.objects.filter(name="record.read").values_list("subject", flat=True))


def test_it_reads_ethnicity_only_when_asked_and_leaves_one_event_a_list(register: None) -> None:
    found = audit()
    # the round of 2026 is there, but not completed yet: looked at, and left
    assert looked_at() == ["reinterviews:*", "reviews:*", "reviews:*"]
    assert (found["round"], found["completed_on"]) == (2025, "2025-12-14")
    assert (found["origin"], found["synthetic_households"]) == ("synthetic", found["households"])
    assert found["decided"]["poor"]["exclusion"] == 0  # generated: decided by the rule
    assert found["decided"]["poor"]["groups"] == []
    assert found["reinterviews"]["households"] > 10
    audit(by="ethnicity")
    assert looked_at().count("households:*") == 1
    purposes = {e.data["purpose"] for e in Event.objects.filter(name="record.read")}
    assert purposes == {"statutory"}


def test_permuting_ethnicity_moves_only_the_rows_by_ethnicity(register: None) -> None:
    for n, row in enumerate(Entity.objects.filter(list="reviews", data__round=2025)):
        if n % 7 == 0:
            row.data["decided"] = "average"
            row.save(update_fields=["data"])
    before = audit(by="ethnicity")
    homes = list(Entity.objects.filter(list="households").order_by("key"))
    groups = [row.data["ethnicity"] for row in homes]
    for row, group in zip(homes, groups[1:] + groups[:1], strict=True):
        row.data["ethnicity"] = group
    Entity.objects.bulk_update(homes, ["data"])
    after, plain = audit(by="ethnicity"), audit()
    rows = [found["decided"]["poor"].pop("groups") for found in (before, after, plain)]
    both = [found["decided"]["multidimensional"].pop("groups") for found in (before, after, plain)]
    assert rows[0] != rows[1]
    assert both[0] != both[1]
    for found in (before, after, plain):
        found.pop("by")
    assert before == after == plain
    assert before["decided"]["poor"]["exclusion"] > 0


def test_an_officer_audits_the_own_commune_and_a_stranger_nothing(register: None) -> None:
    commune = Area.objects.filter(kind="commune").order_by("path").first()
    assert commune is not None
    an = highland.user("an", "commune", commune)
    found = audit(user=an, by="commune")
    (own,) = found["decided"]["poor"]["groups"]
    assert (own["group"], own["name"]) == (commune.path, commune.name)
    assert own["households"] == found["households"]
    with pytest.raises(register_of.NoRoundYet, match="2026-11-24"):
        audit(user=User.objects.create(username="loose"))
    with pytest.raises(register_of.NoRoundYet, match="2021-01-01"):
        auditing.audit(on=date(2021, 1, 1), at=AT)


def test_an_imported_table_scores_the_answers_of_the_form(register: None, tmp_path: Path) -> None:
    assert audit()["scorecard"] is None
    assert loading.import_file("scorecard", SAMPLE, at=AT).startswith("7 dòng")
    reviews = Entity.objects.filter(list="reviews", data__round=2025).select_related("area")
    file = tmp_path / "phieu.csv"
    lines = ["key,area,household,village,round,item,option"]
    for row in reviews.order_by("key")[:60]:
        home, village = row.data["household"], row.data["village"]
        lines.append(f"{home}-1,{row.area.path},{home},{village},2025,thu_1,a")
    file.write_text("\n".join(lines), "utf-8")
    loading.import_file("scorecard_answers", file, at=AT)
    card = audit()["scorecard"]
    assert (card["households"], card["at_line"]["selected"]) == (60, 60)  # 70 and 5 points
    assert "scorecard_answers:*" in looked_at()
    first = reviews.order_by("key").first()
    assert first is not None
    assert first.data["points_a"] is None  # what was recorded stays as it was


def test_the_text_says_what_it_is_for_and_fits_a_terminal(register: None) -> None:
    told = audited.text(audit(by="commune"))
    for words in ("không dùng để xét hộ nào", "ĐIỀU TRA LẠI", "Dữ liệu minh hoạ", "E1", "1.160"):
        assert words in told
    for line in told.splitlines():
        assert sum(not unicodedata.combining(letter) for letter in line) <= 80, line


def test_the_command_prints_one_object_and_refuses_a_stranger(nho: Home) -> None:
    found = nho.json("audit", "--at", "2026-11-24", "--by", "zone")
    assert {"decided", "scorecard", "reinterviews", "thresholds", "seconds"} <= found.keys()
    assert "POVERTY AUDIT" in nho.run("audit", "--at", "2026-11-24").stdout
    assert "khongai" in nho.run("audit", "--user", "khongai", code=2).stderr
