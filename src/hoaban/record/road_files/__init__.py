"""Roads of a map file (OpenStreetMap, GeoPackage) → a clean network in the register's own terms."""
