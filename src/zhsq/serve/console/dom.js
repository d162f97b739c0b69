// Elements without markup: whatever comes from the API is set as text, never parsed.

const SVG = "http://www.w3.org/2000/svg";

// h("button", { class: "quiet", onclick: f, "aria-label": "x", hidden: true }, "text", node, null)
export function h(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children);
}

export function svg(name, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, name), attributes, children);
}

function fill(element, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key === "value" || key === "checked" || key === "selected") element[key] = value;
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

// Says which of several links is the present one.
export function mark(links, present, as = "true") {
  for (const link of links) {
    if (present(link)) link.setAttribute("aria-current", as);
    else link.removeAttribute("aria-current");
  }
}

export const $ = (id) => document.getElementById(id);

export function option(value, label, selected = false) {
  return h("option", { value, selected }, label);
}

// Said to a screen reader, politely; the same words twice are said twice.
export function say(words) {
  const place = $("said");
  place.textContent = "";
  setTimeout(() => { place.textContent = words; }, 50);
}
