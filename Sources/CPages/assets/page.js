// The page for people: models, the application form, the estimate, and how good the model is.

import { allowed, show } from "./access.js";
import { drawCalibration, drawClasses, drawDistribution, drawImportance, drawROC, element, format } from "./charts.js";
import { clear, fillExample, makeFields, noteChange, noteInput, readApplication, snapshot } from "./form.js";
import { call, Refusal } from "./server.js";
import { labelOf, listOf, outcomesOf } from "./words.js";

const byId = (id) => document.getElementById(id);

const state = {
  models: [],
  /** The model of the form. */
  model: null,
  /** The estimate that is shown: `{ values, form, isKept }`, of a probability one; null for none. */
  estimate: null,
  /** The call that is under way for an estimate, to be given up when the form changes. */
  scoring: null,
  /** Counts choices of a model: the answer to the last one counts. */
  choices: 0,
};

// Models

async function start() {
  byId("problem").hidden = true;
  try {
    const { models } = allowed(await call("/models"));
    state.models = models;
    byId("empty").hidden = models.length > 0;
    if (models.length === 0) return;
    listModels();
    await choose(models.find(({ name }) => `#${encodeURIComponent(name)}` === location.hash)?.name ?? models[0].name);
  } catch (error) {
    if (error instanceof Refusal && error.status === 0) error.message += " Reload the page to try again.";
    show(error, "problem", start);
  }
}
function listModels() {
  byId("picker").hidden = false;
  byId("model").replaceChildren(...state.models.map(({ name }) => element("option", { value: name }, name)));
  const score = (value) => typeof value === "number" ? value.toFixed(3) : "–";
  const date = (seconds) => seconds
    ? new Date(seconds * 1000).toLocaleString("en", { dateStyle: "medium", timeStyle: "short" }) : "–";
  byId("model-rows").replaceChildren(...state.models.map((model) => {
    const line = model.scores?.Default;
    const cells = [model.scores?.auc, model.scores?.accuracy, line?.precision, line?.recall];
    return element("tr", {},
      element("th", { scope: "row" }, model.name),
      ...cells.map((value) => element("td", { class: "number" }, score(value))),
      element("td", {}, date(model.trained_at)),
      element("td", { class: "version", title: model.version }, model.version));
  }));
  byId("models").hidden = false;
}

async function choose(name) {
  const choice = ++state.choices;
  byId("scoring").inert = true;
  let model;
  try {
    model = allowed(await call(`/models/${encodeURIComponent(name)}`));
  } catch (error) {
    if (choice !== state.choices) return;
    // The picker names the model of the form.
    if (state.model) byId("model").value = state.model.name;
    byId("scoring").inert = false;
    throw error;
  }
  if (choice !== state.choices) return;
  state.model = model;
  byId("model").value = name;
  makeFields(model.features);
  byId("question").textContent = isProbability() ? outcomesOf(model).question : "What does the model predict?";
  byId("scoring").hidden = false;
  byId("scoring").inert = false;
  forget();
  showQuality(model);
}

function changeModel(name) {
  byId("problem").hidden = true;
  choose(name)
    .then(() => { location.hash = encodeURIComponent(state.model.name); })
    .catch((error) => show(error, "problem", () => changeModel(name)));
}

// Estimate

async function score() {
  giveUp();
  byId("form-problem").textContent = "";
  const { record, cautions, ...refused } = readApplication();
  showAge();
  if (!record) {
    byId("form-problem").textContent = refusalSentence(refused);
    return;
  }
  const scoring = { form: snapshot(), cautions, controller: new AbortController() };
  state.scoring = scoring;
  byId("score").setAttribute("aria-busy", "true");
  try {
    const path = `/v1/models/${encodeURIComponent(state.model.name)}:predict`;
    const decisions = Boolean(state.model.policy);
    const answer = allowed(await call(path, { instances: [record], decisions }, scoring.controller.signal));
    if (state.scoring === scoring) showEstimate(valuesOf(answer), scoring, answer.decisions?.[0]);
  } catch (error) {
    if (state.scoring !== scoring) return;
    if (state.estimate) state.estimate.isKept = true;
    show(error, "form-problem", score);
    showAge();
  } finally {
    if (state.scoring === scoring) giveUp();
  }
}

/** Waits no more for an estimate of a form that has changed; true when one was waited for. */
function giveUp() {
  const isWaiting = state.scoring !== null;
  state.scoring?.controller.abort();
  state.scoring = null;
  byId("score").removeAttribute("aria-busy");
  return isWaiting;
}

function refusalSentence({ missing, wrong }) {
  const parts = ["No estimate."];
  if (missing.length > 0) parts.push(`Missing: ${listOf(missing)}.`);
  if (wrong.length > 0) parts.push(`To correct: ${listOf(wrong)}.`);
  return parts.join(" ");
}

/** What the model predicts of one application: a value, or several. */
function valuesOf({ predictions }) {
  const [prediction] = Array.isArray(predictions) ? predictions : [];
  const values = Array.isArray(prediction) ? prediction : [prediction];
  const isRight = isProbability()
    ? values.length === 1 && values[0] >= 0 && values[0] <= 1
    : values.length > 0;
  if (isRight && values.every((value) => typeof value === "number")) return values;
  throw new Refusal(200, `The server's answer holds no ${isProbability() ? "probability" : "prediction"}.`);
}

const isProbability = () => state.model?.prediction === "probability";

function headline(values) {
  const large = (text) => element("span", { class: "percent" }, text);
  switch (state.model.prediction) {
    case "probability": {
      const [isLikely, outcomes] = [values[0] > 0.5, outcomesOf(state.model)];
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

const DECISIONS = { approve: "approved", refer: "referred to a person", decline: "declined" };

/** What the policy of the model makes of an application, and which of its rules hold. */
function policySentences({ points, band, decision, rules }) {
  const verdict = `By the model's policy: ${points} points, band ${band}, ${DECISIONS[decision] ?? decision}.`;
  return [verdict, ...rules.map(({ code, text }) => `${text} (${code})`)];
}

function showEstimate(values, { form, cautions }, decision) {
  const outcome = [element("p", { class: "headline" }, ...headline(values))];
  if (decision) outcome.push(...policySentences(decision).map((text) => element("p", { class: "sentence" }, text)));
  const [probability] = values;
  const histogram = isProbability() ? state.model.evaluation?.histogram : null;
  if (histogram) outcome.push(element("p", { class: "sentence" }, rankSentence(histogram, probability)));
  if (cautions.length > 0) {
    outcome.push(element("p", { class: "caution" },
      `Take it with care. Rare in training, or absent: ${listOf(cautions)}.`));
  }
  byId("outcome").replaceChildren(...outcome);
  state.estimate = { values, form, isKept: false };
  showAge();
  // Below the form where there is one column.
  byId("result").scrollIntoView({ block: "nearest" });
}

/**
 * An estimate is of the application that was scored. Once the form says another one, or the server
 * gave no newer one, it is small, pale and called outdated.
 */
function showAge() {
  const { estimate } = state;
  const isOutdated = estimate !== null && (estimate.isKept || estimate.form !== snapshot());
  byId("result").classList.toggle("outdated", isOutdated);
  byId("outdated").textContent = !isOutdated ? "" : estimate.isKept
    ? "Outdated: the server gave no newer estimate."
    : "Outdated: the application has changed since this estimate.";
  drawEstimate();
}

/** A percentage that never claims certainty. */
function shareOfEstimate(probability) {
  if (probability < 0.0005) return "<0.1%";
  return probability > 0.9995 ? ">99.9%" : format.share(probability);
}

function drawEstimate() {
  const histogram = state.model?.evaluation?.histogram;
  const isCurrent = !byId("result").classList.contains("outdated");
  byId("distribution").replaceChildren();
  const values = isCurrent ? state.estimate?.values ?? null : null;
  if (isProbability() && histogram) {
    drawDistribution(byId("distribution"), histogram, values?.[0] ?? null, outcomesOf(state.model));
  } else if (state.model?.prediction === "class_probabilities" && values) {
    drawClasses(byId("distribution"), values);
  }
}

/** Where the score sits: rows of the same hundredth count as half below. */
function rankSentence(histogram, probability) {
  const counts = histogram.defaults.map((count, index) => count + histogram.non_defaults[index]);
  const total = counts.reduce((a, b) => a + b, 0);
  const bin = Math.min(counts.length - 1, Math.floor(probability * counts.length));
  const below = counts.slice(0, bin).reduce((a, b) => a + b, 0) + counts[bin] / 2;
  return `Riskier than about ${format.share(Math.round(below / total * 100) / 100)} of `
    + `${format.whole(total)} applications held out from training.`;
}

/** Back to the state before the first score. */
function forget(text = "Score an application to see its estimate.") {
  giveUp();
  state.estimate = null;
  byId("outcome").replaceChildren(element("p", { class: "placeholder" }, text));
  byId("form-problem").textContent = "";
  showAge();
}

/** After any change of the form. */
function noteEdit() {
  const wasWaiting = giveUp();
  byId("form-problem").textContent = "";
  if (wasWaiting && !state.estimate) forget("The application changed before its estimate came. Score it again.");
  showAge();
}

// Quality

function showQuality({ scores, scores_warning, trees }) {
  byId("quality").hidden = !scores;
  if (!scores) return;
  const rows = scores.Default ? scores["weighted avg"].support : scores.support;
  byId("quality-lead").textContent =
    `Measured on ${format.whole(rows)} applications that were held out from training. `
    + `The model has ${format.whole(trees)} trees.`
    + (scores_warning ? ` Warning: ${scores_warning}.` : "");
  byId("tiles").replaceChildren(...tilesOf(scores).map(([name, value]) =>
    element("div", {}, element("dt", {}, name), element("dd", {}, value))));
  drawQuality(state.model);
}

/** The figures of a model of classes, or of numbers. */
function tilesOf(scores) {
  if (!scores.Default) {
    const figure = (value) => Number(value.toPrecision(4)).toLocaleString("en", { maximumFractionDigits: 8 });
    return [
      ["Root of the mean squared distance", figure(scores.rmse)], ["Mean distance", figure(scores.mae)],
      ["Variance explained (R²)", scores.r2?.toFixed(3) ?? "–"],
    ];
  }
  const { many } = outcomesOf(state.model);
  return [
    ["Area under ROC", scores.auc?.toFixed(3) ?? "–"], ["Accuracy", format.share(scores.accuracy)],
    [`Precision of ${many}`, format.share(scores.Default.precision)],
    [`Recall of ${many}`, format.share(scores.Default.recall)],
  ];
}

function drawQuality({ scores, evaluation, importances }) {
  const hasCurve = evaluation && evaluation.roc.length > 1;
  byId("roc").hidden = !hasCurve;
  byId("calibration").hidden = !evaluation;
  byId("importance").hidden = importances.length === 0;
  if (hasCurve) drawROC(byId("roc"), evaluation.roc, scores.auc);
  if (evaluation) drawCalibration(byId("calibration"), evaluation.calibration);
  if (importances.length > 0) drawImportance(byId("importance"), importances, labelOf);
}

// Events

byId("model").addEventListener("change", (event) => changeModel(event.target.value));
byId("application").addEventListener("submit", (event) => {
  event.preventDefault();
  score();
});
byId("application").addEventListener("reset", (event) => {
  event.preventDefault();
  clear();
  forget();
});
byId("application").addEventListener("input", (event) => {
  noteInput(event);
  noteEdit();
});
byId("application").addEventListener("change", noteChange);
byId("example").addEventListener("click", () => {
  fillExample();
  noteEdit();
});
// Charts are drawn at the width they have, so that their text keeps its size.
let drawnWidth = innerWidth;
addEventListener("resize", () => {
  if (innerWidth === drawnWidth || !state.model) return;
  drawnWidth = innerWidth;
  drawEstimate();
  if (state.model.scores) drawQuality(state.model);
});
byId("origin").textContent = location.origin;
start();
