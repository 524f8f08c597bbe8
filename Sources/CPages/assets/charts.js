// Charts as SVG, each with the same numbers as a table for those who cannot see it.

import { caption, element, format, numbers, shape, widthOf } from "./drawing.js";

/** What the model looks at. */
export function drawImportance(figure, importances, label) {
  const total = importances.reduce((sum, item) => sum + item.total_gain, 0) || 1;
  const items = importances.map((item) => ({ ...item, share: item.total_gain / total }))
    .sort((a, b) => b.share - a.share);
  const width = widthOf(figure, 1200);
  // Labels stand above their bars where there is no room next to them.
  const isNarrow = width < 520;
  const [left, rowHeight] = isNarrow ? [0, 44] : [170, 32];
  const right = 56;
  const svg = shape("svg", { viewBox: `0 0 ${width} ${items.length * rowHeight}`, role: "img",
    "aria-label": `Feature importance, led by ${items.slice(0, 3).map((item) => label(item.name)).join(", ")}` });
  const scale = (width - left - right) / (items[0]?.share || 1);
  items.forEach((item, index) => {
    const top = index * rowHeight;
    const barTop = isNarrow ? top + 20 : top + 5;
    const length = Math.max(2, item.share * scale);
    svg.append(
      shape("text", { x: isNarrow ? 0 : left - 12, y: isNarrow ? top + 13 : top + 20,
        "text-anchor": isNarrow ? "start" : "end", class: "strong" }, label(item.name)),
      shape("rect", { class: "bar-mark", x: left, y: barTop, width: length, height: isNarrow ? 14 : 20, rx: 4 }),
      shape("text", { x: left + length + 8, y: barTop + (isNarrow ? 11 : 15) }, format.share(item.share)));
  });
  figure.replaceChildren(
    caption("What the model looks at", "Share of the loss that splits on each feature saved in training (total gain)."),
    svg,
    numbers("Importance", ["Feature", "Share of gain", "Splits"],
      items.map((item) => [label(item.name), format.share(item.share), format.whole(item.splits)])));
}

/** The probability of each class, the likeliest first. */
export function drawClasses(figure, probabilities) {
  const items = probabilities.map((value, index) => ({ name: `Class ${index}`, value }))
    .sort((a, b) => b.value - a.value);
  const shown = items.slice(0, 20);
  const [width, left, right, rowHeight] = [widthOf(figure, 640), 90, 64, 30];
  const svg = shape("svg", { viewBox: `0 0 ${width} ${shown.length * rowHeight}`, role: "img",
    "aria-label": `Probabilities of the classes, led by ${shown[0].name}` });
  shown.forEach((item, index) => {
    const top = index * rowHeight;
    const length = Math.max(2, item.value * (width - left - right));
    svg.append(
      shape("text", { x: left - 12, y: top + 19, "text-anchor": "end", class: "strong" }, item.name),
      shape("rect", { class: "bar-mark", x: left, y: top + 5, width: length, height: 18, rx: 4 }),
      shape("text", { x: left + length + 8, y: top + 19 }, format.share(item.value)));
  });
  figure.replaceChildren(
    caption("Probability of each class", shown.length < items.length
      ? `The ${shown.length} likeliest of ${items.length} classes.` : "As the model sees this row."),
    svg, numbers("Classes", ["Class", "Probability"], items.map((item) => [item.name, format.share(item.value)])));
}

/** What moves an estimate up and down, the most first; `earlier` is what did before a change. */
export function drawReasons(figure, pushes, earlier, base) {
  const width = widthOf(figure, 640);
  // Labels stand above their bars where there is no room next to them.
  const isNarrow = width < 520;
  const [left, rowHeight, barHeight] = isNarrow ? [0, 46, 16] : [Math.min(250, width * 0.42), 34, 20];
  const before = new Map((earlier ?? []).map(({ name, value }) => [name, value]));
  const most = Math.max(...[...pushes, ...(earlier ?? [])].map(({ value }) => Math.abs(value)));
  // The numbers stand in a column of their own.
  const reach = (width - left - 58) / 2;
  const zero = left + reach;
  const svg = shape("svg", { viewBox: `0 0 ${width} ${pushes.length * rowHeight + 24}`, role: "img",
    "aria-label": reasonsLabel(pushes) });
  svg.append(
    shape("text", { x: zero - 10, y: 13, "text-anchor": "end" }, "◀ lowers"),
    shape("text", { x: zero + 10, y: 13 }, "raises ▶"));
  pushes.forEach(({ name, label, value }, index) => {
    const top = 24 + index * rowHeight;
    const barTop = top + (isNarrow ? 21 : 7);
    const length = (amount) => Math.max(2, Math.abs(amount) / most * reach);
    const box = (amount) => ({ x: amount < 0 ? zero - length(amount) : zero, y: barTop, width: length(amount), height: barHeight, rx: 3 });
    svg.append(
      shape("text", { x: 0, y: isNarrow ? top + 14 : barTop + 15, class: "strong" }, cut(label, (isNarrow ? width : left - 8) / 6.9)),
      shape("rect", { class: value < 0 ? "paid" : "defaulted", ...box(value) }));
    if (before.has(name)) svg.append(shape("rect", { class: "ghost", ...box(before.get(name)) }));
    svg.append(
      shape("text", { x: width, y: barTop + barHeight - 4, "text-anchor": "end" }, signed(value)),
      shape("line", { class: "axis", x1: zero, x2: zero, y1: barTop - 3, y2: barTop + barHeight + 3 }));
  });
  figure.replaceChildren(
    caption("Why this estimate", "What pushes it up and down, against the average of training."
      + (earlier ? " Outlined: before your changes." : "")),
    svg,
    numbers("Reasons", ["Feature and value", "Push on the margin"],
      [["Average of training", signed(base)], ...pushes.map(({ label, value }) => [label, signed(value)])]));
}

const signed = (value) => `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(2)}`;
const cut = (text, most) => text.length > most ? `${text.slice(0, Math.max(1, Math.floor(most) - 1))}…` : text;

function reasonsLabel(pushes) {
  const names = (list) => list.slice(0, 3).map(({ label }) => label).join(", ");
  const [up, down] = [pushes.filter(({ value }) => value > 0), pushes.filter(({ value }) => value < 0)];
  return [up.length > 0 ? `Raised by ${names(up)}` : "", down.length > 0 ? `lowered by ${names(down)}` : ""].filter(Boolean).join("; ");
}

/** Where a score sits among held-out applications; counts are drawn by their square root. */
export function drawDistribution(figure, histogram, probability, outcomes) {
  const [width, height, columns, foot] = [widthOf(figure, 640), 150, 50, 40];
  const merge = histogram.defaults.length / columns;
  const sum = (values, index) => values.slice(index * merge, (index + 1) * merge).reduce((a, b) => a + b, 0);
  const bins = Array.from({ length: columns }, (_, index) => ({
    paid: sum(histogram.non_defaults, index), defaulted: sum(histogram.defaults, index),
  }));
  const top = 26;
  const most = Math.max(1, ...bins.map((bin) => bin.paid + bin.defaulted));
  const high = (count) => Math.sqrt(count / most) * height;
  const text = probability === null ? "Distribution of estimates among held-out applications"
    : `Distribution of estimates; this application at ${format.share(probability)}`;
  const svg = shape("svg", { viewBox: `0 0 ${width} ${top + height + foot}`, role: "img", "aria-label": text });
  const step = width / columns;
  bins.forEach((bin, index) => {
    const total = high(bin.paid + bin.defaulted);
    const part = bin.defaulted === 0 ? 0 : total * bin.defaulted / (bin.paid + bin.defaulted);
    const box = { x: index * step + 0.75, width: step - 1.5 };
    const base = top + height;
    if (part > 0) svg.append(shape("rect", { class: "defaulted", ...box, y: base - part, height: part }));
    if (total > part) svg.append(shape("rect", { class: "paid", ...box, y: base - total, height: total - part }));
  });
  svg.append(
    shape("line", { class: "axis", x1: 0, x2: width, y1: top + height, y2: top + height }),
    shape("line", { class: "reference", x1: width / 2, x2: width / 2, y1: top, y2: top + height }));
  for (const tick of [0, 0.25, 0.5, 0.75, 1]) {
    const anchor = tick === 0 ? "start" : tick === 1 ? "end" : "middle";
    svg.append(shape("text", { x: tick * width, y: top + height + 18, "text-anchor": anchor }, format.rounded(tick)));
  }
  svg.append(shape("text", { x: width / 2, y: top + height + 36, "text-anchor": "middle" }, outcomes.axis));
  if (probability !== null) {
    const x = probability * width;
    const anchor = probability < 0.15 ? "start" : probability > 0.85 ? "end" : "middle";
    svg.append(
      shape("line", { class: "marker", x1: x, x2: x, y1: top - 8, y2: top + height }),
      shape("circle", { class: "marker-head", cx: x, cy: top - 8, r: 4 }),
      shape("text", { class: "strong", x: x + (anchor === "start" ? 8 : anchor === "end" ? -8 : 0),
        y: anchor === "middle" ? 10 : top - 4, "text-anchor": anchor }, "This application"));
  }
  const entry = (name, text) => element("li", {}, element("span", { class: `swatch ${name}`, "aria-hidden": "true" }), text);
  figure.replaceChildren(
    caption("Among applications held out from training", `Beyond the dashed line, ${outcomes.end} is the likelier end. Heights are square roots of counts, so that rare scores show too.`),
    svg,
    element("ul", { class: "legend" }, entry("paid", outcomes.negative), entry("defaulted", outcomes.positive)),
    numbers("Distribution", ["Estimate", outcomes.negative, outcomes.positive], tenths(histogram)));
}

/** The counts of a distribution by tenths of the estimate. */
function tenths({ defaults, non_defaults: paid }) {
  const size = defaults.length / 10;
  const sum = (values, index) => values.slice(index * size, (index + 1) * size).reduce((a, b) => a + b, 0);
  return Array.from({ length: 10 }, (_, index) => [
    `${index * 10}–${index * 10 + 10}%`, format.whole(sum(paid, index)), format.whole(sum(defaults, index))]);
}
