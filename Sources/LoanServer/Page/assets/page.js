// The page for people: models, the application form, the estimate, and how good the model is.

import { drawCalibration, drawDistribution, drawImportance, drawROC, element, format } from "./charts.js";

const byId = (id) => document.getElementById(id);

/** What people call the features of the public credit-risk data. Others keep their names. */
const WORDS = {
  person_age: { label: "Age", unit: "years", example: 24 },
  person_income: { label: "Annual income", unit: "USD", example: 48000 },
  person_home_ownership: { label: "Home ownership", example: "RENT" },
  person_emp_length: { label: "Employment length", unit: "years", example: 3 },
  loan_intent: { label: "Purpose", example: "DEBTCONSOLIDATION" },
  loan_grade: { label: "Grade", example: "C" },
  loan_amnt: { label: "Amount", unit: "USD", example: 12000 },
  loan_int_rate: { label: "Interest rate", unit: "% a year", example: 13.5 },
  loan_percent_income: { label: "Share of income", unit: "0 to 1", example: 0.25 },
  cb_person_default_on_file: { label: "Earlier default", example: "N" },
  cb_person_cred_hist_length: { label: "Credit history", unit: "years", example: 4 },
};
const GROUPS = [["person_", "Applicant"], ["loan_", "Loan"], ["cb_", "Credit bureau"], ["", "More"]];
const CATEGORIES = {
  cb_person_default_on_file: { Y: "Yes", N: "No" },
  loan_intent: { DEBTCONSOLIDATION: "Debt consolidation", HOMEIMPROVEMENT: "Home improvement" },
};

const sentenceCase = (text) => text.charAt(0).toUpperCase() + text.slice(1).toLowerCase();
const labelOf = (name) => WORDS[name]?.label ?? sentenceCase(name.replaceAll("_", " "));
const categoryOf = (feature, category) => CATEGORIES[feature]?.[category]
  ?? (category.length > 2 ? sentenceCase(category.replaceAll("_", " ")) : category);

const state = { models: [], model: null, probability: null, token: null };

// Server

/** A refusal by the server, with its own words. */
class Refusal extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

async function call(path, body) {
  const headers = {};
  if (state.token) headers.Authorization = `Bearer ${state.token}`;
  if (body) headers["Content-Type"] = "application/json";
  const answer = await fetch(path, {
    method: body ? "POST" : "GET", headers, body: body && JSON.stringify(body), cache: "no-store",
  }).catch(() => { throw new Refusal(0, "The server cannot be reached."); });
  const content = await answer.json().catch(() => null);
  if (answer.ok && content) return content;
  const detail = content?.error ?? content?.detail?.[0]?.msg ?? content?.detail;
  throw new Refusal(answer.status, typeof detail === "string" ? detail : `The server answered ${answer.status}.`);
}

function show(error) {
  const needsToken = error instanceof Refusal && error.status === 401;
  byId("access").hidden = !needsToken;
  if (needsToken) {
    byId("token").focus();
    return;
  }
  byId("problem").textContent = error.message;
  byId("problem").hidden = false;
}

// Models

async function start() {
  byId("problem").hidden = true;
  try {
    const { models } = await call("/models");
    byId("access").hidden = true;
    state.models = models;
    byId("empty").hidden = models.length > 0;
    if (models.length === 0) return;
    listModels();
    const asked = decodeURIComponent(location.hash.slice(1));
    await choose(models.some(({ name }) => name === asked) ? asked : models[0].name);
  } catch (error) {
    show(error);
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
  byId("model").value = name;
  const model = await call(`/models/${encodeURIComponent(name)}`);
  state.model = model;
  makeFields(model.features);
  byId("scoring").hidden = false;
  forget();
  showQuality(model);
}

// Form

function makeFields(features) {
  const groups = new Map(GROUPS.map(([prefix]) => [prefix, []]));
  for (const feature of features) {
    const [prefix] = GROUPS.find(([prefix]) => feature.name.startsWith(prefix));
    groups.get(prefix).push(field(feature));
  }
  byId("fields").replaceChildren(...GROUPS.filter(([prefix]) => groups.get(prefix).length > 0)
    .map(([prefix, title]) => element("fieldset", {}, element("legend", {}, title),
      element("div", { class: "grid" }, ...groups.get(prefix)))));
}

function field(feature) {
  const id = `feature-${feature.name}`;
  const unit = WORDS[feature.name]?.unit;
  const label = element("label", { for: id }, labelOf(feature.name));
  if (unit) label.append(" ", element("span", { class: "unit" }, unit));
  const control = feature.kind === "category"
    ? element("select", { id, name: feature.name }, element("option", { value: "" }, "Not known"),
      ...feature.categories.map((category) =>
        element("option", { value: category }, categoryOf(feature.name, category))))
    : element("input", { id, name: feature.name, type: "text", inputmode: "decimal", autocomplete: "off",
      "aria-describedby": `${id}-error` });
  const error = element("span", { class: "field-error", id: `${id}-error` });
  return element("div", { class: "field" }, label, control, ...(feature.kind === "category" ? [] : [error]));
}

/** The application as the model reads it; null where a number is none. */
function readApplication() {
  const record = {};
  let firstWrong = null;
  for (const feature of state.model.features) {
    const control = byId(`feature-${feature.name}`);
    const text = control.value.trim();
    if (feature.kind === "category") {
      record[feature.name] = text === "" ? null : text;
      continue;
    }
    const number = Number(text.replaceAll(",", ""));
    const isWrong = text !== "" && !Number.isFinite(number);
    control.setAttribute("aria-invalid", String(isWrong));
    byId(`${control.id}-error`).textContent = isWrong ? "Enter a number, such as 12.5." : "";
    if (isWrong) firstWrong ??= control;
    record[feature.name] = text === "" ? null : number;
  }
  firstWrong?.focus();
  return firstWrong ? null : record;
}

function fillExample() {
  for (const feature of state.model.features) {
    const example = WORDS[feature.name]?.example;
    const control = byId(`feature-${feature.name}`);
    const fits = feature.kind !== "category" || feature.categories.includes(example);
    control.value = example === undefined ? "" : fits ? String(example) : feature.categories[0] ?? "";
  }
  forgetErrors();
  markOutdated();
}

function forgetErrors() {
  for (const input of byId("fields").querySelectorAll("input")) {
    input.removeAttribute("aria-invalid");
    byId(`${input.id}-error`).textContent = "";
  }
}

// Estimate

/** An estimate is of the application that was scored, not of what the form says since. */
function markOutdated() {
  byId("outdated").textContent = state.probability === null ? "" : "The form has changed since this estimate.";
}

async function score(event) {
  event.preventDefault();
  byId("problem").hidden = true;
  const record = readApplication();
  if (!record) return;
  const button = byId("score");
  button.setAttribute("aria-busy", "true");
  try {
    const path = `/v1/models/${encodeURIComponent(state.model.name)}:predict`;
    const { predictions } = await call(path, { instances: [record] });
    showEstimate(predictions[0]);
  } catch (error) {
    show(error);
  } finally {
    button.removeAttribute("aria-busy");
  }
}

function showEstimate(probability) {
  const isDefault = probability > 0.5;
  const badge = element("span", { class: `badge ${isDefault ? "bad" : "good"}` },
    isDefault ? "Likely to default" : "Likely to be repaid");
  const outcome = [
    element("p", { class: "headline" },
      element("span", { class: "percent" }, shareOfEstimate(probability)), badge),
  ];
  const histogram = state.model.evaluation?.histogram;
  if (histogram) outcome.push(element("p", { class: "sentence" }, rankSentence(histogram, probability)));
  byId("outcome").replaceChildren(...outcome);
  byId("outdated").textContent = "";
  state.probability = probability;
  drawEstimate();
  // Below the form where there is one column.
  byId("outcome").closest("section").scrollIntoView({ block: "nearest" });
}

/** A percentage that never claims certainty. */
function shareOfEstimate(probability) {
  if (probability < 0.0005) return "<0.1%";
  return probability > 0.9995 ? ">99.9%" : format.share(probability);
}

function drawEstimate() {
  const histogram = state.model?.evaluation?.histogram;
  byId("distribution").replaceChildren();
  if (histogram) drawDistribution(byId("distribution"), histogram, state.probability);
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
function forget() {
  byId("outcome").replaceChildren(
    element("p", { class: "placeholder" }, "Score an application to see its estimate."));
  state.probability = null;
  markOutdated();
  drawEstimate();
}

// Quality

function showQuality({ scores, scores_warning, trees }) {
  byId("quality").hidden = !scores;
  if (!scores) return;
  const rows = scores["weighted avg"].support;
  byId("quality-lead").textContent =
    `Measured on ${format.whole(rows)} applications that were held out from training. `
    + `The model has ${format.whole(trees)} trees.`
    + (scores_warning ? ` Warning: ${scores_warning}.` : "");
  const tiles = [
    ["Area under ROC", scores.auc?.toFixed(3) ?? "–"], ["Accuracy", format.share(scores.accuracy)],
    ["Precision of defaults", format.share(scores.Default.precision)],
    ["Recall of defaults", format.share(scores.Default.recall)],
  ];
  byId("tiles").replaceChildren(...tiles.map(([name, value]) =>
    element("div", {}, element("dt", {}, name), element("dd", {}, value))));
  drawQuality(state.model);
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

byId("model").addEventListener("change", (event) => {
  location.hash = encodeURIComponent(event.target.value);
  choose(event.target.value).catch(show);
});
byId("application").addEventListener("submit", score);
byId("application").addEventListener("reset", () => {
  forgetErrors();
  forget();
});
byId("application").addEventListener("input", markOutdated);
byId("example").addEventListener("click", fillExample);
byId("access").addEventListener("submit", (event) => {
  event.preventDefault();
  state.token = byId("token").value;
  start();
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
