// Times, spans and numbers as people read them.
import { state, t, word } from "/console/state.js";

// The API's times say their zone.
export const time = (text) => new Date(text);

const offsetMs = () => {
  const [, sign, hours, minutes] = /^([+-])(\d\d):(\d\d)$/.exec(state.me?.utc_offset ?? "+08:00");
  return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
};

// In the hours of the estate, wherever the browser stands.
function local(text, parts) {
  const locale = state.language === "zh" ? "zh-CN" : "en-GB";
  return new Intl.DateTimeFormat(locale, { timeZone: "UTC", hourCycle: "h23", ...parts }).format(new Date(time(text).getTime() + offsetMs()));
}

export const clock = (text) => local(text, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
export const moment = (text) => local(text, { month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit" });
export const day = (text) => local(`${text}T00:00:00${state.me?.utc_offset ?? "+08:00"}`, { month: "numeric", day: "numeric" });

// A moment that a person typed (datetime-local), in the hours of the estate, for the API.
export const typed = (text) => (text ? new Date(new Date(`${text}Z`).getTime() - offsetMs()).toISOString() : "");

export function startOfToday() {
  const now = Date.now() + offsetMs();
  return new Date(now - (now % 86_400_000) - offsetMs()).toISOString();
}

export function ago(text) {
  const seconds = Math.max(0, (Date.now() - time(text).getTime()) / 1000);
  return seconds < 10 ? t("justNow") : t("ago", { span: span(seconds, Math.floor) });
}

// Of less than ten of its unit with a decimal, unless a rounding is given.
export function span(seconds, round = (count) => (count < 10 && count % 1 >= 0.05 ? count.toFixed(1) : Math.round(count))) {
  const units = [[86_400, "days"], [3600, "hours"], [60, "minutes"]];
  const [size, unit] = units.find(([least]) => seconds >= least) ?? [1, "seconds"];
  return t(unit, { n: round(seconds / size) });
}

export const number = (value) => (Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(4))));
export const percent = (share) => `${(100 * share).toFixed(share > 0 && share < 0.1 ? 1 : 0)}%`;

// 'guard:gate 3:ab12cd34' -> 'Guard gate 3'
export function actor(text) {
  if (text === "clock") return t("byClock");
  const [role, name] = text.split(":");
  return role === "rule" ? t("byRule", { name }) : `${word("role", role)} ${name ?? ""}`.trim();
}
