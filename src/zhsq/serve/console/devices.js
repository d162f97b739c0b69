// Every device of the estates, by what was last heard of it: those with trouble first.
import { h, say } from "/console/dom.js";
import { Problem, get } from "/console/api.js";
import { status } from "/console/badges.js";
import { ago, clock, moment } from "/console/format.js";
import { state, t, word } from "/console/state.js";

const EVERY_MS = 30_000;
const ORDER = ["offline", "silent", "degraded", "never", "online", "events-only"];
const TROUBLED = new Set(["offline", "silent", "degraded"]);
const LOW_PCT = 20;

export class Devices {
  constructor(main) {
    this.main = main;
    this.only = false;
    this.found = null;
    this.clock = setInterval(() => this.load(), EVERY_MS);
    this.translate();
  }

  leave() {
    clearInterval(this.clock);
  }

  open() {}

  changed() {}

  async load() {
    const estates = state.me.estates.filter((estate) => state.estate === "*" || estate.id === state.estate);
    try {
      this.found = await Promise.all(estates.map(async (estate) => ({ estate, devices: (await get(`/estates/${estate.id}/devices/status`)).devices })));
      this.problem = null;
      this.at = new Date().toISOString();
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      this.problem = problem;
    }
    this.translate();
  }

  translate() {
    document.title = t("title");
    const held = document.activeElement?.id;
    const all = this.found?.flatMap(({ devices }) => devices) ?? [];
    const troubled = (one) => TROUBLED.has(one.status) || (one.battery_pct !== null && one.battery_pct < LOW_PCT);
    const tiles = ORDER.map((name) => [name, all.filter((one) => one.status === name).length]).filter(([name, count]) => count || name === "online");
    const toggle = h("label", { class: "choice" }, h("input", { type: "checkbox", id: "only", checked: this.only, onchange: (event) => {
      this.only = event.target.checked;
      this.translate();
      say(t("counts", { n: this.main.querySelectorAll("tbody tr").length }));
    } }), t("onlyTroubled"));
    this.main.replaceChildren(h("div", { class: "page" },
      h("div", { class: "list-head" }, h("h1", { id: "page-title", tabindex: "-1" }, t("devicesTitle")), this.at && h("p", { class: "count" }, t("updated", { at: clock(this.at) }))),
      this.problem && h("p", { class: "trouble", role: "alert" }, this.problem.words),
      this.found === null && !this.problem && h("p", { role: "status" }, t("wait")),
      all.length > 0 && [h("ul", { class: "tiles" }, tiles.map(([name, count]) => h("li", {}, status(name), h("strong", {}, count)))), toggle],
      this.found !== null && all.length === 0 && h("div", { class: "empty" }, h("p", { class: "lead" }, t("noDevices")), h("p", {}, t("noDevicesText"))),
      all.length > 0 && this.only && !all.some(troubled) && h("div", { class: "empty" }, h("p", { class: "lead" }, t("allWell"))),
      this.found?.map(({ estate, devices }) => this.estate(estate, this.only ? devices.filter(troubled) : devices))));
    if (held === "only") this.main.querySelector("#only")?.focus();
  }

  estate(estate, devices) {
    if (!devices.length) return null;
    const register = devices.some((one) => one.registered); // where an estate registers none, none is missing
    const kinds = [...new Set(devices.map((one) => one.kind))].sort((a, b) => worst(devices, a) - worst(devices, b) || (a === "") - (b === "") || word("event", a).localeCompare(word("event", b)));
    return h("section", { "aria-label": estate.name }, this.found.length > 1 && h("h2", {}, estate.name), h("div", { class: "kinds" }, kinds.map((kind) =>
      this.table(kind ? word("event", kind) : t("kindNone"), devices.filter((one) => one.kind === kind), register))));
  }

  table(caption, devices, register) {
    const sorted = [...devices].sort((a, b) => ORDER.indexOf(a.status) - ORDER.indexOf(b.status) || a.device.localeCompare(b.device));
    const cell = (name, ...content) => h("td", { "data-name": name }, content);
    return h("div", { class: "card flush" }, h("table", { class: "devices" },
      h("caption", {}, `${caption} · ${devices.length}`),
      h("thead", {}, h("tr", {}, [t("device"), t("status"), t("lastHeard"), t("battery")].map((name) => h("th", { scope: "col" }, name)))),
      h("tbody", {}, sorted.map((one) => h("tr", { class: `row-${one.status}` },
        h("th", { scope: "row" }, one.device, h("span", { class: "hint" }, [one.zone, register && !one.registered && t("unregistered")].filter(Boolean).join(" · "))),
        cell(t("status"), status(one.status)),
        cell(t("lastHeard"), one.last_at ? h("time", { datetime: one.last_at, title: moment(one.last_at) }, ago(one.last_at)) : t("never")),
        cell(t("battery"), battery(one.battery_pct)))))));
  }
}

// Of the devices of a kind, the one that needs someone most: its kind comes first.
const worst = (devices, kind) => Math.min(...devices.filter((one) => one.kind === kind).map((one) => ORDER.indexOf(one.status)));

function battery(share) {
  if (share === null) return t("none");
  return h("span", { class: share < LOW_PCT ? "battery low" : "battery" }, h("meter", { min: 0, max: 100, low: LOW_PCT, value: share, "aria-hidden": "true" }), `${Math.round(share)}%`);
}
