// The enrolment page. The code is taken from behind '#' and kept in memory alone: nothing is stored in the browser.
// All text is set as text, never as markup.
import { TEXTS } from "/enrol/texts.js";

const SIDE = 1600; // pixels: a phone's photo is scaled down, and loses the place and time that it carries
const $ = (id) => document.getElementById(id);
const state = { code: "", language: new URLSearchParams(location.search).get("lang") === "en" ? "en" : "zh", step: "code", info: null, photo: null, attempt: "", record: null };
const text = (name, fill = {}) => TEXTS[state.language][name].replace(/\{(\w+)\}/g, (_, key) => fill[key] ?? "");

class Problem extends Error {
  constructor(body) {
    super(body.title ?? "");
    this.code = body.code ?? "";
    this.reasons = body.reasons ?? [];
  }
}

async function call(path, { method = "GET", form = null, once = "" } = {}) {
  const headers = { "X-Resident-Code": state.code, "Accept-Language": state.language === "zh" ? "zh-CN" : "en" };
  if (once) headers["Idempotency-Key"] = once; // sent again after a broken line, it is answered again
  let answer;
  try {
    answer = await fetch(`/v1/resident${path}`, { method, headers, body: form });
  } catch {
    throw new Problem({ title: text("offline") });
  }
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Problem(body);
  return body;
}

function show(step, { focus = true } = {}) {
  state.step = step;
  for (const section of document.querySelectorAll("main > section")) section.hidden = section.id !== `step-${step}`;
  say("");
  fail("");
  if (focus) $(`step-${step}`).querySelector("h1").focus();
  window.scrollTo(0, 0);
}

const say = (message) => { $("status").textContent = message; };

function fail(message, field = null) {
  $("error").textContent = message;
  $("error").hidden = !message;
  (field?.closest(".choice, #guardian-part") ?? field ?? $("status")).after($("error")); // beside what it is about
  for (const input of document.querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
  if (message && field) {
    field.setAttribute("aria-invalid", "true");
    field.focus();
  }
}

async function busy(button, message, work) {
  button.disabled = true;
  fail("");
  say(message);
  try {
    await work();
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    say("");
    fail(problem.code === "bad-code" ? text("badCode") : problem.message || text("failed"));
  } finally {
    button.disabled = false;
  }
}

function translate() {
  document.documentElement.lang = state.language === "zh" ? "zh-CN" : "en";
  document.title = text("title");
  const other = state.language === "zh" ? "en" : "zh";
  $("language").lang = other === "zh" ? "zh-CN" : "en";
  $("language").textContent = other === "zh" ? "中文" : "English";
  for (const element of document.querySelectorAll("[data-text]")) element.textContent = text(element.dataset.text);
  $("picture").alt = text("pictureAlt");
  $("estate").textContent = state.info?.estate ?? "";
  if (state.info?.consent) statement();
  if (state.record) record();
  $("feedback").replaceChildren();
}

function statement() {
  const parts = state.info.consent[state.language].paragraphs.flatMap(({ heading, text: words }) => {
    const title = document.createElement("h2");
    const paragraph = document.createElement("p");
    title.textContent = heading;
    paragraph.textContent = words;
    return [title, paragraph];
  });
  $("statement").replaceChildren(...parts);
}

async function enter() {
  state.info = await call("");
  translate();
  if (state.info.state === "invited") show("consent");
  else await manage();
}

// The photo upright and small, as JPEG. A kind that this browser can't draw goes as it is; the server says what it takes.
async function prepare(file) {
  try {
    const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, SIDE / Math.max(bitmap.width, bitmap.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(bitmap.width * scale);
    canvas.height = Math.round(bitmap.height * scale);
    canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve) => canvas.toBlob((blob) => resolve(blob ?? file), "image/jpeg", 0.95));
  } catch {
    return file;
  }
}

function feedback(good, lines) {
  const box = document.createElement("div");
  box.className = good ? "reasons good" : "reasons";
  const head = document.createElement("p");
  head.textContent = text(good ? "photoGood" : "photoBad");
  box.append(head);
  if (lines.length) {
    const list = document.createElement("ul");
    for (const line of lines) {
      const item = document.createElement("li");
      item.textContent = line;
      list.append(item);
    }
    box.append(list);
  }
  $("feedback").replaceChildren(box);
  say("");
  $("send").hidden = !good;
  (good ? $("send") : $("camera")).focus();
}

async function photo(input) {
  const [file] = input.files;
  if (!file) return;
  state.photo = null;
  $("send").hidden = true;
  $("feedback").replaceChildren();
  await busy(input, text("looking"), async () => {
    const picture = await prepare(file);
    URL.revokeObjectURL($("picture").src);
    $("picture").src = URL.createObjectURL(picture);
    $("preview").hidden = false;
    const form = new FormData();
    form.append("image", picture, "photo.jpg");
    try {
      await call("/photo", { method: "POST", form });
      state.photo = picture;
      state.attempt = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
      feedback(true, []);
    } catch (problem) {
      if (!(problem instanceof Problem) || !["low-quality", "no-face", "many-faces", "bad-image", "too-large"].includes(problem.code)) throw problem;
      feedback(false, problem.reasons.length ? problem.reasons.map((reason) => reason[`message_${state.language}`]) : [problem.message]);
    }
  });
  input.value = "";
}

async function enrol() {
  const form = new FormData();
  const child = document.querySelector("[name=who]:checked").value === "child";
  form.append("image", state.photo, "photo.jpg");
  form.append("agreed", state.info.consent[state.agreedIn].sha256);
  form.append("under_14", child);
  form.append("guardian", child ? $("guardian").value : "");
  const done = await call("/enrolment", { method: "POST", form, once: state.attempt });
  state.code = done.code;
  state.photo = null;
  URL.revokeObjectURL($("picture").src);
  $("picture").removeAttribute("src");
  $("preview").hidden = true;
  $("personal").textContent = done.code;
  show("done");
}

async function manage() {
  state.record = await call("/record");
  record();
  show("manage");
}

function record() {
  const { consents, erasures, templates, reference } = state.record;
  const last = consents.at(-1);
  const holds = templates.length > 0 && !last.withdrawn_at && new Date(last.expires_at) > new Date();
  $("manage-state").textContent = text(holds ? "stateEnrolled" : erasures.length ? "stateErased" : "stateEnded");
  $("withdraw-part").hidden = !holds;
  const day = (time) => new Date(time).toLocaleString(state.language === "zh" ? "zh-CN" : "en-GB");
  const rows = [
    ["rowReference", reference],
    ["rowPurpose", last.purpose],
    ["rowGiven", day(last.given_at)],
    ["rowEnds", day(last.expires_at)],
    ["rowWithdrawn", last.withdrawn_at && day(last.withdrawn_at)],
    ["rowErased", erasures.length ? day(erasures.at(-1).erased_at) : ""],
    ["rowReceipt", erasures.at(-1)?.digest],
  ];
  $("record").replaceChildren(...rows.filter(([, value]) => value).flatMap(([name, value]) => {
    const term = document.createElement("dt");
    const detail = document.createElement("dd");
    term.textContent = text(name);
    detail.textContent = value;
    return [term, detail];
  }));
}

$("language").addEventListener("click", () => {
  state.language = state.language === "zh" ? "en" : "zh";
  translate();
  say("");
  fail("");
});
$("code-form").addEventListener("submit", (event) => {
  event.preventDefault();
  state.code = $("code").value.trim();
  if (!state.code) fail(text("codeMissing"), $("code"));
  else busy(event.submitter ?? $("code"), text("wait"), enter);
});
for (const choice of document.querySelectorAll("[name=who]")) {
  choice.addEventListener("change", () => { $("guardian-part").hidden = choice.value !== "child"; });
}
$("consent-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const who = document.querySelector("[name=who]:checked");
  if (!who) fail(text("whoMissing"), document.querySelector("[name=who]"));
  else if (who.value === "child" && !$("guardian").value.trim()) fail(text("guardianMissing"), $("guardian"));
  else if (!$("agree").checked) fail(text("agreeMissing"), $("agree"));
  else {
    state.agreedIn = state.language;
    show("photo");
  }
});
$("refuse").addEventListener("click", () => show("refused"));
$("back").addEventListener("click", () => show("consent"));
for (const name of ["camera", "upload"]) $(name).addEventListener("change", () => photo($(name)));
$("photo-form").addEventListener("submit", (event) => {
  event.preventDefault();
  if (state.photo) busy($("send"), text("wait"), enrol);
});
$("copy").addEventListener("click", async () => {
  try {
    await navigator.clipboard.writeText(state.code);
    say(text("copied"));
  } catch {
    say(text("copyFailed"));
  }
});
$("to-manage").addEventListener("click", () => busy($("to-manage"), text("wait"), manage));
$("download").addEventListener("click", () => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([JSON.stringify(state.record, null, 2)], { type: "application/json" }));
  link.download = "my-record.json";
  link.click();
  URL.revokeObjectURL(link.href);
});
$("withdraw").addEventListener("click", () => {
  $("confirm").hidden = false;
  $("withdraw").hidden = true;
  $("confirm-yes").focus();
});
$("confirm-no").addEventListener("click", () => {
  $("confirm").hidden = true;
  $("withdraw").hidden = false;
  $("withdraw").focus();
});
$("confirm-yes").addEventListener("click", () => busy($("confirm-yes"), text("wait"), async () => {
  await call("/withdraw", { method: "POST" });
  await manage();
  say(text("withdrawn"));
}));

const given = decodeURIComponent(location.hash.slice(1));
history.replaceState(null, "", location.pathname + location.search); // the code leaves the address bar and the history
translate();
show("code", { focus: false });
if (given) {
  state.code = given;
  $("code").value = given;
  await busy($("code-form").querySelector("button"), text("wait"), enter);
}
