// Severity and state, told by a shape and a word beside the colour.
import { h } from "/console/dom.js";
import { word } from "/console/state.js";

const SHAPES = { critical: "▲", major: "◆", minor: "●" };
const STATE_SHAPES = { open: "!", acknowledged: "…", resolved: "✓", dismissed: "–" };
const STATUS_SHAPES = { online: "✓", degraded: "◆", offline: "✕", silent: "▲", "events-only": "○", never: "–" };

const badge = (kind, value, shape) =>
  h("span", { class: `badge ${kind}-${value}` }, h("span", { "aria-hidden": "true", class: "shape" }, shape), word(kind, value));

export const severity = (value) => badge("severity", value, SHAPES[value]);
export const stateBadge = (value) => badge("state", value, STATE_SHAPES[value]);
export const status = (value) => badge("status", value, STATUS_SHAPES[value]);
