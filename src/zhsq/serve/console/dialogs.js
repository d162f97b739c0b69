// Modal dialogs: the browser's own keep the focus inside, close on Escape and give the focus back.
import { h, option } from "/console/dom.js";
import { t } from "/console/state.js";
import { Problem } from "/console/api.js";

let count = 0;

// Asks for values and sends them; stays open, with what was typed, until it succeeded or the person gave up.
// fields: { name, label, kind: "text" | "choice" | "radio", options: [[value, label]], value, required }
// submit(values) may throw a Problem; refused(problem) may say it in other words: { words, title, over }, over: it can't be sent again.
export function ask({ title, text = "", fields = [], action, danger = false, submit, refused = () => null }) {
  const id = `dialog-${++count}`;
  const inputs = new Map();
  const trouble = h("div", { class: "trouble", role: "alert", hidden: true });
  const send = h("button", { type: "submit", class: danger ? "danger" : "primary" }, action);
  const give = h("button", { type: "button", class: "quiet", onclick: () => dialog.close() }, t("cancel"));
  const form = h("form", { method: "dialog", novalidate: true },
    h("h2", { id }, title),
    text && h("p", { class: "hint" }, text),
    fields.map((field) => input(field, `${id}-${field.name}`, inputs)),
    trouble,
    h("div", { class: "buttons" }, give, send));
  // What opened it may have been drawn anew meanwhile, as others work on the same alert: the focus goes to its like.
  const opener = document.activeElement;
  const dialog = h("dialog", { "aria-labelledby": id, onclose: () => {
    dialog.remove();
    const held = opener?.dataset?.hold;
    if (held && !opener.isConnected) (document.querySelector(`[data-hold="${held}"]`) ?? document.getElementById("detail-title"))?.focus();
  } }, form);
  const tell = (words, heading = "") => {
    trouble.hidden = !words;
    trouble.replaceChildren(...(heading ? [h("strong", {}, heading)] : []), h("p", {}, words));
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    tell("");
    const values = Object.fromEntries([...inputs].map(([name, read]) => [name, read.value()]));
    const missing = fields.find((field) => field.required && !values[field.name].trim());
    if (missing) {
      tell(missing.required);
      inputs.get(missing.name).focus();
      return;
    }
    send.disabled = true;
    try {
      await submit(values);
      dialog.close();
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      const said = await refused(problem);
      tell(said?.words ?? problem.words, said?.title);
      send.hidden = Boolean(said?.over);
      if (said?.over) give.textContent = t("close");
      (said?.over ? give : send).focus();
    } finally {
      send.disabled = false;
    }
  });
  document.body.append(dialog);
  dialog.showModal();
  (dialog.querySelector("textarea, select, input") ?? send).focus();
  return dialog;
}

function input(field, id, inputs) {
  if (field.kind === "radio") {
    const group = h("fieldset", {}, h("legend", {}, field.label), field.options.map(([value, label]) =>
      h("label", { class: "choice" }, h("input", { type: "radio", name: id, value, checked: value === field.value }), label)));
    inputs.set(field.name, {
      value: () => group.querySelector("input:checked")?.value ?? "",
      focus: () => group.querySelector("input").focus(),
    });
    return group;
  }
  const element = field.kind === "choice"
    ? h("select", { id }, field.options.map(([value, label]) => option(value, label, value === field.value)))
    : h("textarea", { id, rows: 3, maxlength: 2000, "aria-required": Boolean(field.required) });
  inputs.set(field.name, { value: () => element.value, focus: () => element.focus() });
  return h("div", { class: "field" }, h("label", { for: id }, field.label), element);
}

// A picture as large as the window allows.
export function enlarge(address, alt, warning = "") {
  const dialog = h("dialog", { class: "large", "aria-label": alt, onclose: () => dialog.remove() },
    warning && h("p", { class: "warning" }, warning),
    h("img", { src: address, alt }),
    h("div", { class: "buttons" }, h("button", { type: "button", class: "quiet", onclick: () => dialog.close() }, t("close"))));
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}
