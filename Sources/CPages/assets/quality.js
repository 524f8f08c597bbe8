// How good a model is.

import { drawImportance } from "./charts.js";
import { drawCalibration, drawGains, drawROC } from "./curves.js";
import { element, format } from "./drawing.js";
import { draw as drawThreshold, gainsOf, showThreshold } from "./threshold.js";
import { labelOf, outcomesOf } from "./words.js";

const byId = (id) => document.getElementById(id);

export function showQuality(model) {
  const { scores, scores_warning, trees } = model;
  byId("quality").hidden = !scores;
  if (!scores) return;
  const rows = scores.Default ? scores["weighted avg"].support : scores.support;
  byId("quality-lead").textContent =
    `Measured on ${format.whole(rows)} applications that were held out from training. `
    + `The model has ${format.whole(trees)} trees.`
    + (scores_warning ? ` Warning: ${scores_warning}.` : "");
  byId("tiles").replaceChildren(...tilesOf(model).map(([name, value]) =>
    element("div", {}, element("dt", {}, name), element("dd", {}, value))));
  showThreshold(model);
  drawQuality(model);
}

/** The figures of a model of classes, or of numbers. */
function tilesOf(model) {
  const { scores } = model;
  if (!scores.Default) {
    const figure = (value) => Number(value.toPrecision(4)).toLocaleString("en", { maximumFractionDigits: 8 });
    return [
      ["Root of the mean squared distance", figure(scores.rmse)], ["Mean distance", figure(scores.mae)],
      ["Variance explained (R²)", scores.r2?.toFixed(3) ?? "–"],
    ];
  }
  const { many } = outcomesOf(model);
  return [
    ["Area under ROC", scores.auc?.toFixed(3) ?? "–"], ["Accuracy", format.share(scores.accuracy)],
    [`Precision of ${many}`, format.share(scores.Default.precision)],
    [`Recall of ${many}`, format.share(scores.Default.recall)],
  ];
}

export function drawQuality(model) {
  const { scores, evaluation, importances } = model;
  const hasCurve = evaluation && evaluation.roc.length > 1;
  byId("roc").hidden = !hasCurve;
  byId("calibration").hidden = !evaluation;
  byId("gains").hidden = !hasCurve;
  byId("importance").hidden = importances.length === 0;
  if (hasCurve) drawROC(byId("roc"), evaluation.roc, scores.auc);
  if (hasCurve) drawGains(byId("gains"), gainsOf(evaluation.histogram), outcomesOf(model));
  if (evaluation) drawCalibration(byId("calibration"), evaluation.calibration);
  if (importances.length > 0) drawImportance(byId("importance"), importances, labelOf);
  drawThreshold();
}
