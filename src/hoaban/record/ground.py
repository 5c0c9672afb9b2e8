"""The ground that maps and grids are cut to: the boundaries of the communes as they stand."""

import shapely

from hoaban.base.problems import Problem
from hoaban.record.models import Boundary
from hoaban.record.road_files.zone import Zone

MARGIN_M = 2_000.0  # kept round a drawn boundary
CELLS_MARGIN_M = 8_000.0  # … and round one that is only grown from points


class NoBoundary(Problem):
    vi = "Chưa có ranh giới xã nào để cắt theo; hãy chạy hoaban load hoặc hoaban import boundaries."
    en = "There is no commune boundary to cut to; run hoaban load or hoaban import boundaries."
    status = 409


def zone(
    epsg: int, *, margin_m: float = MARGIN_M, cells_margin_m: float = CELLS_MARGIN_M
) -> tuple[Zone, bool]:
    """The communes with a margin, and whether their boundaries are grown cells.

    The margin is ``cells_margin_m`` where any boundary is grown. Raises `NoBoundary`.
    """
    kept = Boundary.objects.filter(area__kind="commune", area__valid_to=None)
    shapes, grown = {}, False
    for one in kept.select_related("area").order_by("area__path"):
        shapes[one.area.path] = shapely.from_geojson(one.geojson)
        grown |= one.origin == "synthetic"
    if not shapes:
        raise NoBoundary
    return Zone.of(shapes, epsg=epsg, margin_m=cells_margin_m if grown else margin_m), grown
