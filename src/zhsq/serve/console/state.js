// What every part of the page shares. The key lives in this tab alone: it goes when the tab closes or the person signs out.
import { TEXTS, WORDS } from "/console/texts.js";

const KEPT = "zhsq-console";
const kept = (() => {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT)) ?? {};
  } catch {
    return {};
  }
})();

export const state = {
  key: kept.key ?? "",
  language: new URLSearchParams(location.search).get("lang") ?? kept.language ?? "zh",
  sound: kept.sound ?? false,
  estate: kept.estate ?? "*", // '*': every estate that the caller may see
  me: null, // of GET /v1/console
  rules: [],
};
if (state.language !== "en") state.language = "zh";

export function keep() {
  const { key, language, sound, estate } = state;
  try {
    sessionStorage.setItem(KEPT, JSON.stringify({ key, language, sound, estate }));
  } catch {
    // A browser that keeps nothing: the person signs in again after a reload.
  }
}

// A sentence of texts.js in the language of the page.
export function t(name, fill = {}) {
  return TEXTS[state.language][name].replace(/\{(\w+)\}/g, (_, key) => fill[key] ?? "");
}

// A word of the API (a state, a field, a kind of event) in the language of the page; one that is unknown stays as it is.
// Within a field it may have a meaning of its own, which comes first.
export function word(kind, value, field = "") {
  const words = WORDS[state.language][kind];
  return words?.[`${field}:${value}`] ?? words?.[value] ?? String(value);
}
