"""What a metre costs on a slope, as a function of rise over run: positive uphill."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Slope:
    """A cost function: ``seconds_per_metre`` takes and gives float64 arrays of one shape.

    Its argument is the rise over the run of a move, in the direction of moving. It is
    multiplied by the ``walk`` of the ground: relative functions give 1 on the flat, absolute
    ones give seconds per metre and want ``walk`` = 1. Always > 0 and finite.
    """

    name: str
    seconds_per_metre: Callable[[Floats], Floats]


def _tobler(slope: Floats) -> Floats:
    return np.exp(3.5 * (np.abs(slope + 0.05) - 0.05))


def _langmuir(slope: Floats) -> Floats:
    steep = np.where(slope < -0.2125, -1.9998, 1.9998)
    return 0.72 + np.where(slope >= 0, 6.0, steep) * slope


def _flat(slope: Floats) -> Floats:
    return np.ones_like(slope)


# Tobler (1993, NCGIA TR 93-1): speed 6·exp(-3.5·|slope + 0.05|) km/h, here relative to the flat.
TOBLER = Slope("tobler", _tobler)
# Naismith's rule with Langmuir's corrections (Langmuir 1984), with the constants of GRASS
# r.walk: 0.72 s a metre, 6 s a metre climbed, -2 s a metre down gently, 2 s down steeply.
LANGMUIR = Slope("langmuir", _langmuir)
FLAT = Slope("flat", _flat)
