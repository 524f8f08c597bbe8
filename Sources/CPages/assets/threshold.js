// What a threshold does with held-out applications, and what its errors cost.

import { drawCosts } from "./curves.js";
import { element, format } from "./drawing.js";
import { outcomesOf } from "./words.js";

const byId = (id) => document.getElementById(id);

/** The hundredths of an estimate: the thresholds that the counts of a model know. */
const PERCENTS = Array.from({ length: 101 }, (_, percent) => percent);

/** The model whose threshold is shown. */
let model = null;

const sum = (values) => values.reduce((a, b) => a + b, 0);

/** The rows at or above a threshold, and those below it, by what became of them. */
export function confusionAt({ defaults, non_defaults: others }, percent) {
  return {
    found: sum(defaults.slice(percent)), missed: sum(defaults.slice(0, percent)),
    alarms: sum(others.slice(percent)), passed: sum(others.slice(0, percent)),
  };
}

/** The share of all rows at or above each threshold, and that of the positive rows, from 0 to 1. */
export function gainsOf(histogram) {
  const positives = sum(histogram.defaults);
  const rows = positives + sum(histogram.non_defaults);
  return PERCENTS.toReversed().map((percent) => {
    const { found, alarms } = confusionAt(histogram, percent);
    return { rows: (found + alarms) / rows, found: found / positives };
  });
}

const costOf = ({ missed, alarms }, ratio) => missed * ratio + alarms;

/** The threshold whose errors cost the least: the lowest of them. */
export function cheapest(histogram, ratio) {
  const costs = PERCENTS.map((percent) => costOf(confusionAt(histogram, percent), ratio));
  return costs.indexOf(Math.min(...costs));
}

/** Shows what a threshold does, where the model has counts by estimate. */
export function showThreshold(chosen) {
  const histogram = chosen.evaluation?.histogram;
  byId("threshold").hidden = byId("costs").hidden = !histogram;
  model = histogram ? chosen : null;
  if (model) draw();
}

export function draw() {
  if (!model) return;
  const { histogram } = model.evaluation;
  const outcomes = outcomesOf(model);
  const [percent, ratio] = [byId("threshold-percent"), byId("threshold-ratio")].map((input) => Number(input.value));
  const counts = confusionAt(histogram, percent);
  const best = cheapest(histogram, ratio);
  byId("threshold-value").textContent = `${percent}%`;
  byId("ratio-value").textContent = format.whole(ratio);
  byId("threshold-percent").setAttribute("aria-valuetext", `${percent}%`);
  byId("confusion").replaceChildren(...confusionRows(counts, outcomes));
  byId("threshold-sentence").textContent = sentence(counts, best, percent, ratio, histogram, outcomes);
  byId("threshold-best").disabled = best === percent;
  drawCosts(byId("costs"), PERCENTS.map((at) => costOf(confusionAt(histogram, at), ratio)), percent);
}

function confusionRows({ found, missed, alarms, passed }, { positive, negative }) {
  return [[positive, found, missed], [negative, alarms, passed]].map(([name, above, below]) =>
    element("tr", {}, element("th", { scope: "row" }, name),
      element("td", { class: "number" }, format.whole(above)),
      element("td", { class: "number" }, format.whole(below))));
}

function sentence(counts, best, percent, ratio, histogram, { positive }) {
  const below = counts.missed + counts.passed;
  const rows = below + counts.found + counts.alarms;
  const parts = [`${format.share(below / rows)} of the applications lie below the threshold`];
  if (below > 0) parts[0] += `; of these, ${format.share(counts.missed / below)} are “${positive}”`;
  const cost = costOf(counts, ratio);
  parts.push(`The errors cost ${format.whole(cost)}`);
  parts[1] += best === percent ? ", the least of all thresholds"
    : `; at ${best}%, the cheapest threshold, they cost ${format.whole(costOf(confusionAt(histogram, best), ratio))}`;
  return parts.map((part) => `${part}.`).join(" ");
}

for (const id of ["threshold-percent", "threshold-ratio"]) byId(id).addEventListener("input", draw);
byId("threshold-best").addEventListener("click", () => {
  byId("threshold-percent").value = cheapest(model.evaluation.histogram, Number(byId("threshold-ratio").value));
  draw();
  // A disabled button has no focus.
  byId("threshold-percent").focus();
});
