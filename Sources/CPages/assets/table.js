// A table of applications, scored in parts: it is read, and the answers are put together, in this
// page; nothing is stored by the server.

import { element, format } from "./drawing.js";
import { line, parse } from "./csv.js";
import { hasBareCodes } from "./judgment.js";
import { PRINCIPAL_MAX } from "./reasons.js";
import { ask, explains } from "./estimates.js";
import { listOf } from "./words.js";

const byId = (id) => document.getElementById(id);

const BYTES_MAX = 32 << 20;
const ROWS_MAX = 100_000;
/** Rows of a call: a server explains as many in some tenths of a second. */
const PART = 250;

/** What tables say for a missing value, as pandas and the server's own tables take it. */
const MISSING = new Set(["", "NA", "N/A", "#N/A", "#N/A N/A", "#NA", "<NA>", "n/a", "null", "NULL", "None", "NaN", "nan",
  "-NaN", "-nan", "1.#IND", "-1.#IND", "1.#QNAN", "-1.#QNAN"]);

/** The work under way; null where there is none. */
let working = null;
/** The address of the last result, until there is another one. */
let address = null;

/** The records of a table by the features of a model: `{ header, rows, records }`. */
export function recordsOf(text, features) {
  const [header, ...rows] = parse(text);
  if (!header || rows.length === 0) throw new Error("The table has no rows below its header.");
  if (rows.length > ROWS_MAX) {
    throw new Error(`The table has ${format.whole(rows.length)} rows; this page takes ${format.whole(ROWS_MAX)}.`);
  }
  const names = header.map((name) => name.trim());
  const missing = features.map(({ name }) => name).filter((name) => !names.includes(name));
  if (missing.length > 0) throw new Error(`The table has no column ${listOf(missing)}.`);
  const wrong = rows.findIndex((row) => row.length !== names.length);
  if (wrong >= 0) {
    throw new Error(`Row ${wrong + 1} has ${rows[wrong].length} fields, and the header has ${names.length}.`);
  }
  const places = features.map((feature) => [feature, names.indexOf(feature.name)]);
  const records = rows.map((row) => Object.fromEntries(
    places.map(([feature, place]) => [feature.name, valueOf(feature, row[place])])));
  return { header: names, rows, records };
}

/** A field as records have it: the server reads numbers, dates and booleans from texts. */
function valueOf(feature, text) {
  const trimmed = text.trim();
  if (MISSING.has(trimmed)) return null;
  if (hasBareCodes(feature)) return Number(trimmed);
  return feature.kind === "category" ? text : trimmed;
}

const DECIDED = ["points", "band", "decision", "rules"];

/** The names of the columns that a result has after those of the table. */
export const addedNames = (model, { decides, explains }, width) => [
  ...(model.prediction === "probability" ? ["probability"]
    : Array.from({ length: width }, (_, index) => width === 1 ? "prediction" : `prediction_${index}`)),
  ...(decides ? DECIDED : []),
  ...(explains ? Array.from({ length: PRINCIPAL_MAX }, (_, index) => [`reason_${index + 1}`, `text_${index + 1}`]).flat() : []),
];

/** What is added to one row. */
export function addedFields(values, decision, explanation, { decides, explains }) {
  const fields = [...values];
  if (decides) {
    fields.push(decision.points, decision.band, decision.decision, decision.rules.map(({ code }) => code).join(" "));
  }
  if (explains) {
    for (let index = 0; index < PRINCIPAL_MAX; index++) {
      const reason = explanation.reasons[index];
      fields.push(reason?.code, reason?.text);
    }
  }
  return fields;
}

/** Scores the file that was chosen. */
export async function scoreTable(file, model) {
  stop();
  const work = { controller: new AbortController() };
  working = work;
  show("", 0);
  byId("table-problem").textContent = "";
  byId("table-result").hidden = true;
  try {
    if (file.size > BYTES_MAX) throw new Error(`The file has more than ${BYTES_MAX >> 20} MiB.`);
    const table = recordsOf(await file.text(), model.features);
    const result = await scored(table, model, work);
    if (working === work) offer(result, file.name, table.rows.length);
  } catch (error) {
    if (working === work) byId("table-problem").textContent = error.message;
  } finally {
    if (working === work) stop();
  }
}

/** Asks again where a server is busy, some times. */
async function patiently(asking) {
  for (let pause = 500; ; pause *= 2) {
    try {
      return await asking();
    } catch (error) {
      if (![429, 503, 504].includes(error.status) || pause > 8_000) throw error;
      await new Promise((go) => setTimeout(go, pause));
    }
  }
}

async function scored({ header, rows, records }, model, work) {
  const parts = [];
  const counts = new Map();
  for (let first = 0; first < records.length; first += PART) {
    show(`${format.whole(first)} of ${format.whole(records.length)} rows`, first / records.length);
    const part = records.slice(first, first + PART);
    const asking = () => ask(model, part, { max: PRINCIPAL_MAX }, work.controller.signal);
    const answer = await patiently(asking).catch((error) => {
      error.message = `Rows ${first + 1} to ${first + part.length}: ${error.message}`;
      throw error;
    });
    const can = { decides: Boolean(model.policy), explains: explains(model) };
    const lines = answer.predictions.map((prediction, index) => {
      const values = Array.isArray(prediction) ? prediction : [prediction];
      const decision = answer.decisions?.[index];
      if (decision) counts.set(decision.decision, (counts.get(decision.decision) ?? 0) + 1);
      if (parts.length === 0) parts.push(line([...header, ...addedNames(model, can, values.length)]));
      return line([...rows[first + index], ...addedFields(values, decision, answer.explanations?.[index], can)]);
    });
    parts.push(lines.join(""));
  }
  return { parts, counts };
}

/** What became of the rows, and the table to download. */
function offer({ parts, counts }, name, count) {
  if (address) URL.revokeObjectURL(address);
  address = URL.createObjectURL(new Blob(parts, { type: "text/csv" }));
  const words = { approve: "approved", refer: "referred", decline: "declined" };
  const decided = Object.entries(words).filter(([decision]) => counts.has(decision))
    .map(([decision, word]) => `${format.whole(counts.get(decision))} ${word}`);
  const text = `${format.whole(count)} rows scored${decided.length > 0 ? `: ${listOf(decided)}` : ""}.`;
  byId("table-result").replaceChildren(element("p", {}, text),
    element("a", { href: address, download: name.replace(/(\.csv)?$/i, "-scored.csv"), id: "table-download" },
      "Download the scored table"));
  byId("table-result").hidden = false;
}

function show(text, share) {
  byId("table-progress").hidden = false;
  byId("table-share").value = share;
  byId("table-done").textContent = text;
}

/** Ends what is under way. */
export function stop() {
  working?.controller.abort();
  working = null;
  byId("table-progress").hidden = true;
}
