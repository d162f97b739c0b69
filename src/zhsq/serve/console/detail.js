// One alert: what happened, why it was raised, what was done, and what may be done now.
import { h, say } from "/console/dom.js";
import { Problem, getTagged, post } from "/console/api.js";
import { severity, stateBadge } from "/console/badges.js";
import { ask } from "/console/dialogs.js";
import { ruleOf, sentence, title, values } from "/console/explain.js";
import { actor, ago, clock, moment, span, time } from "/console/format.js";
import { Pictures } from "/console/pictures.js";
import { state, t, word } from "/console/state.js";

// What each state allows, the first being what is most likely meant.
const STEPS = { open: ["acknowledge", "assign", "dismiss"], acknowledged: ["resolve", "assign", "dismiss"], resolved: ["judge"], dismissed: ["judge"] };
const HANDLERS = ["guard", "property", "operator"];

export class Detail {
  constructor(place, back) {
    this.place = place;
    this.back = back;
    this.id = null;
    this.alert = null;
    this.render();
  }

  close() {
    this.pictures?.close();
    this.pictures = null;
    this.id = this.alert = null;
  }

  async open(id) {
    if (id !== this.id) {
      this.close();
      this.id = id;
      this.pictures = id ? new Pictures(id) : null;
      this.render();
      if (id) await this.refresh({ focus: true });
    }
  }

  async refresh({ focus = false } = {}) {
    const id = this.id;
    if (!id) return;
    try {
      const { body, etag } = await getTagged(`/alerts/${id}`);
      if (id !== this.id) return;
      this.alert = body;
      this.etag = etag;
      this.problem = null;
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      if (id !== this.id) return;
      if (!this.alert) this.problem = problem;
    }
    this.render();
    if (focus) this.place.querySelector("h2")?.focus();
  }

  render() {
    const held = this.place.contains(document.activeElement) ? document.activeElement.dataset.hold : null;
    const scroll = this.place.scrollTop;
    this.place.replaceChildren(...this.parts());
    this.place.scrollTop = scroll;
    if (held) (this.place.querySelector(`[data-hold="${held}"]`) ?? this.place.querySelector("h2"))?.focus();
  }

  parts() {
    const back = h("button", { type: "button", class: "quiet small back", "data-hold": "back", onclick: this.back }, `← ${t("backToList")}`);
    if (!this.id) return [h("div", { class: "empty tall" }, h("p", { class: "lead" }, t("choose")), h("p", {}, t("chooseText")))];
    if (this.problem) return [back, h("div", { class: "empty" }, h("p", { class: "lead", role: "alert" }, this.problem.words))];
    if (!this.alert) return [back, h("p", { class: "empty", role: "status" }, t("wait"))];
    const alert = this.alert;
    return [back, h("article", { class: `detail edge-${alert.severity}`, "aria-labelledby": "detail-title" },
      h("p", { class: "badges" }, severity(alert.severity), stateBadge(alert.state), alert.verdict && h("span", { class: "badge plain" }, word("verdict", alert.verdict))),
      h("h2", { id: "detail-title", tabindex: "-1", "data-hold": "title" }, alert.message[state.language]),
      this.facts(alert), this.actions(alert), this.pictures.render(alert.pictures), this.why(alert), this.timeline(alert))];
  }

  facts(alert) {
    const estate = state.me.estates.find((each) => each.id === alert.estate)?.name ?? alert.estate;
    const since = (end) => t("handled", { span: span((time(end) - time(alert.opened_at)) / 1000) });
    const rows = [
      [t("place"), [estate, alert.zone, alert.device].filter(Boolean).join(" · ")],
      [t("opened"), `${moment(alert.opened_at)} · ${ago(alert.opened_at)}`],
      alert.acknowledged_at && [t("acknowledgedAt"), `${moment(alert.acknowledged_at)} · ${since(alert.acknowledged_at)}`],
      alert.closed_at && [t("closedAt"), `${moment(alert.closed_at)} · ${since(alert.closed_at)}`],
      [t("handler"), [word("role", alert.assigned_to), alert.escalations > 0 && t("escalated", { n: alert.escalations })].filter(Boolean).join(" · ")],
    ];
    return h("dl", { class: "facts" }, rows.filter(Boolean).map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))));
  }

  actions(alert) {
    const looks = { acknowledge: "primary", resolve: "primary", dismiss: "quiet", assign: "quiet", judge: "quiet" };
    const steps = STEPS[alert.state].filter((step) => step !== "judge" || state.me.may_judge);
    return h("div", { class: "actions", role: "group", "aria-label": t("actions") },
      steps.map((step) => h("button", { type: "button", class: looks[step], "data-hold": step, onclick: () => this[step]() }, t(step))),
      h("button", { type: "button", class: "quiet", "data-hold": "note", onclick: () => this.note() }, t("addNote")));
  }

  async acknowledge() {
    const button = this.place.querySelector("[data-hold=acknowledge]");
    button.disabled = true;
    try {
      await this.send("acknowledge", {}, this.etag);
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      const told = (await this.explain(problem)) ?? { words: problem.words };
      this.place.querySelector(".actions").before(h("div", { class: "trouble", role: "alert" }, told.title && h("strong", {}, told.title), h("p", {}, told.words)));
    } finally {
      button.disabled = false;
    }
  }

  dismiss() {
    this.ask("dismiss", { danger: true, title: t("dismissTitle"), text: t("dismissText"), fields: [
      { name: "note", label: t("reason"), required: t("reasonMissing") }, this.verdict("false")] });
  }

  resolve() {
    this.ask("resolve", { title: t("resolveTitle"), text: t("resolveText"), fields: [{ name: "note", label: t("note") }, this.verdict("true")] });
  }

  assign() {
    const others = HANDLERS.filter((role) => role !== this.alert.assigned_to);
    this.ask("assign", { title: t("assignTitle"), fields: [
      { name: "to", label: t("handler"), kind: "radio", value: others[0], options: others.map((role) => [role, word("role", role)]) }] });
  }

  judge() {
    this.ask("verdict", { title: t("judgeTitle"), text: t("judgeText"), name: "judge", fields: [this.verdict(this.alert.verdict === "true" ? "false" : "true")] });
  }

  note() {
    this.ask("notes", { title: t("addNote"), text: t("noteText"), name: "addNote", fields: [{ name: "note", label: t("noteLabel"), required: t("noteMissing") }] });
  }

  verdict(value) {
    return { name: "verdict", label: t("wasIt"), kind: "radio", value, options: [["true", t("verdictTrue")], ["false", t("verdictFalse")]] };
  }

  // A dialog speaks of the alert as it was when it was opened: whoever changed it meanwhile is told of, nothing is overrun.
  ask(path, { name = path, ...dialog }) {
    let seen = this.etag;
    ask({
      ...dialog,
      action: t("send"),
      submit: (values) => this.send(path, values, seen, name),
      refused: async (problem) => {
        const told = await this.explain(problem, name);
        seen = this.etag;
        return told;
      },
    });
  }

  async send(path, values, etag, name = path) {
    const { body, etag: fresh } = await post(`/alerts/${this.id}/${path}`, values, etag);
    this.alert = body;
    this.etag = fresh;
    this.render();
    this.place.querySelector("h2")?.focus();
    say(t("done", { what: t(name) }));
  }

  // 412 and 409 in words: who did what meanwhile, and whether the step is still possible.
  async explain(problem, step = "acknowledge") {
    if (problem.status !== 412 && problem.status !== 409) return null;
    await this.refresh();
    const last = this.alert.timeline.filter((one) => one.action !== "pictured").at(-1);
    const fill = { by: actor(last.by), at: clock(last.at), what: word("step", last.action), state: word("state", this.alert.state) };
    const over = step !== "addNote" && !STEPS[this.alert.state].includes(step);
    return { title: t("changedTitle"), words: t(over ? "changedGone" : "changed", fill), over };
  }

  why(alert) {
    const rule = ruleOf(alert);
    const shown = alert.evidence.map((event) => h("li", {},
      h("p", { class: "event-head" }, h("strong", {}, word("event", event.type)), ` ${event.data.device} `, h("time", { datetime: event.time }, moment(event.time))),
      h("dl", { class: "values" }, values(event, rule).map(([name, value, looked]) =>
        h("div", { class: looked && "looked" }, h("dt", {}, name), h("dd", {}, value, looked && h("span", { class: "visually-hidden" }, ` (${t("lookedAt")})`)))))));
    const missing = alert.evidence.length ? null : rule?.kind === "absence" ? t("silence") : t("evidenceGone");
    return h("section", { "aria-labelledby": "why-title" }, h("h3", { id: "why-title" }, t("why")),
      h("p", { class: "rule" }, h("strong", {}, rule ? t("whyRule", { name: title(rule) }) : t("ruleGone", { name: alert.rule })), rule && h("span", {}, sentence(rule))),
      h("h4", {}, t("evidence")), missing && h("p", { class: "hint" }, missing), h("ul", { class: "events" }, shown),
      alert.events > shown.length && shown.length > 0 && h("p", { class: "hint" }, t("evidenceMore", { n: alert.events, shown: shown.length })));
  }

  timeline(alert) {
    return h("section", { "aria-labelledby": "timeline-title" }, h("h3", { id: "timeline-title" }, t("timeline")),
      h("ol", { class: "timeline" }, alert.timeline.map((step) => h("li", { class: `step-${step.action}` },
        h("time", { datetime: step.at }, moment(step.at)), h("span", { class: "step" }, h("strong", {}, actor(step.by)), ` ${word("step", step.action)}`),
        step.note && h("p", { class: "note" }, said(step.note))))));
  }
}

// What the system wrote is said in the language of the page; what people wrote stays as it is.
function said(note) {
  const [, role, seconds] = /^to (\w+)(?:: not acknowledged in ([\d.]+) s)?$/.exec(note) ?? [];
  if (!role) return note;
  return seconds ? t("escalatedNote", { role: word("role", role), span: span(Number(seconds)) }) : t("assignedNote", { role: word("role", role) });
}
