"""Memory that is free, on machines with and without control groups."""

from pathlib import Path

import pytest

from hoaban.measure import memory

MB = 2**20


def system(root: Path, files: dict[str, str]) -> Path:
    """A folder that has what a system says of itself."""
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


MEMINFO = {"proc/meminfo": f"MemTotal: {900 * 1024} kB\nMemAvailable: {500 * 1024} kB\n"}


def test_a_system_that_does_not_say_does_not_stop_the_work(tmp_path: Path) -> None:
    assert memory.free_bytes(tmp_path) is None
    assert memory.free_bytes(system(tmp_path, {"proc/meminfo": "MemTotal: 5 kB\n"})) is None


def test_this_machine_says() -> None:
    free = memory.free_bytes()
    assert free is None or free > 0


@pytest.mark.parametrize(
    ("files", "left"),
    [
        ({}, 500),
        ({"proc/self/cgroup": "0::/office\n"}, 500),  # nothing to be read of it
        ({"proc/self/cgroup": "0::/office\n", "sys/fs/cgroup/office/memory.max": "max\n"}, 500),
        (
            {
                "proc/self/cgroup": "0::/office\n",
                "sys/fs/cgroup/office/memory.max": f"{300 * MB}\n",
                "sys/fs/cgroup/office/memory.current": f"{200 * MB}\n",
                "sys/fs/cgroup/office/memory.stat": (
                    f"anon {20 * MB}\ninactive_file {100 * MB}\nactive_file {60 * MB}\n"
                ),
            },
            260,
        ),
        (  # the group above is the narrower one
            {
                "proc/self/cgroup": "0::/office/one\n",
                "sys/fs/cgroup/office/one/memory.max": f"{300 * MB}\n",
                "sys/fs/cgroup/office/memory.max": f"{120 * MB}\n",
                "sys/fs/cgroup/office/memory.current": f"{130 * MB}\n",
            },
            0,
        ),
        (  # in a container the path is the host's
            {
                "proc/self/cgroup": "0::/host/scope\n",
                "sys/fs/cgroup/memory.max": f"{200 * MB}\n",
            },
            200,
        ),
        (
            {
                "proc/self/cgroup": "5:devices:/\n4:cpu,memory:/office\n0::/\n",
                "sys/fs/cgroup/memory/office/memory.limit_in_bytes": f"{400 * MB}\n",
                "sys/fs/cgroup/memory/office/memory.usage_in_bytes": f"{100 * MB}\n",
                "sys/fs/cgroup/memory/office/memory.stat": f"total_inactive_file {30 * MB}\n",
                "sys/fs/cgroup/memory/memory.limit_in_bytes": f"{2**63 - 4096}\n",
            },
            330,
        ),
    ],
)
def test_the_least_of_machine_and_control_groups_is_free(
    tmp_path: Path, files: dict[str, str], left: int
) -> None:
    assert memory.free_bytes(system(tmp_path, MEMINFO | files)) == left * MB


def test_more_than_is_free_is_refused_with_advice() -> None:
    memory.ask(1)
    with pytest.raises(memory.TooLarge, match="ô lưới lớn hơn") as refused:
        memory.ask(2**60)
    assert "fewer" in refused.value.text("en")
