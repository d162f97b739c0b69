"""Print what `anomaly_speed.py` measured."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table

Json = dict[str, Any]


def _range(figure: Json, digits: int = 1) -> str:
    return f"{figure['median']:.{digits}f} ({figure['min']:.{digits}f} to {figure['max']:.{digits}f})"


def _threads(found: Json) -> str:
    """Threads that take cameras, times those that each call may use."""
    return f"{found['settings'].get('threads', 1)} x {found['inner']}"


def show(console: Console, result: Json) -> None:
    """A table of all processes, then what follows from them."""
    width, height = result["data"]["frame"]
    title = (
        f"{result['data']['name']}, {width}x{height}, JPEG to score, {result['cores']} cores; "
        f"{result['rounds']} turns of {result['n']} frames a camera; median (least to most); "
        "threads: so many take cameras x so many in each call"
    )
    table = Table(title=title, title_justify="left")
    table.add_column("scorer")
    for column in ("cameras", "threads", "frames/s", "a camera", "CPU ms/frame", "ms/frame, p95", "decode", "peak MiB"):
        table.add_column(column, justify="right")
    for found in result["rows"]:
        table.add_row(
            found["title"] + (", a model each" if found["models"] == "each" else ""),
            str(found["cameras"]),
            _threads(found),
            _range(found["per_second"]),
            f"{found['per_second_a_camera']['median']:.1f}",
            _range(found["cpu_ms"]),
            f"{found['frame_ms']['median']:.1f}, {found['frame_ms']['p95']:.1f}",
            f"{found['steps']['decode']:.1%}",
            "" if found["peak_mib"] is None else f"{found['peak_mib']:.0f}",
        )
    console.print(table)
    for line in lines(result):
        console.print(line, markup=False, highlight=False, soft_wrap=True)


def lines(result: Json) -> list[str]:
    """What the table does not say."""
    told = []
    one = next((found for found in result["rows"] if found["ours"]), None)
    if one:
        shares = ", ".join(f"{name} {share:.1%}" for name, share in one["steps"].items())
        told.append(f"zhsq, steps with {one['cameras']} camera{'s' * (one['cameras'] > 1)}: {shares}")
    for models, grown in result["growth"].items():
        if grown["mib_a_camera"] is None:
            continue
        told.append(
            f"zhsq, one more camera{', its own model' if models == 'each' else ''}: {grown['mib_a_camera']:.1f} MiB; "
            f"CPU a frame {grown['cpu_ms'][0]:.1f} ms with 1 camera, {grown['cpu_ms'][1]:.1f} ms with {grown['cameras'][1]}"
        )
    if result["ratio"]:
        speed, turns, cpu = (result["ratio"][name] for name in ("per_second", "turns", "cpu"))
        told.append(
            f"zhsq beside PatchCore, one camera, each with its faster threads: {speed['value']:.1f} times as fast (95 % {speed['low']:.1f} to "
            f"{speed['high']:.1f}; turns {turns['min']:.1f} to {turns['max']:.1f}); PatchCore takes {cpu['value']:.1f} times the CPU"
        )
    if peer := result["peer"]:
        told.append(
            f"PatchCore: bank of {peer['bank'][0]} rows from {peer['frames']} of {peer['training_frames']} training frames, "
            f"made in {peer['seconds']:.0f} s; {peer['weights']}"
        )
        if full := peer.get("full_bank"):
            told.append(
                f"PatchCore with the bank of all {full['training_frames']} frames ({full['bank'][0]} rows): "
                f"{full['seconds_per_frame']:.1f} s a frame ({full['n']} frames, {full['note']})"
            )
    target = result["bar"]
    if target["measured"] is not None:
        verdict = {True: "met", False: "missed", None: "not judged on these data or cores"}[target["met"]]
        told.append(f"issue 5: {target['needed']:g} frames/s needed, {_range(target['measured'])} measured: {verdict}")
    if others := result["contention"]["other_busy_cores"]:
        told.append(
            f"other programs meanwhile: {others['median']:.2f} cores busy ({others['min']:.2f} to {others['max']:.2f})"
        )
    return [*told, *(f"{name}: {why}" for name, why in result["skipped"].items())]
