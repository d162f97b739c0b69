// The frame around the views: signing in, the live line, what is said when something happens, and which view is open.
import { $, h, mark, option, say } from "/console/dom.js";
import { Problem, get, onRefused } from "/console/api.js";
import { Alerts } from "/console/alerts.js";
import { Devices } from "/console/devices.js";
import { Figures } from "/console/figures.js";
import { clock } from "/console/format.js";
import { ready, ring } from "/console/sound.js";
import { keep, state, t, word } from "/console/state.js";
import { Stream } from "/console/stream.js";

const VIEWS = { alerts: Alerts, devices: Devices, figures: Figures };
const TOASTS = 3;
let view = null;
let stream = null;
let wasDown = null;

function translate() {
  document.documentElement.lang = state.language === "zh" ? "zh-CN" : "en";
  document.title = t("title");
  for (const element of document.querySelectorAll("[data-text]")) element.textContent = t(element.dataset.text);
  $("language").lang = state.language === "zh" ? "en" : "zh-CN";
  $("language").textContent = state.language === "zh" ? "English" : "中文";
  if (!state.me) return;
  const nav = $("nav");
  nav.setAttribute("aria-label", t("nav"));
  nav.replaceChildren(...Object.keys(VIEWS).map((name) => h("a", { href: `#${name}`, "data-view": name, "aria-current": name === view?.name && "page" }, t(name))));
  $("estate").replaceChildren(...[...(state.me.estate ? [] : [["*", t("allEstates")]]), ...state.me.estates.map((each) => [each.id, each.name])].map(([id, name]) => option(id, name, id === state.estate)));
  const one = state.me.estate !== null && state.me.estates.length === 1;
  $("estate").hidden = one;
  $("estate-name").textContent = one ? state.me.estates[0].name : "";
  $("who").textContent = `${word("role", state.me.role)} · ${state.me.name}`;
  $("sound").textContent = t(state.sound ? "soundOn" : "soundOff");
  $("sound").setAttribute("aria-pressed", state.sound);
  if (stream) line(stream.line);
}

function line(now) {
  const place = $("line");
  place.className = `line ${now}`;
  place.replaceChildren(h("span", { class: "dot", "aria-hidden": "true" }), t(now || "connecting"));
  if (now === "down") wasDown ??= clock(new Date().toISOString());
  if (now === "live" && wasDown !== null) {
    wasDown = null;
    say(t("back"));
  }
  $("banner").hidden = wasDown === null;
  $("banner").textContent = wasDown === null ? "" : t("downBanner", { time: wasDown });
}

function toast(change) {
  const message = change.message[state.language];
  if (change.severity !== "critical") {
    say(t("newAlert", { message }));
    return;
  }
  ring();
  const close = () => box.remove();
  const box = h("div", { class: "toast" }, h("span", {}, t("newCritical", { message })),
    h("a", { href: `#alerts/${change.alert}`, class: "button small", onclick: close }, t("view")),
    h("button", { type: "button", class: "quiet small", onclick: close }, t("close")));
  box.dataset.alert = change.alert;
  $("toasts").append(box);
  while ($("toasts").children.length > TOASTS) $("toasts").firstChild.remove();
}

function happened(name, change) {
  if (name === "opened") toast(change);
  else document.querySelector(`.toast[data-alert="${change.alert}"]`)?.remove(); // someone is at it
  view?.view.changed(change.alert);
}

function listen() {
  stream?.stop();
  stream = new Stream(`/v1/alerts/stream?estate=${encodeURIComponent(state.estate)}`, {
    line,
    open: () => view?.view.changed(),
    event: happened,
  });
}

// '#alerts/ID', '#devices', '#figures'
async function route() {
  if (!state.me) return;
  const [name, id = null] = location.hash.slice(1).split("/");
  const wanted = VIEWS[name] ? name : "alerts";
  if (view?.name !== wanted) {
    const before = view;
    before?.view.leave();
    view = { name: wanted, view: new VIEWS[wanted]($("main")) };
    mark($("nav").children, (link) => link.dataset.view === wanted, "page");
    if (before) $("main").querySelector("h1").focus();
    view.view.load();
  }
  await view.view.open(wanted === "alerts" ? id : null);
}

async function enter() {
  const me = await get("/console");
  [state.me, state.rules] = [me, (await get("/alerts/rules")).rules];
  if (me.estate) state.estate = me.estate;
  else if (!me.estates.some((each) => each.id === state.estate)) state.estate = "*";
  keep();
  for (const id of ["nav", "line", "who", "sound", "sign-out"]) $(id).hidden = false;
  $("estate-part").hidden = false;
  document.body.classList.add("signed-in");
  view = null;
  translate();
  listen();
  await route();
}

function leave(words = "") {
  stream?.stop();
  view?.view.leave();
  [stream, view, wasDown] = [null, null, null];
  [state.key, state.me, state.rules, state.estate] = ["", null, [], "*"];
  keep();
  for (const id of ["nav", "line", "who", "sound", "sign-out", "estate-part", "banner"]) $(id).hidden = true;
  $("toasts").replaceChildren();
  for (const dialog of document.querySelectorAll("dialog")) dialog.close();
  document.body.classList.remove("signed-in", "reading");
  translate();
  signIn(words);
}

function signIn(words = "") {
  const trouble = h("p", { class: "trouble", role: "alert", hidden: !words }, words);
  const tell = (text) => { trouble.textContent = text; trouble.hidden = !text; };
  const key = h("input", { id: "key", type: "password", autocomplete: "off", spellcheck: "false", "aria-describedby": "key-hint" });
  const send = h("button", { type: "submit", class: "primary" }, t("signIn"));
  const form = h("form", { class: "sign-in card", novalidate: true, onsubmit: async (event) => {
    event.preventDefault();
    state.key = key.value.trim();
    if (!state.key) {
      tell(t("keyMissing"));
      key.focus();
      return;
    }
    send.disabled = true;
    try {
      await enter();
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      const known = { 401: "keyWrong", 403: "roleWrong", 429: "tooMany" }[problem.status];
      state.key = "";
      tell(known ? t(known) : problem.words);
      key.focus();
    } finally {
      send.disabled = false;
    }
  } },
  h("h1", {}, t("signInTitle")), h("p", { id: "key-hint", class: "hint" }, t("signInText")),
  h("div", { class: "field" }, h("label", { for: "key" }, t("key")), key), trouble, send);
  $("main").replaceChildren(form);
  key.focus();
}

$("language").addEventListener("click", () => {
  state.language = state.language === "zh" ? "en" : "zh";
  keep();
  translate();
  if (view) view.view.translate();
  else signIn();
});
$("sound").addEventListener("click", () => {
  state.sound = !state.sound;
  keep();
  translate();
  if (state.sound) { ready(); ring(); }
});
$("sign-out").addEventListener("click", () => leave());
$("skip").addEventListener("click", (event) => { event.preventDefault(); $("main").focus(); });
$("estate").addEventListener("change", (event) => {
  state.estate = event.target.value;
  keep();
  listen();
  view?.view.leave();
  view = null;
  if (location.hash.startsWith("#alerts/")) location.hash = "#alerts";
  route();
});
window.addEventListener("hashchange", route);
onRefused(() => { if (state.me) leave(t("expired")); });

translate();
if (state.key) {
  try {
    await enter();
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    leave(problem.status === 401 ? t("expired") : problem.words);
  }
} else signIn();
