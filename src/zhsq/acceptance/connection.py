"""What is connected, against what the estate's class requires: from the site profile and from what was heard."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from zhsq.acceptance.items import Item, Verdict, system_name, verdict
from zhsq.acceptance.profile import SYSTEMS, Profile, System
from zhsq.acceptance.requirements import ClassNeeds
from zhsq.serve.reporting.document import Bi
from zhsq.serve.reporting.uptime import Uptime

_PROFILE = Bi(
    "写一份小区档案：zhsq report profile > site.yaml", "Write a site profile: zhsq report profile > site.yaml"
)
_LINES = {
    "dedicated": Bi("专线", "a dedicated line"),
    "public": Bi("公网", "a public line"),
    "any": Bi("任一线路", "any line"),
    "none": Bi("无线路", "no line"),
}


def systems(needs: ClassNeeds, profile: Profile | None, heard: Sequence[Uptime]) -> Iterator[Item]:
    """An item per kind of system that the class requires.

    A device is connected when anything was heard of it, and proved when an event of its kind was: a fire detector that
    only sends heartbeats was never seen to detect. Without a profile, the devices are those that were heard.

    Args:
        needs: of the class.
        profile: of the site.
        heard: devices of the period.
    """
    by_name = {device.device: device for device in heard if device.signs}
    gates = len(profile.gates) if profile else 0
    for kind in SYSTEMS:
        if kind not in needs.systems:
            continue
        required = needs.systems[kind].count(gates)
        declared = profile.devices(kind) if profile else [d.device for d in heard if kind in d.kinds]
        connected = [name for name in declared if name in by_name]
        proved = [name for name in connected if kind in by_name[name].kinds]
        yield _system(kind, required, declared, connected, proved)


def _system(kind: System, required: int, declared: list[str], connected: list[str], proved: list[str]) -> Item:
    silent = [name for name in declared if name not in connected]
    untried = [name for name in connected if name not in proved]
    advice = Bi("", "")
    found: Verdict = "met"
    if len(connected) < required:
        found = "not-met"
        missing = required - len(connected)
        advice = Bi(f"还差 {missing} 台：接入并登记。", f"{missing} more to connect.")
    elif len(proved) < required:
        found = "not-measured"
        advice = Bi(f"触发一次试验事件：{'、'.join(untried)}", f"Trigger a test event at: {', '.join(untried)}")
    if silent:
        told = Bi(f"未收到信号：{'、'.join(silent)}。", f"Not heard of: {', '.join(silent)}.")
        advice = Bi(f"{advice.zh} {told.zh}".strip(), f"{advice.en} {told.en}".strip())
    return Item(
        section="systems",
        key=kind,
        what=system_name(kind),
        required=Bi(f"至少 {required} 台", f"at least {required}"),
        found=Bi(
            f"档案 {len(declared)}，已接入 {len(connected)}，有本类事件 {len(proved)}",
            f"{len(declared)} declared, {len(connected)} connected, {len(proved)} seen to work",
        ),
        verdict=found,
        advice=advice,
    )


def site(needs: ClassNeeds, profile: Profile | None, heard: Sequence[Uptime], targets: Sequence[str]) -> Iterator[Item]:
    """Gates, legacy equipment, and the line to the platform.

    Args:
        needs: of the class.
        profile: of the site.
        heard: devices of the period.
        targets: names of the targets that the estate's alerts go to.
    """
    yield _gates(needs, profile)
    if profile is not None and any(part.legacy for part in profile.equipment):
        yield _legacy(profile, heard)
    yield _line(needs, profile)
    yield _target(profile, targets)


def _gates(needs: ClassNeeds, profile: Profile | None) -> Item:
    what = Bi("出入口人车分流", "Gates that part people and cars")
    required = Bi(f"不低于 {needs.gates_separated:.0%}", f"at least {needs.gates_separated:.0%}")
    if profile is None or not profile.gates:
        return Item(
            section="site", key="gates", what=what, required=required,
            found=Bi("档案未列出入口", "no gate in the profile"), verdict="not-measured", advice=_PROFILE,
        )  # fmt: skip
    parted = sum(gate.separates_people_and_cars for gate in profile.gates)
    share = parted / len(profile.gates)
    rest = [gate.name for gate in profile.gates if not gate.separates_people_and_cars]
    return Item(
        section="site",
        key="gates",
        what=what,
        required=required,
        found=Bi(
            f"{parted}/{len(profile.gates)}（按档案所述）", f"{parted} of {len(profile.gates)}, as the profile says"
        ),
        verdict=verdict(share >= needs.gates_separated),
        advice=Bi(f"未分流：{'、'.join(rest)}", f"Not parted: {', '.join(rest)}") if rest else Bi("", ""),
    )


def _legacy(profile: Profile, heard: Sequence[Uptime]) -> Item:
    kept = [device for part in profile.equipment if part.legacy for device in part.devices]
    alive = {device.device for device in heard if device.signs}
    silent = [name for name in kept if name not in alive]
    return Item(
        section="site",
        key="legacy",
        what=Bi("利旧设备", "Legacy equipment kept"),
        required=Bi("全部接入", "all connected"),
        found=Bi(
            f"{len(kept) - len(silent)}/{len(kept)} 已接入", f"{len(kept) - len(silent)} of {len(kept)} connected"
        ),
        verdict=verdict(not silent),
        advice=Bi(f"未收到信号：{'、'.join(silent)}", f"Not heard of: {', '.join(silent)}") if silent else Bi("", ""),
    )


def _line(needs: ClassNeeds, profile: Profile | None) -> Item:
    what, required = Bi("至平台的线路", "Line to the platform"), _LINES[needs.line]
    if profile is None:
        return Item(
            section="site", key="line", what=what, required=required, found=Bi("无档案", "no profile"),
            verdict="not-measured", advice=_PROFILE,
        )  # fmt: skip
    line = profile.platform.line
    enough = needs.line in ("none", line) or (needs.line == "any" and line != "none")
    told = _LINES[line]
    found = Bi(f"{told.zh}（按档案所述）", f"{told.en}, as the profile says")
    advice = Bi("", "") if enough else Bi("接通线路后改档案。", "Connect the line, then change the profile.")
    return Item(
        section="site", key="line", what=what, required=required, found=found, verdict=verdict(enough), advice=advice
    )


def _target(profile: Profile | None, targets: Sequence[str]) -> Item:
    wanted = profile.platform.target if profile else None
    there = wanted in targets if wanted is not None else bool(targets)
    shown = "、".join(targets) or "无"
    return Item(
        section="site",
        key="target",
        what=Bi("告警推送目标", "Target that alerts go to"),
        required=Bi(wanted or "至少一个", wanted or "at least one"),
        found=Bi(shown, ", ".join(targets) or "none"),
        verdict=verdict(there),
        advice=Bi("", "")
        if there
        else Bi(
            "用 POST /v1/targets 建立推送目标（docs/alerts.md）", "Make a target: POST /v1/targets (docs/alerts.md)"
        ),
    )
