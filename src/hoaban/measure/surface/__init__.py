"""Travel time over the ground, cell by cell: maps of minutes, and what a road would change.

`grid` reads and writes GeoTIFF; `travel.prepare` turns heights and paces into whole numbers
once; `travel.travel` runs from some sources; `update.improve` tries a road or a station and
takes it back. Everything is exact in whole ticks, the same on every machine.
"""
