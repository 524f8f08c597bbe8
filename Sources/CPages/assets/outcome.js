// What a model says of one application, and what its policy makes of that, in words.

import { element, format } from "./drawing.js";
import { Refusal } from "./server.js";
import { outcomesOf } from "./words.js";

export const isProbability = (model) => model?.prediction === "probability";

/** What the model predicts of one application: a value, or several. */
export function valuesOf(model, { predictions }) {
  const [prediction] = Array.isArray(predictions) ? predictions : [];
  const values = Array.isArray(prediction) ? prediction : [prediction];
  const isRight = isProbability(model)
    ? values.length === 1 && values[0] >= 0 && values[0] <= 1
    : values.length > 0;
  if (isRight && values.every((value) => typeof value === "number")) return values;
  throw new Refusal(200, `The server's answer holds no ${isProbability(model) ? "probability" : "prediction"}.`);
}

/** A percentage that never claims certainty. */
function shareOfEstimate(probability) {
  if (probability < 0.0005) return "<0.1%";
  return probability > 0.9995 ? ">99.9%" : format.share(probability);
}

/** The largest text of an estimate. */
export function headline(model, values) {
  const large = (text) => element("span", { class: "percent" }, text);
  switch (model.prediction) {
    case "probability": {
      const [isLikely, outcomes] = [values[0] > 0.5, outcomesOf(model)];
      return [large(shareOfEstimate(values[0])), element("span", { class: `badge ${isLikely ? "bad" : "good"}` },
        isLikely ? outcomes.likely : outcomes.unlikely)];
    }
    case "class_probabilities": {
      const best = values.indexOf(Math.max(...values));
      return [large(`Class ${best}`), element("span", { class: "badge good" }, shareOfEstimate(values[best]))];
    }
    case "class_index": return [large(`Class ${values[0]}`)];
    default: return [large(values.map((value) => format.value(value)).join(", "))];
  }
}

const DECISIONS = { approve: "Approved", refer: "A person decides", decline: "Declined" };
const MOODS = { approve: "good", refer: "care", decline: "bad" };

/** What the policy of the model makes of an application. */
export function verdict({ points, band, decision }) {
  const tile = (name, ...value) => element("div", {}, element("dt", {}, name), element("dd", {}, ...value));
  return element("dl", { class: "verdict" }, tile("Points", String(points)), tile("Band", band),
    tile("Decision", element("span", { class: `badge ${MOODS[decision]}` }, DECISIONS[decision] ?? decision)));
}

/** What has become of the estimate that changes are compared with. */
export function comparison(model, start, values, decision) {
  const text = ([value]) => isProbability(model) ? shareOfEstimate(value) : format.value(value);
  const decided = start.decision && decision && start.decision.decision !== decision.decision
    ? ` ${DECISIONS[start.decision.decision]} became ${DECISIONS[decision.decision].toLowerCase()}.` : "";
  return `Before your changes ${text(start.values)}, now ${text(values)}.${decided}`;
}

/** Where the score sits: rows of the same hundredth count as half below. */
export function rankSentence(histogram, probability) {
  const counts = histogram.defaults.map((count, index) => count + histogram.non_defaults[index]);
  const total = counts.reduce((a, b) => a + b, 0);
  const bin = Math.min(counts.length - 1, Math.floor(probability * counts.length));
  const below = counts.slice(0, bin).reduce((a, b) => a + b, 0) + counts[bin] / 2;
  return `Riskier than about ${format.share(Math.round(below / total * 100) / 100)} of `
    + `${format.whole(total)} applications held out from training.`;
}
