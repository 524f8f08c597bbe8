// The page for people: models, the application form, and the estimate with its reasons.

import { allowed, show } from "./access.js";
import { drawClasses, drawDistribution } from "./charts.js";
import { element, format } from "./drawing.js";
import { showDrift } from "./drift.js";
import { ask, askForChanges, changeableOf, explains, whyUnexplained } from "./estimates.js";
import { clear, fillExample, isComplete, makeFields, noteChange, noteInput, readApplication, restore, snapshot } from "./form.js";
import { comparison, headline, isProbability, rankSentence, valuesOf, verdict } from "./outcome.js";
import { onJobEnd, watchJobs } from "./jobs.js";
import { drawQuality, showQuality } from "./quality.js";
import { letterText, PRINCIPAL_MAX, principalOf, showChanges, showPrincipal, showReasons } from "./reasons.js";
import { call, Refusal } from "./server.js";
import { scoreTable, stop } from "./table.js";
import { onVersionChange, showVersions } from "./versions.js";
import { listOf, outcomesOf } from "./words.js";

const byId = (id) => document.getElementById(id);

const state = {
  models: [],
  /** The model of the form. */
  model: null,
  /**
   * The estimate that is shown: `{ values, record, decision, explanation, form, isKept }`, of a
   * probability one value; null for none.
   */
  estimate: null,
  /** The estimate that changes of the form are compared with; null where they are not. */
  start: null,
  /** The wait for the end of typing, while changes are compared. */
  pause: null,
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
    watchJobs();
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
  byId("question").textContent = isProbability(state.model) ? outcomesOf(model).question : "What does the model predict?";
  byId("scoring").hidden = false;
  byId("scoring").inert = false;
  byId("table").hidden = false;
  stop();
  forget();
  showQuality(model);
  listVersions();
  compareRows();
  // What would change a decision is a further question: without it the page is whole.
  model.changeable = await changeableOf(model).catch(() => []);
}

/** Next to the model; the page is whole without them. */
function listVersions() {
  showVersions(state.model).catch((error) => show(error, "problem", listVersions));
}

/** Likewise. */
function compareRows() {
  showDrift(state.model).catch((error) => show(error, "problem", compareRows));
}

function changeModel(name) {
  byId("problem").hidden = true;
  choose(name)
    .then(() => { location.hash = encodeURIComponent(state.model.name); })
    .catch((error) => show(error, "problem", () => changeModel(name)));
}

// Estimate

async function score({ isFollowing = false } = {}) {
  giveUp();
  byId("form-problem").textContent = "";
  const { record, cautions, ...refused } = readApplication();
  showAge();
  if (!record) {
    byId("form-problem").textContent = refusalSentence(refused);
    return;
  }
  const scoring = { form: snapshot(), record, cautions, isFollowing, controller: new AbortController() };
  state.scoring = scoring;
  byId("score").setAttribute("aria-busy", "true");
  try {
    const reasons = { max: PRINCIPAL_MAX, contributions: true };
    const answer = allowed(await ask(state.model, [record], reasons, scoring.controller.signal));
    if (state.scoring === scoring) showEstimate(valuesOf(state.model, answer), scoring, answer);
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

function showEstimate(values, { form, record, cautions, isFollowing }, answer) {
  const [decision, explanation] = [answer.decisions?.[0], answer.explanations?.[0]];
  const outcome = [element("p", { class: "headline" }, ...headline(state.model, values))];
  const sentence = (text) => outcome.push(element("p", { class: "sentence" }, text));
  if (decision) outcome.push(verdict(decision));
  const [probability] = values;
  const histogram = isProbability(state.model) ? state.model.evaluation?.histogram : null;
  if (state.start) sentence(comparison(state.model, state.start, values, decision));
  if (histogram) sentence(rankSentence(histogram, probability));
  if (!explains(state.model)) sentence(`This estimate has no reasons. ${whyUnexplained(state.model)}`);
  if (cautions.length > 0) {
    outcome.push(element("p", { class: "caution" },
      `Take it with care. Rare in training, or absent: ${listOf(cautions)}.`));
  }
  byId("outcome").replaceChildren(...outcome);
  state.estimate = { values, record, decision, explanation, form, isKept: false };
  byId("what-if").hidden = false;
  byId("letter-title").textContent = decision && decision.decision !== "approve"
    ? "Principal reasons" : "What raised this estimate the most";
  showPrincipal(principalOf(explanation, decision), state.model);
  showChangeQuestion();
  showAge();
  // Below the form where there is one column.
  if (!isFollowing) byId("result").scrollIntoView({ block: "nearest" });
}

/** Offers to look for changes of an application that is not approved. */
function showChangeQuestion() {
  const { decision } = state.estimate;
  byId("changes").replaceChildren();
  byId("change-question").hidden = !decision || decision.decision === "approve" || !state.model.changeable?.length;
}

async function findChanges() {
  const { estimate } = state;
  byId("find-changes").setAttribute("aria-busy", "true");
  try {
    const changes = allowed({ found: await askForChanges(state.model, estimate.record) }).found;
    if (state.estimate === estimate) showChanges(changes);
  } catch (error) {
    if (state.estimate === estimate) {
      byId("changes").replaceChildren(element("p", { class: "field-problem" }, error.message));
    }
  } finally {
    byId("find-changes").removeAttribute("aria-busy");
  }
}

// What if

/** Compares what follows with the estimate that is shown, and follows the form, or no longer. */
function follow(isOn) {
  state.start = isOn ? state.estimate : null;
  byId("what-if-hint").hidden = !isOn;
  byId("undo").hidden = !isOn;
  if (!isOn && state.estimate) drawEstimate();
  if (isOn && state.estimate?.form !== snapshot()) followForm();
}

/** Scores what the form says once typing has paused, where it says a whole application. */
function followForm() {
  clearTimeout(state.pause);
  state.pause = setTimeout(() => {
    if (state.start && isComplete()) score({ isFollowing: true });
  }, 250);
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

function drawEstimate() {
  const histogram = state.model?.evaluation?.histogram;
  const isCurrent = !byId("result").classList.contains("outdated");
  const shown = isCurrent ? state.estimate : null;
  showReasons(byId("reasons"), shown?.explanation, shown?.record, state.start !== shown ? state.start : null);
  byId("why").hidden = !shown?.explanation && !shown?.decision?.rules.length;
  byId("distribution").replaceChildren();
  const values = isCurrent ? state.estimate?.values ?? null : null;
  if (isProbability(state.model) && histogram) {
    drawDistribution(byId("distribution"), histogram, values?.[0] ?? null, outcomesOf(state.model));
  } else if (state.model?.prediction === "class_probabilities" && values) {
    drawClasses(byId("distribution"), values);
  }
}

/** Back to the state before the first score. */
function forget(text = "Score an application to see its estimate.") {
  giveUp();
  [state.estimate, state.start] = [null, null];
  byId("follow").checked = false;
  follow(false);
  byId("what-if").hidden = true;
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
  if (state.start) followForm();
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
byId("follow").addEventListener("change", (event) => follow(event.target.checked));
byId("undo").addEventListener("click", () => {
  restore(state.start.form);
  noteEdit();
});
byId("find-changes").addEventListener("click", findChanges);
byId("copy").addEventListener("click", async () => {
  const { explanation, decision } = state.estimate;
  try {
    await navigator.clipboard.writeText(letterText(principalOf(explanation, decision)));
    byId("copied").textContent = "Copied.";
  } catch {
    byId("copied").textContent = "The browser does not allow copying here: mark the list instead.";
  }
});
byId("print").addEventListener("click", () => print());
byId("file").addEventListener("change", ({ target }) => {
  const [file] = target.files;
  if (file) scoreTable(file, state.model);
  // The same file may be chosen again.
  target.value = "";
});
byId("table-stop").addEventListener("click", stop);
onVersionChange(start);
onJobEnd(() => { if (state.model) listVersions(); });
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
