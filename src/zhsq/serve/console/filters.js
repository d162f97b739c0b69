// What the list shows: by state, severity, kind, device and time.
import { h, option } from "/console/dom.js";
import { state, t, word } from "/console/state.js";
import { startOfToday, typed } from "/console/format.js";
import { title } from "/console/explain.js";

export const LIVE = ["open", "acknowledged"];
const START = { state: "live", severity: "", rule: "", device: "", period: "", since: "", until: "" };
const HOURS = { hour: 1, day: 24, week: 168 };

export class Filters {
  constructor(changed) {
    this.values = { ...START };
    this.changed = changed;
    this.devices = h("datalist", { id: "devices-known" });
    this.element = h("details", { class: "filters" });
    this.element.open = matchMedia("(min-width: 1000px)").matches;
    this.render();
  }

  get active() {
    return Object.keys(START).filter((name) => this.values[name] !== START[name] && !["since", "until"].includes(name)).length;
  }

  reset() {
    this.values = { ...START };
    this.render();
    this.changed();
  }

  // For GET /v1/alerts.
  query() {
    const { state: which, severity, rule, device, period } = this.values;
    const states = which === "live" ? LIVE : which ? [which] : [];
    let [since, until] = ["", ""];
    if (HOURS[period]) since = new Date(Date.now() - HOURS[period] * 3_600_000).toISOString();
    if (period === "today") since = startOfToday();
    if (period === "custom") [since, until] = [typed(this.values.since), typed(this.values.until)];
    return { state: states, severity, rule, device, since, until };
  }

  know(devices) {
    this.devices.replaceChildren(...devices.map((name) => option(name, name)));
  }

  set(name, value) {
    this.values[name] = value;
    if (name === "period") this.custom.hidden = value !== "custom";
    this.summary();
    this.changed();
  }

  summary() {
    this.head.textContent = this.active ? t("filtersOn", { n: this.active }) : t("filters");
    this.clear.hidden = !this.active;
  }

  render() {
    const choose = (name, label, options) => h("div", { class: "field" },
      h("label", { for: `filter-${name}` }, label),
      h("select", { id: `filter-${name}`, onchange: (event) => this.set(name, event.target.value) },
        options.map(([value, words]) => option(value, words, value === this.values[name]))));
    const words = (kind, values) => values.map((value) => [value, word(kind, value)]);
    const moment = (name, label) => h("div", { class: "field" }, h("label", { for: `filter-${name}` }, label),
      h("input", { type: "datetime-local", id: `filter-${name}`, value: this.values[name], onchange: (event) => this.set(name, event.target.value) }));
    this.head = h("summary", {});
    this.clear = h("button", { type: "button", class: "quiet small", onclick: () => this.reset() }, t("reset"));
    this.custom = h("div", { class: "custom", hidden: this.values.period !== "custom" }, moment("since", t("from")), moment("until", t("to")));
    this.element.replaceChildren(this.head, h("div", { class: "grid", role: "group", "aria-label": t("filters") },
      choose("state", t("state"), [["live", t("stateLive")], ...words("state", ["open", "acknowledged", "resolved", "dismissed"]), ["", t("stateAll")]]),
      choose("severity", t("severity"), [["", t("any")], ...words("severity", ["critical", "major", "minor"])]),
      choose("rule", t("kind"), [["", t("any")], ...state.rules.map((rule) => [rule.name, title(rule)])]),
      h("div", { class: "field" }, h("label", { for: "filter-device" }, t("device")),
        h("input", { id: "filter-device", type: "search", list: "devices-known", autocomplete: "off", placeholder: t("any"), value: this.values.device, onchange: (event) => this.set("device", event.target.value.trim()) }), this.devices),
      choose("period", t("period"), [["", t("any")], ["hour", t("lastHour")], ["today", t("today")], ["day", t("lastDay")], ["week", t("lastWeek")], ["custom", t("custom")]]),
      this.custom, this.clear));
    this.summary();
  }
}
