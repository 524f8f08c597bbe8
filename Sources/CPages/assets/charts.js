// Charts as SVG, each with the same numbers as a table for those who cannot see it.

const SVG = "http://www.w3.org/2000/svg";

/** An element with attributes and children; texts become text nodes, so nothing is parsed. */
export function element(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

function shape(name, attributes = {}, text = null) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  if (text !== null) node.textContent = text;
  return node;
}

const whole = new Intl.NumberFormat("en");
const share = new Intl.NumberFormat("en", { style: "percent", maximumFractionDigits: 1 });
const precise = new Intl.NumberFormat("en", { maximumSignificantDigits: 6 });
const rounded = new Intl.NumberFormat("en", { style: "percent" });

export const format = {
  whole: (value) => whole.format(value),
  share: (value) => share.format(value),
  /** Six digits at most: single precision has few more. */
  value: (value) => precise.format(value),
};

function caption(title, text) {
  return element("figcaption", {}, element("strong", {}, title), element("span", {}, text));
}

/** The numbers that a chart shows. */
function numbers(title, headings, rows) {
  const head = element("tr", {}, ...headings.map((text, index) =>
    element("th", { scope: "col", class: index ? "number" : "" }, text)));
  const body = rows.map((row) => element("tr", {}, ...row.map((text, index) =>
    index ? element("td", { class: "number" }, text) : element("th", { scope: "row" }, text))));
  const table = element("table", {}, element("thead", {}, head), element("tbody", {}, ...body));
  return element("details", {}, element("summary", {}, "Show the numbers"),
    element("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": `${title}: numbers` }, table));
}

/** The width that a figure has for its chart, in pixels, within what charts are made for. */
function widthOf(figure, most) {
  const style = getComputedStyle(figure);
  const width = figure.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
  return Math.max(260, Math.min(most, width > 0 ? width : most));
}

/** A square plot of two shares, with its grid and axes. */
function squarePlot(figure, label, xTitle, yTitle) {
  const [left, top] = [62, 8];
  const size = widthOf(figure, 460) - left - 16;
  const svg = shape("svg", { viewBox: `0 0 ${left + size + 16} ${top + size + 46}`, class: "plot", role: "img", "aria-label": label });
  const x = (value) => left + value * size;
  const y = (value) => top + (1 - value) * size;
  for (const tick of [0, 0.25, 0.5, 0.75, 1]) {
    svg.append(
      shape("line", { class: "grid-line", x1: x(0), x2: x(1), y1: y(tick), y2: y(tick) }),
      shape("line", { class: "grid-line", y1: y(0), y2: y(1), x1: x(tick), x2: x(tick) }),
      shape("text", { x: x(tick), y: y(0) + 18, "text-anchor": "middle" }, rounded.format(tick)),
      shape("text", { x: x(0) - 7, y: y(tick) + 4, "text-anchor": "end" }, rounded.format(tick)));
  }
  svg.append(
    shape("text", { x: x(0.5), y: y(0) + 40, "text-anchor": "middle" }, xTitle),
    shape("text", { transform: `translate(13 ${y(0.5)}) rotate(-90)`, "text-anchor": "middle" }, yTitle),
    shape("path", { class: "axis", d: `M${x(0)} ${y(1)}V${y(0)}H${x(1)}` }),
    shape("path", { class: "reference", d: `M${x(0)} ${y(0)}L${x(1)} ${y(1)}` }));
  return { svg, x, y };
}

const path = (points) => "M" + points.map(([x, y]) => `${x.toFixed(2)} ${y.toFixed(2)}`).join("L");

/** How many defaults are found for how many false alarms. */
export function drawROC(figure, roc, auc) {
  const plot = squarePlot(figure, `ROC curve, area under it ${auc.toFixed(3)}`, "False alarms among repaid loans", "Defaults found");
  const points = roc.map(([falsePositives, truePositives]) => [plot.x(falsePositives), plot.y(truePositives)]);
  plot.svg.append(
    shape("path", { class: "area", d: `${path(points)}L${plot.x(1)} ${plot.y(0)}Z` }),
    shape("path", { class: "curve", d: path(points) }),
    shape("text", { class: "strong", x: plot.x(0.97), y: plot.y(0.06), "text-anchor": "end" }, `AUC ${auc.toFixed(3)}`));
  const step = Math.max(1, Math.floor(roc.length / 20));
  const rows = roc.filter((_, index) => index % step === 0 || index === roc.length - 1)
    .map(([falsePositives, truePositives]) => [format.share(falsePositives), format.share(truePositives)]);
  figure.replaceChildren(
    caption("ROC curve", "Defaults found against false alarms, at every threshold. The dashed line is guessing."),
    plot.svg, numbers("ROC curve", ["False alarms", "Defaults found"], rows));
}

/** Whether probabilities mean what they say. */
export function drawCalibration(figure, bins) {
  const filled = bins.filter((bin) => bin.rows > 0);
  const plot = squarePlot(figure, "Calibration curve", "Estimated probability", "Share that defaulted");
  const points = filled.map((bin) => [plot.x(bin.predicted), plot.y(bin.observed)]);
  plot.svg.append(shape("path", { class: "curve", d: path(points) }));
  for (const [x, y] of points) plot.svg.append(shape("circle", { class: "dot", cx: x, cy: y, r: 5 }));
  figure.replaceChildren(
    caption("Calibration", "Applications by tenths of their estimate. On the dashed line, estimates come true as often as they say."),
    plot.svg,
    numbers("Calibration", ["Estimate", "Defaulted", "Applications"],
      filled.map((bin) => [format.share(bin.predicted), format.share(bin.observed), format.whole(bin.rows)])));
}

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
    svg.append(shape("text", { x: tick * width, y: top + height + 18, "text-anchor": anchor }, rounded.format(tick)));
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
