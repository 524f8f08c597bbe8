// How far the applications that a model scores are from those that it was trained on.

import { allowed, show } from "./access.js";
import { element, format, shape } from "./drawing.js";
import { call, Refusal } from "./server.js";
import { labelOf } from "./words.js";

const byId = (id) => document.getElementById(id);

/** An index that people look into, one that they act on, and one that fills its bar. */
const [NOTED, FAR, FULL] = [0.1, 0.25, 0.5];

let chosen = null;
/** Counts questions: the answer to the last one counts. */
let asked = 0;

/** Shows the drift of a model; one of whose training nothing is known has none. */
export async function showDrift(model) {
  if (chosen?.name !== model.name || chosen.version !== model.version) byId("drift").hidden = true;
  chosen = model;
  const question = ++asked;
  let drift;
  try {
    drift = allowed(await call(`/models/${encodeURIComponent(model.name)}/drift?window=${byId("drift-window").value}`));
  } catch (error) {
    if (error instanceof Refusal && !error.isAboutToken) return;
    throw error;
  }
  if (question !== asked) return;
  const { features, score, notes, since } = drift;
  byId("drift").hidden = !score && features.length === 0;
  byId("drift-lead").textContent = leadOf(score ?? features[0], since);
  const columns = [
    ...(score ? [["The estimate", score, score.psi, score.psi_by_chance]] : []),
    ...features.map((feature) => [labelOf(feature.name), feature, feature.csi, feature.csi_by_chance]),
  ];
  byId("drift-rows").replaceChildren(...columns.map((column) => row(...column)));
  byId("drift-notes").replaceChildren(...notes.map((note) => element("li", {}, `${note}.`)));
}

function leadOf(column, since) {
  if (!column) return "";
  const date = new Date(since * 1000).toLocaleString("en", { dateStyle: "medium", timeStyle: "short" });
  return `${format.whole(column.rows)} rows of this server, compared with ${format.whole(column.training_rows)} of the training.`
    + ` It has counted since ${date}. Other servers count for themselves.`;
}

function row(name, column, index, chance) {
  const known = typeof index === "number";
  return element("tr", {},
    element("th", { scope: "row" }, name),
    element("td", {}, known ? bar(index) : "–"),
    element("td", { class: "number" }, known ? index.toFixed(3) : "–"),
    element("td", { class: "number" }, known ? chance.toFixed(3) : "–"),
    element("td", { class: "number" }, shares(column.missing)),
    element("td", { class: "number" }, shares(column.unseen)),
    element("td", {}, verdict(column, index)));
}

/** What is there now, and what was there in training. */
function shares(pair) {
  if (!pair || pair.share === null) return "–";
  return `${format.share(pair.share)} (${format.share(pair.training_share)})`;
}

function verdict({ has_too_few_rows: hasTooFewRows }, index) {
  if (hasTooFewRows) return "Too few rows";
  return index < NOTED ? "Like the training" : index < FAR ? "Somewhat different" : "Far from the training";
}

function bar(index) {
  const width = 100 * Math.min(1, index / FULL);
  const drawing = shape("svg", { class: "drift-bar", viewBox: "0 0 100 10", width: 100, height: 10, "aria-hidden": "true" });
  drawing.append(shape("rect", { class: index < FAR ? "bar-mark" : "bar-mark far", width, height: 10, rx: 2 }));
  for (const mark of [NOTED, FAR]) {
    const x = 100 * mark / FULL;
    drawing.append(shape("line", { class: "axis", x1: x, x2: x, y1: 0, y2: 10 }));
  }
  return drawing;
}

const again = () => showDrift(chosen).catch((error) => show(error, "problem", again));
byId("drift-window").addEventListener("change", again);
