// Calls of the API by the key of this tab.
import { state, t } from "/console/state.js";

export class Problem extends Error {
  constructor(status, body) {
    super(body.title ?? t("failed"));
    this.status = status;
    this.code = body.code ?? "";
    this.detail = body.detail ?? "";
  }

  get words() {
    return this.status === 0 || !this.detail ? this.message : t("problem", { title: this.message, detail: this.detail });
  }
}

let refused = () => {};

// Called once the key is taken no more.
export function onRefused(act) {
  refused = act;
}

export function headers() {
  return { Authorization: `Bearer ${state.key}`, "Accept-Language": state.language === "zh" ? "zh-CN" : "en" };
}

async function send(path, { method = "GET", json, form, etag } = {}) {
  const sent = headers();
  if (json !== undefined) sent["Content-Type"] = "application/json";
  if (etag) sent["If-Match"] = etag;
  let answer;
  try {
    answer = await fetch(`/v1${path}`, { method, headers: sent, body: json === undefined ? form : JSON.stringify(json) });
  } catch {
    throw new Problem(0, { title: t("offline") });
  }
  if (answer.ok) return answer;
  const problem = new Problem(answer.status, await answer.json().catch(() => ({})));
  if (answer.status === 401) refused(problem);
  throw problem;
}

export const query = (values) => {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    for (const each of Array.isArray(value) ? value : [value]) if (each !== "" && each !== null && each !== undefined) given.append(name, each);
  }
  const text = given.toString();
  return text ? `?${text}` : "";
};

export async function get(path) {
  return (await send(path)).json();
}

// With its ETag: what a change of it is based on.
export async function getTagged(path) {
  const answer = await send(path);
  return { body: await answer.json(), etag: answer.headers.get("ETag") };
}

export async function post(path, json = {}, etag = null) {
  const answer = await send(path, { method: "POST", json, etag });
  return { body: await answer.json(), etag: answer.headers.get("ETag") };
}

export async function upload(path, form) {
  return (await send(path, { method: "POST", form })).json();
}

// The address of a picture in this page; revoke it when it is shown no more.
export async function picture(path, options = {}) {
  return URL.createObjectURL(await (await send(path, options)).blob());
}
