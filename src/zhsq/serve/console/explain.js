// Why an alert was raised: its rule in a sentence, and the events' values.
import { state, t, word } from "/console/state.js";
import { number, span } from "/console/format.js";

// What a person at the desk can't use: places in files, numbers of frames.
const DULL = new Set(["estate", "device", "zone", "snapshot", "model", "incident", "box", "started_s", "opened_s", "closed_s", "peak_s"]);

export const ruleOf = (alert) => state.rules.find((rule) => rule.name === alert.rule) ?? null;

// '{device} 报告烟雾' -> '… 报告烟雾'
export function title(rule) {
  return rule.message[state.language].replace(/\{\w+\}/g, "…");
}

const value = (name, given) => (typeof given === "number" ? number(given) : word("value", given, name));

// What a rule asks of an event: 'smoke detector: kind is smoke, value ≥ 1'.
function condition(one) {
  const asked = Object.entries(one.where ?? {}).map(([name, wanted]) =>
    t("is", { field: word("field", name), value: [wanted].flat().map((each) => value(name, each)).join(t("or")) }));
  if (one.at_least !== null && one.at_least !== undefined) asked.push(`${word("field", one.field)} ≥ ${number(one.at_least)}`);
  if (one.at_most !== null && one.at_most !== undefined) asked.push(`${word("field", one.field)} ≤ ${number(one.at_most)}`);
  return asked.length ? t("condition", { event: word("event", one.event), asked: asked.join(t("comma")) }) : word("event", one.event);
}

export function sentence(rule) {
  const within = rule.within_s && span(rule.within_s);
  const kinds = {
    threshold: () => condition(rule),
    state: () => condition(rule),
    schedule: () => condition(rule),
    count: () => t("ruleCount", { count: rule.count, within, what: condition(rule) }),
    absence: () => t("ruleAbsence", { span: span(rule.longer_than_s), what: condition(rule) }),
    sequence: () => t("ruleSequence", { within, what: rule.steps.map(condition).join(" → ") }),
    combination: () => t("ruleCombination", { within, what: rule.all.map(condition).join(" + ") }),
    anomaly: () => t(rule.times > 1 ? "ruleAnomalyTimes" : "ruleAnomaly", { times: number(rule.times) }),
  };
  const hours = rule.during ? t("ruleDuring", { from: rule.during.from ?? rule.during.start, to: rule.during.to ?? rule.during.end }) : "";
  return kinds[rule.kind]() + hours;
}

// The fields that a rule looks at: they stand out among an event's values.
export function looked(rule) {
  if (!rule) return new Set();
  const parts = rule.kind === "sequence" ? rule.steps : rule.kind === "combination" ? rule.all : [rule];
  const found = parts.flatMap((one) => [...Object.keys(one.where ?? {}), one.field]);
  return new Set(rule.kind === "anomaly" ? ["score", "threshold"] : found.filter(Boolean));
}

// [label, value, whether the rule looked at it] of an event.
export function values(event, rule) {
  const seen = looked(rule);
  return Object.entries(event.data)
    .filter(([name, given]) => !DULL.has(name) && given !== null && (given !== "unknown" || seen.has(name)))
    .map(([name, given]) => [word("field", name), value(name, given), seen.has(name)])
    .sort((a, b) => Number(b[2]) - Number(a[2]));
}
