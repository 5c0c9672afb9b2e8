"""The small province and twelve villages of it, for the tests of drawn people and services."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hoaban.base import law
from hoaban.base.law import Law
from hoaban.base.reading import read_yaml
from hoaban.record.province import Province, read_province
from hoaban.record.synthetic import calibrate, households
from hoaban.record.synthetic.households import Frame, Homes

ROOT = Path(__file__).resolve().parents[3]
NHO = ROOT / "tests/provinces/nho"


@pytest.fixture(scope="session")
def nho() -> Province:
    return read_province(NHO)


@pytest.fixture(scope="session")
def assumed() -> dict[str, Any]:
    """The ``people`` part of the small province's assumptions."""
    return dict(read_yaml(NHO / "synthetic.yaml")["people"])


@pytest.fixture(scope="session")
def rules_of_law() -> Law:
    return law.read(ROOT / "law", NHO / "parameters")


@pytest.fixture(scope="session")
def twelve(nho: Province, assumed: dict[str, Any]) -> Homes:
    """Villages 0001–0003 in the ward, 0004–0008 and 0009–0012 in the two communes, ever farther."""
    counts = calibrate.classes(nho, assumed).households.tolist()
    own = [0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 2, 2]
    sizes = []
    for commune, count in enumerate(counts):
        number = own.count(commune)
        sizes += [count // number + (place < count % number) for place in range(number)]
    spoken = (("vi",), ("blt",), ("hmn",))
    return Homes(
        code=tuple(f"{number:04d}" for number in range(1, 13)),
        path=tuple(f"99/{nho.communes[c].code}/{n:04d}/" for n, c in enumerate(own, start=1)),
        languages=tuple(spoken[commune] for commune in own),
        number=np.arange(1, 13),
        commune=np.array(own),
        households=np.array(sizes),
        remoteness=np.linspace(0.0, 1.0, 12),
        difficult=np.array([0.0] * 7 + [1.0] * 5),
    )


@pytest.fixture(scope="session")
def frame(nho: Province, twelve: Homes, assumed: dict[str, Any]) -> Frame:
    return households.frame(1, nho, twelve, assumed)
