"""Who hears what: the only place that knows both ends of an event."""

from hoaban.act import intake
from hoaban.base.events import Handler

WIRING: dict[str, list[Handler]] = {
    "plan.approved": [intake.open_cases],
}
