// Day by day: how many alerts, how fast they were handled, how many were false.
import { h, option } from "/console/dom.js";
import { Problem, get, query } from "/console/api.js";
import { bars, lines, share } from "/console/chart.js";
import { day, number, percent, span } from "/console/format.js";
import { title } from "/console/explain.js";
import { state, t, word } from "/console/state.js";

const SEVERITIES = ["critical", "major", "minor"];
const STATES = ["open", "acknowledged", "resolved", "dismissed"];

export class Figures {
  constructor(main) {
    this.main = main;
    this.days = 14;
    this.translate();
  }

  leave() {
    clearTimeout(this.gathering);
  }

  open() {}

  changed() {
    clearTimeout(this.gathering);
    this.gathering = setTimeout(() => this.load(), 2000);
  }

  async load() {
    const asked = (this.asked = (this.asked ?? 0) + 1);
    const where = query({ estate: state.estate === "*" ? "" : state.estate, days: this.days });
    try {
      const [daily, rules] = await Promise.all([get(`/alerts/daily${where}`), get(`/alerts/figures${where}`)]);
      if (asked !== this.asked) return;
      [this.daily, this.rules, this.problem] = [daily, rules.filter((one) => one.device === null), null];
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      this.problem = problem;
    }
    this.translate();
  }

  translate() {
    document.title = t("title");
    const held = document.activeElement?.id;
    const choose = h("select", { id: "days", onchange: (event) => { this.days = Number(event.target.value); this.load(); } },
      [7, 14, 30].map((days) => option(days, t("lastDays", { n: days }), days === this.days)));
    this.main.replaceChildren(h("div", { class: "page" },
      h("div", { class: "list-head" }, h("h1", { id: "page-title", tabindex: "-1" }, t("figuresTitle")), h("div", { class: "field inline" }, h("label", { for: "days" }, t("daysShown")), choose)),
      this.problem && h("p", { class: "trouble", role: "alert" }, this.problem.words),
      this.daily ? this.parts(this.daily) : !this.problem && h("p", { role: "status" }, t("wait"))));
    if (held === "days") this.main.querySelector("#days")?.focus();
  }

  parts({ days, total }) {
    const labels = days.map((one) => day(one.day));
    const minutes = (name) => days.map((one) => (one[name] === null ? null : one[name] / 60));
    const false_ = total.judged ? percent(total.false_alarms / total.judged) : t("none");
    const told = total.judged ? t("falseOf", { judged: total.judged, n: total.false_alarms, low: percent(total.interval[0]), high: percent(total.interval[1]) }) : t("noneJudged");
    const tile = (name, value, hint = "") => h("li", {}, h("span", {}, name), h("strong", {}, value), hint && h("span", { class: "hint" }, hint));
    const tiles = h("ul", { class: "tiles wide" },
      tile(t("opening"), total.alerts, SEVERITIES.map((name) => `${word("severity", name)} ${total.severities[name]}`).join(" · ")),
      tile(t("stillOpen"), total.states.open + total.states.acknowledged, STATES.slice(0, 2).map((name) => `${word("state", name)} ${total.states[name]}`).join(" · ")),
      tile(t("medianAck"), total.acknowledge_s === null ? t("none") : span(total.acknowledge_s)),
      tile(t("medianClose"), total.close_s === null ? t("none") : span(total.close_s)),
      tile(t("falseShare"), false_, told));
    if (!total.alerts) return [tiles, h("div", { class: "empty" }, h("p", { class: "lead" }, t("noFigures")))];
    const severities = SEVERITIES.map((name) => ({ name: word("severity", name), kind: name, values: days.map((one) => one.severities[name]) }));
    const states = STATES.map((name) => ({ name: word("state", name), kind: name, values: days.map((one) => one.states[name]) }));
    const spans = [["acknowledge_s", "ack", t("ack")], ["close_s", "close", t("closed")]].map(([name, kind, words]) => ({ name: words, kind, values: minutes(name) }));
    return [tiles, h("div", { class: "charts" },
      card(t("chartSeverity"), bars(t("chartSeverity"), labels, severities), severities),
      card(t("chartState"), bars(t("chartState"), labels, states), states),
      card(`${t("chartTimes")} · ${t("minutesAxis")}`, spans.some((one) => one.values.some((value) => value !== null)) ? lines(t("chartTimes"), labels, spans, number) : h("p", { class: "hint" }, t("none")), spans),
      h("section", { class: "card", "aria-label": t("chartRules") }, h("h2", {}, t("chartRules")), this.byRule())),
    h("details", { class: "card" }, h("summary", {}, t("table")), h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": t("table") }, this.table(days, total)))];
  }

  byRule() {
    const judged = this.rules.filter((one) => one.judged).sort((a, b) => b.false_share - a.false_share || b.judged - a.judged);
    if (!judged.length) return h("p", { class: "hint" }, t("noneJudged"));
    const named = (name) => { const rule = state.rules.find((one) => one.name === name); return rule ? title(rule) : name; };
    return h("table", { class: "rules" },
      h("thead", {}, h("tr", {}, [t("ruleColumn"), t("share"), t("intervalColumn")].map((name) => h("th", { scope: "col" }, name)))),
      h("tbody", {}, judged.map((one) => {
        const [low, high] = one.interval;
        return h("tr", {}, h("th", { scope: "row" }, named(one.rule)),
          h("td", {}, share({ share: one.false_share, low, high }, percent(one.false_share)), ` ${one.false_alarms}/${one.judged}`),
          h("td", {}, `${percent(low)}–${percent(high)}`));
      })));
  }

  table(days, total) {
    const row = (one, name) => h("tr", {}, h("th", { scope: "row" }, name),
      [one.alerts, ...SEVERITIES.map((key) => one.severities[key]), ...STATES.map((key) => one.states[key]), one.acknowledge_s === null ? t("none") : span(one.acknowledge_s), one.close_s === null ? t("none") : span(one.close_s), one.judged ? `${one.false_alarms}/${one.judged}` : t("none")]
        .map((value) => h("td", {}, value)));
    const heads = [t("dayColumn"), t("opening"), ...SEVERITIES.map((key) => word("severity", key)), ...STATES.map((key) => word("state", key)), t("medianAck"), t("medianClose"), t("falseShare")];
    return h("table", { class: "numbers" }, h("thead", {}, h("tr", {}, heads.map((name) => h("th", { scope: "col" }, name)))),
      h("tbody", {}, [...days].reverse().map((one) => row(one, day(one.day))), row(total, t("total"))));
  }
}

function card(name, chart, series) {
  return h("section", { class: "card", "aria-label": name }, h("h2", {}, name), chart,
    h("ul", { class: "legend" }, series.map((one) => h("li", {}, h("span", { class: `swatch back-${one.kind}`, "aria-hidden": "true" }), one.name))));
}
