// Curves of how good a model is, each with the same numbers as a table for those who cannot see it.

import { caption, format, numbers, shape, widthOf } from "./drawing.js";

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
      shape("text", { x: x(tick), y: y(0) + 18, "text-anchor": "middle" }, format.rounded(tick)),
      shape("text", { x: x(0) - 7, y: y(tick) + 4, "text-anchor": "end" }, format.rounded(tick)));
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

/** Whether probabilities mean what they say; the lines are intervals of 95 %. */
export function drawCalibration(figure, bins) {
  const filled = bins.filter((bin) => bin.rows > 0).map((bin) => ({ ...bin, ...wilson(bin.observed, bin.rows) }));
  const plot = squarePlot(figure, "Calibration curve", "Estimated probability", "Share that defaulted");
  const points = filled.map((bin) => [plot.x(bin.predicted), plot.y(bin.observed)]);
  plot.svg.append(shape("path", { class: "curve", d: path(points) }));
  for (const { predicted, lower, upper } of filled) {
    const x = plot.x(predicted);
    plot.svg.append(shape("line", { class: "interval", x1: x, x2: x, y1: plot.y(lower), y2: plot.y(upper) }));
  }
  for (const [x, y] of points) plot.svg.append(shape("circle", { class: "dot", cx: x, cy: y, r: 5 }));
  figure.replaceChildren(
    caption("Calibration", "Applications by tenths of their estimate. On the dashed line, estimates come true as often as they say; an upright line is where the share may lie with 95 % confidence."),
    plot.svg,
    numbers("Calibration", ["Estimate", "Defaulted", "95 % interval", "Applications"],
      filled.map((bin) => [format.share(bin.predicted), format.share(bin.observed),
        `${format.share(bin.lower)}–${format.share(bin.upper)}`, format.whole(bin.rows)])));
}

/** Wilson's interval of a share of 95 %: Journal of the American Statistical Association 22 (1927) 209-212. */
export function wilson(share, rows) {
  const square = 1.959963984540054 ** 2;
  const middle = share + square / (2 * rows);
  const reach = Math.sqrt(square * (share * (1 - share) / rows + square / (4 * rows * rows)));
  const whole = 1 + square / rows;
  return { lower: Math.max(0, (middle - reach) / whole), upper: Math.min(1, (middle + reach) / whole) };
}

/** How defaults gather among the highest estimates: exact at every hundredth of the estimate. */
export function drawGains(figure, gains, outcomes) {
  const plot = squarePlot(figure, "Gains: share of the positive rows found among the highest estimates",
    "Applications, the highest estimates first", `${outcomes.positive}: share found`);
  const points = gains.map(({ rows, found }) => [plot.x(rows), plot.y(found)]);
  plot.svg.append(
    shape("path", { class: "area", d: `${path(points)}L${plot.x(1)} ${plot.y(0)}Z` }),
    shape("path", { class: "curve", d: path(points) }));
  const step = Math.max(1, Math.floor(gains.length / 20));
  const rows = gains.filter(({ rows: share }, index) => share > 0 && (index % step === 0 || index === gains.length - 1));
  figure.replaceChildren(
    caption("Gains and lift", "Lift is how many times as often a default is found there as among all. The dashed line is guessing."),
    plot.svg,
    numbers("Gains and lift", ["Applications", "Found", "Lift"],
      rows.map(({ rows: share, found }) => [format.share(share), format.share(found), (found / share).toFixed(2)])));
}

/** What the errors of each threshold cost, and of the one that is chosen. */
export function drawCosts(figure, costs, percent) {
  const [width, height, left, foot, top] = [widthOf(figure, 1100), 130, 8, 26, 18];
  const most = Math.max(1, ...costs);
  const x = (at) => left + at / 100 * (width - 2 * left);
  const y = (cost) => top + (1 - cost / most) * height;
  const svg = shape("svg", { viewBox: `0 0 ${width} ${top + height + foot}`, role: "img",
    "aria-label": `Cost of errors by threshold; at ${percent}% it is ${format.whole(costs[percent])}` });
  svg.append(
    shape("path", { class: "axis", d: `M${x(0)} ${top + height}H${x(100)}` }),
    shape("path", { class: "curve", d: path(costs.map((cost, at) => [x(at), y(cost)])) }),
    shape("line", { class: "marker", x1: x(percent), x2: x(percent), y1: top - 6, y2: top + height }),
    shape("circle", { class: "dot", cx: x(percent), cy: y(costs[percent]), r: 5 }));
  for (const tick of [0, 25, 50, 75, 100]) {
    const anchor = tick === 0 ? "start" : tick === 100 ? "end" : "middle";
    svg.append(shape("text", { x: x(tick), y: top + height + 18, "text-anchor": anchor }, `${tick}%`));
  }
  figure.replaceChildren(
    caption("Cost of errors by threshold", "In false alarms; the upright line is the threshold that is chosen."),
    svg,
    numbers("Cost of errors", ["Threshold", "Cost"],
      costs.map((cost, at) => [`${at}%`, format.whole(cost)]).filter((_, at) => at % 5 === 0)));
}
