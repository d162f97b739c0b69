"""The acceptance report as a page and as tables."""

from __future__ import annotations

from zhsq.acceptance.items import SECTIONS
from zhsq.acceptance.report import AcceptanceReport
from zhsq.serve.reporting.document import Bi, Column, Document, Notes, Table, Tile, Tiles, say
from zhsq.serve.reporting.period import Period
from zhsq.serve.reporting.property_page import devices_table

CLASSES = {"new": Bi("新建小区", "new"), "old": Bi("老旧小区", "old"), "ordinary": Bi("普通小区", "ordinary")}
OUTCOMES = {
    "met": Bi("具备验收条件", "ready to be accepted"),
    "not-met": Bi("不具备验收条件", "not ready: items are not met"),
    "not-measured": Bi("尚有未测项目", "open: items are not measured yet"),
}
_COLUMNS = (
    Column(Bi("部分", "section")),
    Column(Bi("项目", "item")),
    Column(Bi("要求", "required")),
    Column(Bi("现状", "found")),
    Column(Bi("结论", "verdict"), "verdict"),
    Column(Bi("待办", "what to do")),
)


def acceptance_document(report: AcceptanceReport, period: Period) -> Document:
    """Lay the report out.

    Args:
        report: what was found.
        period: that it is about; its clock is that of every time shown.
    """
    title = Bi("小区联合验收报告", "Acceptance of an estate")
    facts = [
        (say("estate"), f"{report.name} ({report.estate})" if report.estate else "–"),
        (Bi("类别", "Class"), f"{CLASSES[report.estate_class].zh} {CLASSES[report.estate_class].en}"),
        (say("period"), report.period),
        (say("made"), period.local(report.made_at)),
    ]
    made = Document(title, facts, banner=say("demonstration") if report.demonstration else None)
    made.parts.append(Tiles(_tiles(report)))
    rows = [
        (SECTIONS[item.section], item.what, item.required, item.found, item.verdict, item.advice)
        for section in SECTIONS
        for item in report.items
        if item.section == section
    ]
    made.parts.append(Table("items", Bi("逐项结论", "Item by item"), _COLUMNS, rows, Bi("", ""), group=0))
    made.parts.append(devices_table("devices", report.devices, period))
    made.parts.append(Notes(say("property.about"), _notes(report)))
    made.parts.append(Table("signatures", Bi("签署", "Signatures"), _SIGNED, _SIGNERS, Bi("", ""), file=False))
    return made


def _tiles(report: AcceptanceReport) -> list[Tile]:
    outcome = OUTCOMES[report.outcome]
    tone = {"met": "good", "not-met": "bad", "not-measured": "quiet"}
    counts = [
        (Bi("符合", "Met"), "met", Bi("项", "items")),
        (Bi("不符合", "Not met"), "not-met", Bi("项，见待办", "items: see what to do")),
        (Bi("未测", "Not measured"), "not-measured", Bi("项，见如何测", "items: see how to")),
    ]
    first = Tile(Bi("结论", "Outcome"), outcome.zh, Bi("", outcome.en), tone[report.outcome])  # type: ignore[arg-type]
    return [first, *(Tile(name, str(report.count(key)), detail, tone[key]) for name, key, detail in counts)]  # type: ignore[arg-type]


_SIGNED = [
    Column(Bi("单位", "party")),
    Column(Bi("姓名", "name")),
    Column(Bi("意见", "opinion")),
    Column(Bi("日期", "date")),
]
_SIGNERS = [
    (Bi("建设单位", "builder"), "", "", ""),
    (Bi("物业服务企业", "property company"), "", "", ""),
    (Bi("街道 / 社区", "street office"), "", "", ""),
    (Bi("属地派出所", "local police"), "", "", ""),
]


def _notes(report: AcceptanceReport) -> list[Bi]:
    source = report.requirements
    notes = [
        Bi(
            f"要求表：{source.zh}。可用 --requirements 换成本地方案的要求。",
            f"Requirements: {source.en}. Replace them with --requirements.",
        )
    ]
    if report.assumed:
        notes.append(
            Bi(
                "没有小区档案：按普通小区判断，设备以收到信号的为准。zhsq report profile > site.yaml 可得模板。",
                "No site profile: judged as an ordinary estate, its devices being those heard of. Begin one: zhsq report profile > site.yaml",
            )
        )
    notes += [
        Bi(
            "“按档案所述”的项目未经系统核实，须现场查验。",
            "What is 'as the profile says' was not checked by the system: look on site.",
        ),
        Bi(
            "“有本类事件”指周期内收到过该系统的业务事件；只有心跳的设备须触发一次试验。",
            "'Seen to work' means that an event of its own kind came in the period; one with heartbeats only needs a test.",
        ),
        Bi(
            "准确率按 zhsq bench 的协议，在本小区标注样本上测得；整个 95% 区间达到要求才算符合。",
            "Accuracy is measured on the site's own sample by the protocols of zhsq bench; met when the whole 95 % interval is.",
        ),
    ]
    for task, found in report.samples.items():
        notes.append(
            Bi(
                f"{task}：{found.command or found.data.root}；{found.interval_method}",
                f"{task}: {found.command or found.data.root}; {found.interval_method}",
            )
        )
    return notes
