"""The raw answers of a household's review, by name, as the lists of the pack hold them.

The twelve of the standard to 2026, and waste, which the standard of 2027 counts instead of
devices. Bit j of every mask is the j-th of these; the order is for ever: masks are stored.
"""

ANSWERS = (
    "employment",
    "dependants",
    "nutrition",
    "insurance",
    "adult_education",
    "child_attendance",
    "house_quality",
    "house_area",
    "water",
    "toilet",
    "telecom",
    "devices",
    "waste",
)
