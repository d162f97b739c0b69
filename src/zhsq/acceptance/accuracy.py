"""Accuracy on the site's own labelled sample, by the very protocols of `zhsq bench`."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from pathlib import Path

from pydantic import ValidationError

from zhsq.acceptance.items import Item, Verdict
from zhsq.acceptance.profile import Sample, Task
from zhsq.acceptance.requirements import AccuracyNeed
from zhsq.bench import suite
from zhsq.bench.result import BenchOptions
from zhsq.data.registry import cards
from zhsq.errors import ZhsqError
from zhsq.protocols.report import Report
from zhsq.serve.reporting.document import Bi

NAMES: dict[Task, Bi] = {
    "plate-reading": Bi("车牌识别（裁好的车牌）", "Plates, crops"),
    "plate-end-to-end": Bi("车牌识别（整幅照片）", "Plates, whole photos"),
    "face-verification": Bi("人脸 1:1", "Faces, 1:1"),
    "face-identification": Bi("人脸 1:N", "Faces, 1:N"),
}
_LAYOUTS: dict[Task, Bi] = {
    "plate-reading": Bi("labels.csv（file, plate）与车牌裁图", "labels.csv (file, plate) beside the crops"),
    "plate-end-to-end": Bi("labels.csv（file, plate）与照片", "labels.csv (file, plate) beside the photos"),
    "face-verification": Bi("pairs.txt 与每人一个文件夹", "pairs.txt and a folder a person"),
    "face-identification": Bi("每人一个文件夹，限已同意的人", "a folder a person, only of people who agreed"),
}


def measured(sample: Sample, options: BenchOptions) -> Report:
    """The report of a sample: read, or measured now.

    Raises:
        ZhsqError: the report can't be read or is of another task; the data are not in the layout.
    """
    if sample.data is not None:
        return suite.run(sample.task, None, str(sample.data), options).report
    return read_report(sample.report or Path(), sample.task)


def read_report(path: Path, task: str) -> Report:
    """What `zhsq bench --json` wrote.

    Raises:
        ZhsqError: it can't be read, is no report, or is of another task.
    """
    hint = f"Make it: zhsq bench {task} --data FOLDER --json {path}"
    try:
        found = Report.model_validate_json(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ZhsqError(f"{path} can't be read: {error}.", hint) from error
    except ValidationError as error:
        raise ZhsqError(f"{path} is no report of one model: {error.errors()[0]['msg']}.", hint) from error
    if found.task != task:
        raise ZhsqError(f"{path} is of {found.task}, not of {task}.", hint)
    return found


def accuracy(needs: Mapping[Task, AccuracyNeed], reports: Mapping[Task, Report]) -> Iterator[Item]:
    """An item per task that is required. Public data say nothing of a site: they are shown, never judged.

    Args:
        needs: per task.
        reports: of the site's samples.
    """
    for task, need in needs.items():
        report = reports.get(task)
        yield _missing(task, need) if report is None else _judged(task, need, report)


def _missing(task: Task, need: AccuracyNeed) -> Item:
    layout = _LAYOUTS[task]
    return Item(
        section="accuracy",
        key=task,
        what=NAMES[task],
        required=_required(need),
        found=Bi("没有本小区的标注样本", "no labelled sample of this site"),
        verdict="not-measured",
        advice=Bi(f"档案 samples 写入 {task}：{layout.zh}", f"Name one under `samples`, task {task}: {layout.en}"),
    )


def _judged(task: Task, need: AccuracyNeed, report: Report) -> Item:
    figure = report.metrics.get(need.metric)
    if figure is None or math.isnan(figure.value):
        known = ", ".join(report.metrics)
        return Item(
            section="accuracy", key=task, what=NAMES[task], required=_required(need),
            found=Bi(f"报告没有 {need.metric}", f"the report has no {need.metric}"), verdict="not-measured",
            advice=Bi(f"报告中有：{known}", f"It has: {known}"),
        )  # fmt: skip
    public = report.data.name in cards()
    met, advice = _verdict(need, figure.low, figure.high, figure.value)
    if public:
        met = "not-measured"
        advice = Bi(
            f"{report.data.name} 是公开数据，不能代表本小区：用本小区样本再测",
            f"{report.data.name} is public and says nothing of this site: measure its own sample",
        )
    told = f"{need.metric} {figure.value:.4f} ({figure.low:.4f}–{figure.high:.4f}), n = {report.n}"
    source = f"{report.data.name}, {report.protocol}, {report.model.name} {report.model.version}"
    return Item(
        section="accuracy",
        key=task,
        what=NAMES[task],
        required=_required(need),
        found=Bi(f"{told}；{source}", f"{told}; {source}"),
        verdict=met,
        advice=advice,
    )


def _verdict(need: AccuracyNeed, low: float, high: float, value: float) -> tuple[Verdict, Bi]:
    """Met when the whole interval is on the right side, not met when the value is not; else the sample is too small."""
    if need.at_least is not None:
        good, sure = value >= need.at_least, low >= need.at_least
    else:
        limit = need.at_most if need.at_most is not None else math.inf
        good, sure = value <= limit, high <= limit
    if good and sure:
        return "met", Bi("", "")
    if not good:
        return "not-met", Bi("改善相机角度、补光或阈值后再测", "Better angles, light or threshold; then measure again")
    return "not-measured", Bi(
        "数值达到要求但区间未达到：样本太少，补充后再测",
        "The value reaches it, its interval does not: too few; add to the sample",
    )


def _required(need: AccuracyNeed) -> Bi:
    sign, limit = ("≥", need.at_least) if need.at_least is not None else ("≤", need.at_most)
    return Bi(f"{need.metric} {sign} {limit:g}", f"{need.metric} {sign} {limit:g}")
