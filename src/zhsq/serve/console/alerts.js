// The list of alerts and, beside it or over it, the one that is open.
import { h, mark } from "/console/dom.js";
import { Problem, get, query } from "/console/api.js";
import { severity, stateBadge } from "/console/badges.js";
import { Detail } from "/console/detail.js";
import { Filters } from "/console/filters.js";
import { ago, moment } from "/console/format.js";
import { state, t, word } from "/console/state.js";

const STEP = 50;
const MOST = 1000;
const GATHER_MS = 250; // changes that come together are one look at the list
const RANK = { critical: 0, major: 1, minor: 2 };

export class Alerts {
  constructor(main) {
    this.limit = STEP;
    this.asked = 0;
    this.shown = [];
    this.rows = new Map();
    this.filters = new Filters(() => { this.limit = STEP; this.load(); });
    this.list = h("ul", { class: "alerts", id: "list" });
    this.count = h("p", { class: "count", role: "status" });
    this.note = h("div", { class: "empty", hidden: true });
    this.more = h("button", { type: "button", class: "quiet", hidden: true, onclick: () => this.grow() });
    this.heading = h("h1", { tabindex: "-1" });
    this.pane = h("section", { class: "list-pane", "aria-labelledby": "list-title" },
      h("div", { class: "list-head" }, this.heading, this.count), this.filters.element, this.list, this.note, this.more);
    this.heading.id = "list-title";
    this.place = h("section", { class: "detail-pane" });
    this.detail = new Detail(this.place, () => this.back());
    main.replaceChildren(h("div", { class: "split" }, this.pane, this.place));
    this.clock = setInterval(() => this.times(), 15_000);
    this.translate();
    this.knowDevices();
  }

  leave() {
    clearInterval(this.clock);
    clearTimeout(this.gathering);
    this.detail.close();
    document.body.classList.remove("reading");
  }

  translate() {
    this.heading.textContent = t("listTitle");
    this.more.textContent = t("more");
    this.filters.render();
    this.rows.clear();
    this.paint();
    this.detail.render();
  }

  async open(id) {
    document.body.classList.toggle("reading", Boolean(id));
    mark(this.list.querySelectorAll("a"), (link) => link.dataset.id === id);
    await this.detail.open(id);
  }

  back() {
    const id = this.detail.id;
    location.hash = "#alerts";
    const link = this.list.querySelector(`a[data-id="${id}"]`);
    setTimeout(() => (link?.isConnected ? link : this.heading).focus(), 0);
  }

  // Something happened to an alert, or the line is back (no id).
  changed(id = null) {
    clearTimeout(this.gathering);
    this.gathering = setTimeout(() => this.load(), GATHER_MS);
    if (id === null || id === this.detail.id) this.detail.refresh();
  }

  grow() {
    this.limit = Math.min(MOST, this.limit + STEP);
    this.load();
  }

  async load() {
    const asked = ++this.asked;
    const wanted = { ...this.filters.query(), estate: state.estate === "*" ? "" : state.estate, limit: this.limit };
    try {
      const found = await get(`/alerts${query(wanted)}`);
      if (asked !== this.asked) return;
      this.shown = found.items;
      this.complete = found.next === null;
      this.problem = null;
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      if (asked !== this.asked) return;
      this.problem = problem;
    }
    this.paint();
  }

  // Who is to be handled comes first by severity, else the newest; rows that stay keep their element, and the focus.
  paint() {
    const live = this.filters.values.state === "live";
    const order = [...this.shown].sort((a, b) => (live ? RANK[a.severity] - RANK[b.severity] : 0) || (a.opened_at < b.opened_at ? 1 : -1));
    const rows = order.map((alert) => this.row(alert));
    for (const id of this.rows.keys()) if (!order.some((alert) => alert.id === id)) this.rows.delete(id);
    if (rows.length !== this.list.children.length || rows.some((row, index) => row !== this.list.children[index])) {
      const held = document.activeElement?.dataset?.id;
      this.list.replaceChildren(...rows);
      if (held) this.list.querySelector(`a[data-id="${held}"]`)?.focus();
    }
    const n = this.shown.length;
    this.count.textContent = this.complete === undefined ? t("wait") : t(this.complete ? "counts" : "countsMore", { n });
    this.more.hidden = this.complete !== false || this.limit >= MOST;
    this.note.hidden = n > 0 || this.complete === undefined;
    const plain = this.filters.active === 0;
    this.note.replaceChildren(...(this.problem
      ? [h("p", { class: "lead", role: "alert" }, this.problem.words), h("button", { type: "button", class: "quiet", onclick: () => this.load() }, t("retry"))]
      : [h("p", { class: "lead" }, t(plain ? "empty" : "emptyFiltered")), h("p", {}, t(plain ? "emptyText" : "emptyFilteredText"))]));
    this.note.hidden = !this.problem && this.note.hidden;
    const urgent = this.shown.filter((alert) => alert.severity === "critical" && alert.state === "open").length;
    document.title = urgent ? `(${urgent}) ${t("title")}` : t("title");
  }

  row(alert) {
    const print = JSON.stringify(alert);
    const known = this.rows.get(alert.id);
    if (known?.print === print) return known.element;
    const estate = state.me.estates.length > 1 ? state.me.estates.find((each) => each.id === alert.estate)?.name ?? alert.estate : "";
    const facts = [
      estate, alert.zone, alert.device,
      alert.events > 1 && t("events", { n: alert.events }),
      alert.escalations > 0 && t("escalated", { n: alert.escalations }),
      t("assignedTo", { role: word("role", alert.assigned_to) }),
    ].filter(Boolean).join(" · ");
    const element = h("li", {}, h("a", { href: `#alerts/${alert.id}`, "data-id": alert.id, class: `alert edge-${alert.severity} is-${alert.state}`, "aria-current": alert.id === this.detail.id && "true" },
      h("span", { class: "alert-head" }, severity(alert.severity), stateBadge(alert.state),
        h("time", { datetime: alert.opened_at, title: moment(alert.opened_at) }, ago(alert.opened_at))),
      h("strong", { class: "alert-message" }, alert.message[state.language]),
      h("span", { class: "alert-facts" }, facts)));
    this.rows.set(alert.id, { print, element });
    return element;
  }

  times() {
    for (const place of this.list.querySelectorAll("time")) place.textContent = ago(place.dateTime);
  }

  async knowDevices() {
    const estates = state.estate === "*" ? state.me.estates.map((estate) => estate.id) : [state.estate];
    try {
      const found = await Promise.all(estates.map((estate) => get(`/estates/${estate}/devices/status`)));
      this.filters.know([...new Set(found.flatMap(({ devices }) => devices.map((one) => one.device)))].sort());
    } catch {
      // suggestions only: a key that may not see devices filters without
    }
  }
}
