import numpy as np
import pytest

from hoaban.measure.forecast.communes import by_commune
from tests.measure.forecast.scenes import storms
from tests.measure.forecast.test_spells import ask

STAR = "Muong --r0 5km-- Che\nMuong --r1 5km-- Hin\nMuong --r2 5km motorbike-- Pha"


def test_that_a_commune_is_cut_off_when_half_of_its_people_are_worked_by_hand() -> None:
    one, other, short = ([(0, [(r, hours, "none")])] for r, hours in ((0, 96), (1, 192), (1, 95)))
    drawn = storms(one, other, short, [], worlds=2)
    people = np.array([30, 70, 20, 5])
    found = ask(STAR, drawn, (1, 2, 3, 1), people=people)

    communes = by_commune(found.modes["car"], people, np.array([0, 0, 0, -1]), 2, drawn.worlds)

    assert communes.people.tolist() == [100, 0]
    assert communes.unjoined.tolist() == [20, 0]
    # Hin (70) is cut off for a day in one year of four; Che (30) is less than half.
    assert communes.probability[0] == 0.25
    assert communes.people_cut_off[0] == (30 + 70) / 4
    quarters = 30 * 96 + 70 * 192 + 70 * 95
    assert communes.days[0] == pytest.approx(quarters / 96 / 4 / 100)
    assert communes.longest_days[0] == communes.days[0]
    assert communes.days_low[0] <= communes.days[0] <= communes.days_high[0]
    for name in ("probability", "people_cut_off", "days", "days_low", "longest_days"):
        assert np.isnan(getattr(communes, name)[1]), name


def test_that_villages_cut_off_in_different_years_do_not_cut_off_the_commune() -> None:
    apart = storms([(0, [(0, 96, "none")])], [(0, [(1, 96, "none")])])
    together = storms([(0, [(0, 96, "none"), (1, 96, "none")])], [])
    people, of = np.array([49, 51]), np.array([0, 0])

    by_halves, at_once = (
        by_commune(ask(STAR, drawn, (1, 2), people=people).modes["car"], people, of, 1, 1)
        for drawn in (apart, together)
    )

    assert by_halves.people_cut_off.tolist() == at_once.people_cut_off.tolist() == [50]
    assert (by_halves.probability[0], at_once.probability[0]) == (0.5, 0.5)
    assert by_halves.days == pytest.approx(at_once.days)
