"""The network against the raster: how far the reported minutes are from a full travel surface.

Reported minutes come from the network, for it can be asked a thousand what-ifs; the surface
walks every cell of the ground. Where the two part, the network's attachments or the surface's
roads are wrong, or a way over open ground is missing from the network. The whole distribution is
published, not a mean.
"""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from hoaban.base.problems import Problem
from hoaban.base.text import Text
from hoaban.measure.network import Flags, Floats

_LEAST_MINUTES = 1.0  # below, both are "at the door": a ratio of seconds says nothing


class NotComparable(Problem):
    vi = (
        "Không so được mạng đường với bản đồ: {network} và {surface} nơi; phải cùng số nơi và "
        "số phút từ 0 trở lên."
    )
    en = (
        "The network and the surface cannot be compared: {network} and {surface} places; both "
        "must have the same places and minutes of 0 or more."
    )


@dataclass(frozen=True, slots=True)
class SelfCheck:
    """Minutes of the network over minutes of the surface, at the places both reach.

    ``ratios`` are the 5th, 25th, 50th, 75th and 95th percentile (None where ``places`` is 0);
    ``within_10``, ``within_25`` shares (0-1) of the places at most so many per cent apart.
    ``only_network``, ``only_surface`` and ``neither`` count the places that one or none reaches.
    """

    places: int
    ratios: tuple[float, ...] | None
    within_10: float | None
    within_25: float | None
    only_network: int
    only_surface: int
    neither: int

    @property
    def as_json(self) -> dict[str, Any]:
        """The same as one JSON object; the percentiles by name."""
        found = asdict(self)
        ratios = found.pop("ratios")
        names = ("p5", "p25", "median", "p75", "p95")
        return {**found, "ratio": dict(zip(names, ratios, strict=True)) if ratios else None}

    @property
    def text(self) -> Text:
        """The distribution in two sentences."""
        apart = (self.only_network, self.only_surface, self.neither)
        vi = "Chỉ mạng đường tới được: {} nơi; chỉ bản đồ: {}; cả hai không: {}.".format(*apart)
        en = "Only the network reaches {} places, only the surface {}, neither {}.".format(*apart)
        if self.ratios is None:
            return Text(f"Không có nơi nào cả hai cùng tới. {vi}", f"Both reach no place. {en}")
        low, _, middle, _, high = (f"{ratio:.2f}" for ratio in self.ratios)
        ten, quarter = (f"{100 * (s or 0):.0f}" for s in (self.within_10, self.within_25))
        comma = [number.replace(".", ",") for number in (middle, low, high)]
        return Text(
            f"Tại {self.places} nơi, phút theo mạng đường bằng {comma[0]} lần bản đồ (90 % từ "
            f"{comma[1]} đến {comma[2]}); {ten} % lệch không quá 10 %, {quarter} % không quá 25 %. "
            + vi,
            f"At {self.places} places the network's minutes are {middle} times the surface's (90 % "
            f"from {low} to {high}); {ten} % are within 10 %, {quarter} % within 25 %. {en}",
        )


def compare(network: Floats, surface: Floats) -> SelfCheck:
    """How far two methods are apart.

    network, surface
        (places,) minutes of the same trips, >= 0; inf (or nan, for a place that stands nowhere)
        where the method does not reach. Less than a minute counts as one, so that a village at
        the door of what it is timed to is equal in both.

    Raises `NotComparable`.
    """
    if network.shape != surface.shape or (network < 0).any() or (surface < 0).any():
        raise NotComparable(network=len(network), surface=len(surface))
    by_network, by_surface = np.isfinite(network), np.isfinite(surface)
    both = by_network & by_surface
    ratio = np.maximum(network[both], _LEAST_MINUTES) / np.maximum(surface[both], _LEAST_MINUTES)
    some = len(ratio) > 0
    return SelfCheck(
        places=len(ratio),
        ratios=tuple(np.percentile(ratio, [5, 25, 50, 75, 95]).tolist()) if some else None,
        within_10=_share(np.abs(ratio - 1) <= 0.10 + 1e-9) if some else None,
        within_25=_share(np.abs(ratio - 1) <= 0.25 + 1e-9) if some else None,
        only_network=int((by_network & ~by_surface).sum()),
        only_surface=int((by_surface & ~by_network).sum()),
        neither=int((~by_network & ~by_surface).sum()),
    )


def _share(holds: Flags) -> float:
    return float(holds.mean())
