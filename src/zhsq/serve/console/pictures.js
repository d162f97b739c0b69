// The pictures of an alert: fetched by the key of this tab, kept while the alert is open.
import { h, say } from "/console/dom.js";
import { Problem, picture, upload } from "/console/api.js";
import { ask, enlarge } from "/console/dialogs.js";
import { actor, moment } from "/console/format.js";
import { state, t } from "/console/state.js";

const REASONS = [["incident", "reasonIncident"], ["safety", "reasonSafety"], ["complaint", "reasonComplaint"], ["police", "reasonPolice"]];

export class Pictures {
  constructor(alert) {
    this.alert = alert;
    this.addresses = new Map(); // each look is audited: a picture is fetched once
    this.trouble = h("p", { class: "trouble", role: "alert", hidden: true });
  }

  close() {
    for (const address of this.addresses.values()) URL.revokeObjectURL(address);
    this.addresses.clear();
  }

  render(list) {
    return h("section", { "aria-labelledby": "pictures-title" },
      h("h3", { id: "pictures-title" }, t("pictures")),
      list.length ? h("div", { class: "pictures" }, list.map((one) => this.figure(one))) : h("p", { class: "hint" }, t("noPictures")),
      this.trouble, this.adding());
  }

  figure(one) {
    const at = moment(one.taken_at);
    const alt = t(one.kind === "plate" ? "plateAlt" : one.faces ? "pictureAlt" : "pictureAltPlain", { at, n: one.faces });
    const image = h("img", { alt, width: one.width, height: one.height });
    this.fetch(one, image);
    return h("figure", {},
      h("button", { type: "button", class: "picture", title: t("enlarge"), onclick: () => enlarge(image.src, alt) }, image),
      h("figcaption", {}, h("span", {}, [at, one.faces ? t("facesHidden", { n: one.faces }) : t("noFaces"), t("pictureBy", { by: actor(one.by) })].join(" · ")),
        state.me.may_see_originals && one.original_until && h("span", { class: "original" },
          h("button", { type: "button", class: "quiet small", onclick: () => this.look(one, alt) }, t("original")),
          h("span", { class: "hint" }, t("originalUntil", { at: moment(one.original_until) })))));
  }

  async fetch(one, image) {
    try {
      if (!this.addresses.has(one.id)) this.addresses.set(one.id, await picture(`/alerts/${this.alert}/evidence/${one.id}`));
      image.src = this.addresses.get(one.id);
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      this.tell(problem.words);
    }
  }

  look(one, alt) {
    ask({
      title: t("originalTitle"),
      text: t("originalText"),
      fields: [{ name: "reason", label: t("reason"), kind: "radio", options: REASONS.map(([value, name]) => [value, t(name)]), required: t("reasonMissing") }],
      action: t("view"),
      submit: async ({ reason }) => {
        const address = await picture(`/alerts/${this.alert}/evidence/${one.id}/original`, { method: "POST", json: { reason } });
        enlarge(address, alt, t("originalShown")).addEventListener("close", () => URL.revokeObjectURL(address));
      },
    });
  }

  adding() {
    const input = h("input", { type: "file", accept: "image/*", class: "visually-hidden", id: "add-picture", onchange: () => this.add(input) });
    return h("p", { class: "add" }, input, h("label", { for: "add-picture", class: "button quiet small" }, t("addPicture")));
  }

  async add(input) {
    const [file] = input.files;
    if (!file) return;
    this.tell("");
    say(t("uploading"));
    const form = new FormData();
    form.append("image", file, "picture");
    try {
      await upload(`/alerts/${this.alert}/evidence`, form);
      say(t("done", { what: t("addPicture") }));
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      this.tell(problem.words);
    }
    input.value = "";
  }

  tell(words) {
    this.trouble.textContent = words;
    this.trouble.hidden = !words;
  }
}
