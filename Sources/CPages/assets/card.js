// The card of the version in service: what a validator asks of it, groups of applicants among that.

import { element, format } from "./drawing.js";
import { documentAt } from "./server.js";

const byId = (id) => document.getElementById(id);

/** What a cell shows where nothing is known. */
const NOTHING = "–";
const digits = (value, count) => typeof value === "number" ? value.toFixed(count) : NOTHING;
const shareOf = (value) => typeof value === "number" ? format.share(value) : NOTHING;

/** A figure of a card with its interval. */
export function ranged(figure, write = (value) => digits(value, 4)) {
  if (typeof figure?.value !== "number") return NOTHING;
  const hasInterval = typeof figure.lower === "number" && typeof figure.upper === "number";
  return hasInterval ? `${write(figure.value)} (${write(figure.lower)}–${write(figure.upper)})` : write(figure.value);
}

/** The columns of a table of groups, by the names of a card. */
const COLUMNS = [
  ["Applications", ({ rows }) => format.whole(rows)],
  ["Defaulted", ({ default_rate: rate }) => ranged(rate, shareOf)],
  ["Predicted", ({ predicted_rate: rate }) => shareOf(rate)],
  ["Approved", ({ approval_rate: rate }) => ranged(rate, shareOf)],
  ["Ratio of approvals", ({ air }) => ranged(air, (value) => digits(value, 2))],
  ["Fisher’s p", ({ fisher_p: p }) => digits(p, 3)],
  ["Difference of points", ({ smd }) => digits(smd, 2)],
];

/** Shows a card; nothing where there is none. */
export function showCard(model, version, card) {
  byId("card").hidden = !card?.figures;
  if (!card?.figures) return;
  byId("card-parts").replaceChildren(...[
    facts(card), list("What people say", Object.entries(card.fields ?? {}).map(([name, text]) => `${words(name)}: ${text}`)),
    list("Limits of use", card.limits ?? []), list("Directions", (card.constraints ?? []).map(direction)),
    card.later_policy ? element("p", { class: "hint" }, "This version has another policy since its training: approvals are by the one before.") : null,
    ...(card.fairness ?? []).map(groups), elderly(card.elderly_check),
  ].filter(Boolean));
  byId("card-note").textContent = "";
  for (const [id, type, ending] of [["card-json", "application/json", "json"], ["card-markdown", "text/markdown", "md"]]) {
    byId(id).onclick = () => save(model.name, version, type, ending);
  }
}

const words = (name) => name.charAt(0).toUpperCase() + name.slice(1).replaceAll("_", " ");

function facts({ model, data, calibration }) {
  const known = [
    ["Generation of the training", model.generation], ["Trained", model.trained_at], ["By", model.producer],
    ["Rows to train on", format.whole(data.train_rows)], ["Rows to test with", format.whole(data.test_rows)],
    ["Calibration", calibration ? `${calibration.method}, by ${format.whole(calibration.rows)} rows` : "none"],
    ["SHA-256 of the model", model.sha256],
  ];
  return element("dl", { class: "facts" }, ...known.flatMap(([name, value]) =>
    [element("dt", {}, name), element("dd", {}, String(value ?? "not measured"))]));
}

function list(title, texts) {
  if (texts.length === 0) return null;
  return element("section", {}, element("h3", {}, title),
    element("ul", {}, ...texts.map((text) => element("li", {}, text))));
}

const direction = ({ feature, direction: way, verdict }) => `${feature}: the risk is ${way}, ${verdict}.`;

/** The measures of the groups of one protected column, or why there are none. */
function groups({ column, reference, unknown_rows: unknown, groups: found, not_measured: reason }) {
  const title = element("h3", {}, `Groups by ${column}`);
  if (!found) return element("section", {}, title, element("p", {}, `Not measured: ${reason}.`));
  const head = ["Group", ...COLUMNS.map(([name]) => name)].map((name, index) =>
    element("th", { scope: "col", class: index ? "number" : "" }, name));
  const rows = found.map((group) => element("tr", {},
    element("th", { scope: "row" }, group.name === reference ? `${group.name} (reference)` : group.name),
    ...COLUMNS.map(([, read]) => element("td", { class: "number" }, read(group)))));
  const table = element("table", {}, element("thead", {}, element("tr", {}, ...head)), element("tbody", {}, ...rows));
  return element("section", { class: "groups" }, title,
    element("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": `Groups by ${column}: measures` }, table),
    element("p", { class: "hint" }, "Measures of the rows to test with, which prove nothing by themselves."
      + (unknown > 0 ? ` The group of ${format.whole(unknown)} more is not known.` : "")));
}

function elderly(check) {
  if (!check) return null;
  const text = check.in_model
    ? `Of ${format.whole(check.rows)} applicants of 62 and older, age (${check.column}) raises the risk of none.`
    : `Age (${check.column}) is not in the model.`;
  return element("section", {}, element("h3", {}, "Applicants of 62 and older"), element("p", {}, text));
}

/** Gives the card as a file. */
async function save(name, version, type, ending) {
  byId("card-note").textContent = "";
  try {
    const path = `/models/${encodeURIComponent(name)}/card?version=${encodeURIComponent(version)}`;
    const address = URL.createObjectURL(await documentAt(path, type));
    element("a", { href: address, download: `${name}.card.${ending}` }).click();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
  } catch (error) {
    byId("card-note").textContent = error.message;
  }
}
