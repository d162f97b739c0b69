// Small charts as SVG. Each has a name for who can't see it, and its numbers stand in a table beside it.
import { svg } from "/console/dom.js";

const [WIDTH, HEIGHT, LEFT, BOTTOM, TOP] = [640, 200, 40, 24, 10];
const inner = { width: WIDTH - LEFT - 8, height: HEIGHT - BOTTOM - TOP };

// The next round number above: 1, 2, 5, 10, 20, 50, ...
export function ceiling(value) {
  const size = 10 ** Math.floor(Math.log10(Math.max(value, 1)));
  return [1, 2, 5, 10].map((step) => step * size).find((step) => step >= value) ?? 1;
}

const y = (value, top) => TOP + inner.height * (1 - value / top);

function frame(name, labels, top, show) {
  const step = inner.width / labels.length;
  const skip = Math.ceil(labels.length / 10);
  const ticks = [0, top / 2, top].filter((tick) => Number.isInteger(tick) || top < 2);
  return svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": name, class: "chart" },
    ticks.map((tick) => [
      svg("line", { x1: LEFT, x2: WIDTH - 8, y1: y(tick, top), y2: y(tick, top), class: "grid" }),
      svg("text", { x: LEFT - 6, y: y(tick, top) + 4, "text-anchor": "end" }, show(tick))]),
    labels.map((label, index) => index % skip === 0 && svg("text", { x: LEFT + step * (index + 0.5), y: HEIGHT - 6, "text-anchor": "middle" }, label)));
}

// series: [{ name, kind, values: [number] }], stacked in their order.
export function bars(name, labels, series, show = String) {
  const sums = labels.map((_, index) => series.reduce((sum, one) => sum + one.values[index], 0));
  const top = ceiling(Math.max(...sums, 1));
  const chart = frame(name, labels, top, show);
  const step = inner.width / labels.length;
  const width = Math.min(36, step * 0.7);
  labels.forEach((label, index) => {
    let base = 0;
    for (const { name: what, kind, values } of series) {
      const value = values[index];
      if (!value) continue;
      chart.append(svg("rect", { x: LEFT + step * (index + 0.5) - width / 2, y: y(base + value, top), width, height: (inner.height * value) / top, class: `fill-${kind}` },
        svg("title", {}, `${label} ${what} ${value}`)));
      base += value;
    }
  });
  return chart;
}

// series: [{ name, kind, values: [number or null] }]; where there is none, the line has a gap.
export function lines(name, labels, series, show) {
  const found = series.flatMap((one) => one.values).filter((value) => value !== null);
  const top = ceiling(Math.max(...found, 1));
  const chart = frame(name, labels, top, show);
  const step = inner.width / labels.length;
  for (const { name: what, kind, values } of series) {
    const points = values.map((value, index) => (value === null ? null : [LEFT + step * (index + 0.5), y(value, top)]));
    const path = points.map((point, index) => (point ? `${points[index - 1] ? "L" : "M"}${point.join(" ")}` : "")).join("");
    chart.append(svg("path", { d: path || "M0 0", class: `line-${kind}` }));
    points.forEach((point, index) => point && chart.append(svg("circle", { cx: point[0], cy: point[1], r: 4, class: `fill-${kind}` }, svg("title", {}, `${labels[index]} ${what} ${show(values[index])}`))));
  }
  return chart;
}

// rows: [{ share, low, high }] with 0..1: the share as a bar, its interval as a line over it.
export function share({ share: value, low, high }, name) {
  return svg("svg", { viewBox: "0 0 100 12", preserveAspectRatio: "none", role: "img", "aria-label": name, class: "share" },
    svg("rect", { x: 0, y: 0, width: 100, height: 12, class: "fill-none" }),
    svg("rect", { x: 0, y: 2, width: 100 * value, height: 8, class: "fill-false" }),
    svg("line", { x1: 100 * low, x2: 100 * high, y1: 6, y2: 6, class: "whisker" }));
}
