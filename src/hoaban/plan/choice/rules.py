"""What a choice may not do: refused before any work is chosen, with the rule and its rows."""

from collections.abc import Iterable, Mapping

from hoaban.base.money import format_vnd
from hoaban.base.problems import Problem
from hoaban.base.reading import nearest
from hoaban.plan.choice.instance import Instance, Item


class NegativeCost(Problem):
    vi = "Việc {id}: {what} là {found} đồng; phải từ 0 trở lên, hãy sửa dòng này."
    en = "Work {id}: its {what_en} is {found} đồng; it must be 0 or more, mend this row."


class TwoWorksOneId(Problem):
    vi = "Mã {id} có ở {n} việc; mỗi việc phải có mã riêng."
    en = "The id {id} stands for {n} works; each needs one of its own."


class SourceMayNotPay(Problem):
    vi = (
        "Việc {id} phải làm, nhưng không nguồn nào trong số {sources} có vốn {kind} trong kế "
        "hoạch; hãy đổi nguồn, đổi loại vốn hoặc thêm vốn."
    )
    en = (
        "Work {id} has to be in, but none of the sources {sources} has {kind} money in the plan; "
        "change the source, the kind, or add money."
    )


class UnknownWorkInRule(Problem):
    vi = "Việc {id} cần {first} làm trước, nhưng không có việc nào mã ấy; gần nhất là {nearest}."
    en = "Work {id} needs {first} first, but no work has this id; the nearest is {nearest}."


class LeastAboveMost(Problem):
    vi = "Xã {commune}: mức ít nhất {least} lớn hơn mức nhiều nhất {most}; hãy sửa một trong hai."
    en = "Commune {commune}: its least {least} is above its most {most}; change one of the two."


class LeastAboveMoney(Problem):
    vi = (
        "Các mức ít nhất theo xã cộng lại {least}, nhiều hơn tiền của kế hoạch {money}; hãy hạ mức "
        "hoặc thêm vốn."
    )
    en = (
        "The communes' least amounts come to {least}, more than the plan's money {money}; lower "
        "them or add money."
    )


class LeastCannotBeMet(Problem):
    vi = (
        "Xã {commune}: mức ít nhất {least} nhưng các việc tìm được và trả được ở đó chỉ đến "
        "{found}; hãy hạ mức hoặc thêm việc."
    )
    en = (
        "Commune {commune}: its least is {least}, but the works found that can be paid there come "
        "to {found}; lower it or add works."
    )
    status = 409


class CommuneWithoutWorks(Problem):
    vi = (
        "Quy tắc nêu xã {commune} nhưng không có việc nào ở đó; gần nhất là {nearest}, hãy sửa mã "
        "xã hoặc bỏ quy tắc."
    )
    en = (
        "A rule names the commune {commune}, which has no works; the nearest is {nearest}, mend "
        "the code or drop the rule."
    )


class ForcedAboveMost(Problem):
    vi = (
        "Xã {commune}: các việc bị buộc đưa vào {works} cần {cost}, nhiều hơn mức nhiều nhất "
        "{most}; hãy bỏ bớt việc hoặc nâng mức."
    )
    en = (
        "Commune {commune}: the works forced in, {works}, cost {cost}, above its most {most}; drop "
        "a work or raise the most."
    )


class ForcedTogether(Problem):
    vi = (
        "Hai việc {one} và {other} loại trừ nhau nhưng cùng đang dở hoặc cùng bị buộc đưa vào; hãy "
        "bỏ một việc."
    )
    en = (
        "The works {one} and {other} exclude each other, but both are under way or forced in; "
        "drop one."
    )


class ForcedWithoutFirst(Problem):
    vi = "Việc {id} bị buộc đưa vào nhưng cần {first} làm trước, mà {first} bị loại; hãy bỏ một."
    en = "Work {id} is forced in but needs {first} first, which is forced out; drop one of the two."


class NoAffordablePlan(Problem):
    vi = (
        "Không có phương án nào đủ tiền: các việc bị buộc đưa vào {works} cần {cost}, tiền còn "
        "{money} cho loại vốn và nguồn của chúng; hãy bỏ bớt việc hoặc thêm vốn."
    )
    en = (
        "No plan can be paid: the works forced in, {works}, need {cost}; {money} is left for their "
        "kind and sources of money; drop a work or add money."
    )
    status = 409


def check(instance: Instance) -> None:
    """Refuse an instance that contradicts itself. Raises the problems of this module."""
    _costs(instance.items)
    by_id = {item.id: item for item in instance.items}
    if len(by_id) < len(instance.items):
        names = [item.id for item in instance.items]
        twice = next(name for name in names if names.count(name) > 1)
        raise TwoWorksOneId(id=twice, n=names.count(twice))
    forced = _forced(instance.items, by_id)
    _payers(instance, forced.values())
    _rivals(instance.items, forced)
    _communes(instance)
    _most(instance, forced.values())


def _costs(items: Iterable[Item]) -> None:
    for item in items:
        if item.cost < 0:
            raise NegativeCost(id=item.id, what="chi phí", what_en="cost", found=item.cost)
        if item.upkeep < 0:
            raise NegativeCost(id=item.id, what="duy tu", what_en="upkeep", found=item.upkeep)


def _begun(item: Item) -> bool:
    """Whether it is in for what was begun; a work under way may be forced out, a debt may not."""
    return item.owed or (item.carry_over and item.forced is not False)


def _forced(items: Iterable[Item], by_id: Mapping[str, Item]) -> dict[str, Item]:
    """The new items forced in, with all that they require."""
    found: dict[str, Item] = {}
    waiting = [item for item in items if item.forced is True and not _begun(item)]
    while waiting:
        item = waiting.pop()
        if item.id in found:
            continue
        found[item.id] = item
        for name in item.requires:
            first = by_id.get(name)
            if first is None:
                near = nearest(name, by_id)
                raise UnknownWorkInRule(id=item.id, first=name, nearest=near)
            if first.forced is False and not first.owed:
                raise ForcedWithoutFirst(id=item.id, first=name)
            if not _begun(first):
                waiting.append(first)
    return found


def _payers(instance: Instance, forced: Iterable[Item]) -> None:
    """What must be in needs a source; any other item without one is only never chosen."""
    known = {(kind, source) for _, kind, source in instance.pools}
    for item in forced:
        if item.cost > 0 and not any((item.money, source) in known for source in item.sources):
            sources = ", ".join(item.sources) or "—"
            raise SourceMayNotPay(id=item.id, sources=sources, kind=item.money)


def _rivals(items: Iterable[Item], forced: Mapping[str, Item]) -> None:
    holder = {item.rival: item.id for item in items if item.rival and _begun(item)}
    for item in sorted(forced.values(), key=lambda item: item.id):
        if item.rival:
            if item.rival in holder:
                raise ForcedTogether(one=holder[item.rival], other=item.id)
            holder[item.rival] = item.id


def _communes(instance: Instance) -> None:
    known = sorted({item.commune for item in instance.items if item.commune})
    for commune in sorted({*instance.least, *instance.most}):
        if commune not in known:
            raise CommuneWithoutWorks(commune=commune, nearest=nearest(commune, known))
        least, most = instance.least.get(commune, 0), instance.most.get(commune)
        if most is not None and least > most:
            raise LeastAboveMost(commune=commune, least=format_vnd(least), most=format_vnd(most))
    money, least = sum(instance.pools.values()), sum(instance.least.values())
    if least > money:
        raise LeastAboveMoney(least=format_vnd(least), money=format_vnd(money))


def _most(instance: Instance, forced: Iterable[Item]) -> None:
    for commune, most in sorted(instance.most.items()):
        here = sorted((i for i in forced if i.commune == commune), key=lambda item: item.id)
        cost = sum(item.cost for item in here)
        if cost > most:
            raise ForcedAboveMost(
                commune=commune,
                works=", ".join(item.id for item in here),
                cost=format_vnd(cost),
                most=format_vnd(most),
            )
