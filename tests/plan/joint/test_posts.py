"""T4 under any set of works. S1 speaks nothing of the commune's; S2 of village 0003 is native."""

from hoaban.plan.joint.posts import PostsPart
from hoaban.plan.works import Work
from tests.measure import world
from tests.plan import small
from tests.plan.effects.test_applying import BRIDGE, work
from tests.plan.joint.ready import basis, disagreements, programmes, truth


def course(name: str, *posts: str, share: float = 1.0) -> Work:
    """A course for some staff, passed by a share of them."""
    return work("trains", *posts, course=name, pass_share=share)


def many() -> tuple[list[dict[str, object]], list[Work]]:
    """Thirty staff, and courses of which some overlap."""
    staff: list[dict[str, object]] = [
        {
            "id": f"P{n:02d}",
            "area": "11/00002/" if n % 2 else "11/00001/",
            "role": "commune",
            "title": "leader",
            "native": n % 5 == 0,
            "languages": "hmn" if n % 5 == 0 else None,
        }
        for n in range(30)
    ]
    names = [str(row["id"]) for row in staff]
    works = [
        course("social_governance", *names[:20], share=0.6),
        course("social_governance", *names[10:], share=0.9),
        course("language", *names, share=0.5),
        course("language", *names[15:], share=0.8),
        course("first_aid", *names),
        BRIDGE,
    ]
    return staff, works


def test_both_legs_count_and_a_leg_passed_twice_counts_once() -> None:
    part = PostsPart(
        basis(
            course("social_governance", "S1", "S2"),
            course("language", "S1"),
            course("language", "S1", "S2"),
        )
    )

    assert (part.size, part.start(()).both, part.start(()).legs) == (2, 0, 1)
    assert (part.start((0,)).both, part.start((0,)).legs) == (1, 3)
    assert (part.start((1,)).both, part.start((1,)).legs) == (0, 2)
    assert (part.start((0, 1)).both, part.start((0, 1, 2)).legs) == (2, 4)


def test_staff_are_as_measured_for_any_set() -> None:
    staff, works = many()
    of = basis(*works, tables=small.tables(staff=world.table("staff", staff)))
    part, seen = PostsPart(of), set()
    for chosen in programmes(len(works), 12, seed=2):
        state, measured = part.start(chosen), truth(of, chosen).targets["T4"]["parts"]
        assert state.governance.sum() == measured["governance"]
        assert state.language.sum() == measured["language"]
        assert state.both == measured["both"]
        seen.add(state.both)
    assert len(seen) > 3


def test_a_step_further_or_back_is_the_whole_counted_again() -> None:
    staff, works = many()
    part = PostsPart(basis(*works, tables=small.tables(staff=world.table("staff", staff))))

    assert disagreements(part, len(works)) == []


def test_only_courses_of_a_leg_for_people_in_post_change_anything() -> None:
    part = PostsPart(
        basis(
            course("first_aid", "S1"),
            course("language", "nobody"),
            course("language", "S1"),
            BRIDGE,
        )
    )
    state = part.start(())

    assert part.touches.tolist() == [False, False, True, False]
    assert part.after(state, (), [(0,), (1, 3)]) == [state, state]
