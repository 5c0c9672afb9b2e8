"""What the database holds: the province with all that its folder says. Light to import."""

from dataclasses import dataclass

from django.conf import settings

from hoaban.base import law as laws
from hoaban.base.law import Law
from hoaban.base.models import Event
from hoaban.base.problems import Problem
from hoaban.measure.place import Place
from hoaban.record import province as provinces
from hoaban.record.province import Province
from hoaban.record.roads import RoadRules


class NothingLoaded(Problem):
    vi = "Chưa nạp tỉnh nào; hãy chạy: hoaban load provinces/dien_bien --synthetic --seed 1."
    en = "No province is loaded; run: hoaban load provinces/dien_bien --synthetic --seed 1."
    status = 409


@dataclass(frozen=True)
class Loaded:
    """The province that the database holds, with all that its folder says."""

    province: Province
    law: Law
    rules: RoadRules
    place: Place
    seed: int | None


def current() -> Loaded:
    """The loaded province with its law, road rules and place. Raises `NothingLoaded`."""
    event = Event.objects.filter(name="record.loaded").first()
    if event is None:
        raise NothingLoaded
    folder = settings.HOME / event.data["folder"]
    province = provinces.read_province(folder)
    return Loaded(
        province=province,
        law=laws.read(settings.LAW, folder / "parameters"),
        rules=RoadRules.read(folder / "roads.yaml"),
        place=Place(
            path=province.path,
            name=province.name,
            centre=province.centre,
            wet_months=province.wet_months,
        ),
        seed=event.data["seed"],
    )
