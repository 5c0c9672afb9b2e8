"""The columns of a province folder's tables, as `hoaban.base.csvfile` reads them."""

from hoaban.base.csvfile import Column

AGE_GROUPS = (*(f"{low}_{low + 4}" for low in range(0, 85, 5)), "85_up")

_SOURCED = {"source": Column(), "confidence": Column()}
_COUNT = Column("integer", low=0)
COMMUNES = {
    "code": Column(unique=True),
    "name": Column(),
    "kind": Column(),
    "area_km2": Column("decimal", low=0.01),
    "population": Column("integer", low=1),
    "zone": Column(),
    "border": Column("flag"),
    "rural": Column("flag"),
    **_SOURCED,
}
# Viet Nam's mainland: a swapped pair of degrees falls outside.
CENTROIDS = {
    "code": Column(unique=True),
    "lon": Column("decimal", low=102, high=110),
    "lat": Column("decimal", low=8, high=24),
    "source": Column(),
}
SIZES = tuple(f"size_{people}" for people in range(1, 8))
OLD_COMMUNES = {
    "old_code": Column(),
    "name": Column(),
    "former_district": Column(),
    "new_code": Column(),
    "population_2019": _COUNT,
    "urban_population_2019": _COUNT,
    "households_2019": _COUNT,
    **dict.fromkeys(SIZES, _COUNT),
    "share": Column("decimal", low=0, high=1),
    "act": Column(),
    "date": Column("date"),
    **_SOURCED,
}
AGES = {
    "district": Column(),
    "area_type": Column(),
    **{f"age_{group}": _COUNT for group in AGE_GROUPS},
    **_SOURCED,
}
STATISTICS = {
    **dict.fromkeys(("indicator", "geography", "period"), Column()),
    "value": Column("decimal"),
    "unit": Column(),
    "source": Column(),
    "url": Column(required=False),
    "confidence": Column(),
    "series": Column(),
}
PROCEDURES = {
    "code": Column(unique=True),
    "name": Column(),
    "field": Column(),
    "basic": Column("flag"),
    "deadline_days": Column("decimal", required=False, low=0),
    "deadline_kind": Column(),
    "channel_online": Column("flag"),
    "decision": Column(),
    "source": Column(),
}
