// SPDX-License-Identifier: Apache-2.0
// swift-format-ignore-file
// Made by `make assets` from the files of `assets`.

/// The files that the server hands to browsers, as they are.
enum Assets {
    static let accessJS = ##"""
// Why something did not work, and the way on: another token, or what the server says.

import { Refusal, useToken } from "./server.js";

const byId = (id) => document.getElementById(id);

/** What to do again with another token. */
let again = () => {};

/** Says where people look why something did not work, or asks for a token to do it again with. */
export function show(error, place, retry) {
  if (error instanceof Refusal && error.isAboutToken) {
    again = retry;
    askForToken(error.message);
  } else {
    byId(place).textContent = error.message;
    byId(place).hidden = false;
  }
}

function askForToken(message) {
  byId("access").hidden = false;
  byId("token-problem").textContent = message;
  byId("token").setAttribute("aria-invalid", String(byId("token").value !== ""));
  byId("token").focus();
  byId("token").select();
}

/** Passes on the answer to a call that the server allowed. */
export function allowed(content) {
  byId("access").hidden = true;
  byId("token").value = "";
  return content;
}

byId("access").addEventListener("submit", (event) => {
  event.preventDefault();
  byId("token-problem").textContent = "";
  const problem = useToken(byId("token").value);
  if (problem) askForToken(problem);
  else again();
});
"""##

    static let chartsJS = ##"""
// Charts as SVG, each with the same numbers as a table for those who cannot see it.

const SVG = "http://www.w3.org/2000/svg";

/** An element with attributes and children; texts become text nodes, so nothing is parsed. */
export function element(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

function shape(name, attributes = {}, text = null) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  if (text !== null) node.textContent = text;
  return node;
}

const whole = new Intl.NumberFormat("en");
const share = new Intl.NumberFormat("en", { style: "percent", maximumFractionDigits: 1 });
const rounded = new Intl.NumberFormat("en", { style: "percent" });

export const format = {
  whole: (value) => whole.format(value),
  share: (value) => share.format(value),
};

function caption(title, text) {
  return element("figcaption", {}, element("strong", {}, title), element("span", {}, text));
}

/** The numbers behind a chart. */
function numbers(title, headings, rows) {
  const head = element("tr", {}, ...headings.map((text, index) =>
    element("th", { scope: "col", class: index ? "number" : "" }, text)));
  const body = rows.map((row) => element("tr", {}, ...row.map((text, index) =>
    index ? element("td", { class: "number" }, text) : element("th", { scope: "row" }, text))));
  const table = element("table", {}, element("thead", {}, head), element("tbody", {}, ...body));
  return element("details", {}, element("summary", {}, "Show the numbers"),
    element("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": `${title}: numbers` }, table));
}

/** The width that a figure has for its chart, in pixels, within what charts are made for. */
function widthOf(figure, most) {
  const style = getComputedStyle(figure);
  const width = figure.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
  return Math.max(260, Math.min(most, width > 0 ? width : most));
}

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
      shape("text", { x: x(tick), y: y(0) + 18, "text-anchor": "middle" }, rounded.format(tick)),
      shape("text", { x: x(0) - 7, y: y(tick) + 4, "text-anchor": "end" }, rounded.format(tick)));
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

/** Whether probabilities mean what they say. */
export function drawCalibration(figure, bins) {
  const filled = bins.filter((bin) => bin.rows > 0);
  const plot = squarePlot(figure, "Calibration curve", "Estimated probability", "Share that defaulted");
  const points = filled.map((bin) => [plot.x(bin.predicted), plot.y(bin.observed)]);
  plot.svg.append(shape("path", { class: "curve", d: path(points) }));
  for (const [x, y] of points) plot.svg.append(shape("circle", { class: "dot", cx: x, cy: y, r: 5 }));
  figure.replaceChildren(
    caption("Calibration", "Applications by tenths of their estimate. On the dashed line, estimates come true as often as they say."),
    plot.svg,
    numbers("Calibration", ["Estimate", "Defaulted", "Applications"],
      filled.map((bin) => [format.share(bin.predicted), format.share(bin.observed), format.whole(bin.rows)])));
}

/** What the model looks at. */
export function drawImportance(figure, importances, label) {
  const total = importances.reduce((sum, item) => sum + item.total_gain, 0) || 1;
  const items = importances.map((item) => ({ ...item, share: item.total_gain / total }))
    .sort((a, b) => b.share - a.share);
  const width = widthOf(figure, 1200);
  // Labels stand above their bars where there is no room beside them.
  const isNarrow = width < 520;
  const [left, rowHeight] = isNarrow ? [0, 44] : [170, 32];
  const right = 56;
  const svg = shape("svg", { viewBox: `0 0 ${width} ${items.length * rowHeight}`, role: "img",
    "aria-label": `Feature importance, led by ${items.slice(0, 3).map((item) => label(item.name)).join(", ")}` });
  const scale = (width - left - right) / (items[0]?.share || 1);
  items.forEach((item, index) => {
    const top = index * rowHeight;
    const barTop = isNarrow ? top + 20 : top + 5;
    const length = Math.max(2, item.share * scale);
    svg.append(
      shape("text", { x: isNarrow ? 0 : left - 12, y: isNarrow ? top + 13 : top + 20,
        "text-anchor": isNarrow ? "start" : "end", class: "strong" }, label(item.name)),
      shape("rect", { class: "bar-mark", x: left, y: barTop, width: length, height: isNarrow ? 14 : 20, rx: 4 }),
      shape("text", { x: left + length + 8, y: barTop + (isNarrow ? 11 : 15) }, format.share(item.share)));
  });
  figure.replaceChildren(
    caption("What the model looks at", "Share of the loss that splits on each feature saved in training (total gain)."),
    svg,
    numbers("Importance", ["Feature", "Share of gain", "Splits"],
      items.map((item) => [label(item.name), format.share(item.share), format.whole(item.splits)])));
}

/** Where a score sits among held-out applications; counts are drawn by their square root. */
export function drawDistribution(figure, histogram, probability) {
  const [width, height, columns, foot] = [widthOf(figure, 640), 150, 50, 40];
  const merge = histogram.defaults.length / columns;
  const sum = (values, index) => values.slice(index * merge, (index + 1) * merge).reduce((a, b) => a + b, 0);
  const bins = Array.from({ length: columns }, (_, index) => ({
    paid: sum(histogram.non_defaults, index), defaulted: sum(histogram.defaults, index),
  }));
  const top = 26;
  const most = Math.max(1, ...bins.map((bin) => bin.paid + bin.defaulted));
  const high = (count) => Math.sqrt(count / most) * height;
  const text = probability === null ? "Distribution of estimates among held-out applications"
    : `Distribution of estimates; this application at ${format.share(probability)}`;
  const svg = shape("svg", { viewBox: `0 0 ${width} ${top + height + foot}`, role: "img", "aria-label": text });
  const step = width / columns;
  bins.forEach((bin, index) => {
    const total = high(bin.paid + bin.defaulted);
    const part = bin.defaulted === 0 ? 0 : total * bin.defaulted / (bin.paid + bin.defaulted);
    const box = { x: index * step + 0.75, width: step - 1.5 };
    const base = top + height;
    if (part > 0) svg.append(shape("rect", { class: "defaulted", ...box, y: base - part, height: part }));
    if (total > part) svg.append(shape("rect", { class: "paid", ...box, y: base - total, height: total - part }));
  });
  svg.append(
    shape("line", { class: "axis", x1: 0, x2: width, y1: top + height, y2: top + height }),
    shape("line", { class: "reference", x1: width / 2, x2: width / 2, y1: top, y2: top + height }));
  for (const tick of [0, 0.25, 0.5, 0.75, 1]) {
    const anchor = tick === 0 ? "start" : tick === 1 ? "end" : "middle";
    svg.append(shape("text", { x: tick * width, y: top + height + 18, "text-anchor": anchor }, rounded.format(tick)));
  }
  svg.append(shape("text", { x: width / 2, y: top + height + 36, "text-anchor": "middle" }, "Estimated probability of default"));
  if (probability !== null) {
    const x = probability * width;
    const anchor = probability < 0.15 ? "start" : probability > 0.85 ? "end" : "middle";
    svg.append(
      shape("line", { class: "marker", x1: x, x2: x, y1: top - 8, y2: top + height }),
      shape("circle", { class: "marker-head", cx: x, cy: top - 8, r: 4 }),
      shape("text", { class: "strong", x: x + (anchor === "start" ? 8 : anchor === "end" ? -8 : 0),
        y: anchor === "middle" ? 10 : top - 4, "text-anchor": anchor }, "This application"));
  }
  const entry = (name, text) => element("li", {}, element("span", { class: `swatch ${name}`, "aria-hidden": "true" }), text);
  figure.replaceChildren(
    caption("Among applications held out from training", "Beyond the dashed line, a default is the likelier end. Heights are square roots of counts, so that rare scores show too."),
    svg,
    element("ul", { class: "legend" }, entry("paid", "Repaid"), entry("defaulted", "Defaulted")),
    numbers("Distribution", ["Estimate", "Repaid", "Defaulted"], tenths(histogram)));
}

/** The counts of a distribution by tenths of the estimate. */
function tenths({ defaults, non_defaults: paid }) {
  const size = defaults.length / 10;
  const sum = (values, index) => values.slice(index * size, (index + 1) * size).reduce((a, b) => a + b, 0);
  return Array.from({ length: 10 }, (_, index) => [
    `${index * 10}–${index * 10 + 10}%`, format.whole(sum(paid, index)), format.whole(sum(defaults, index))]);
}
"""##

    static let docsCSS = ##"""
.group { margin-bottom: 2rem; }
.group > p { color: var(--ink-soft); margin: 0.2rem 0 0.8rem; }
.operation { margin: 0 0 0.6rem; padding: 0; overflow: hidden; }
.operation > summary {
  display: flex; flex-wrap: wrap; align-items: baseline; gap: 0.4rem 0.9rem; width: auto;
  padding: 0.7rem 1.1rem; color: var(--ink); list-style: none;
}
.operation > summary::-webkit-details-marker { display: none; }
.operation > summary::after {
  content: ""; width: 0.5rem; height: 0.5rem; margin-left: auto; align-self: center;
  border: solid var(--ink-soft); border-width: 0 2px 2px 0; transform: rotate(45deg);
}
.operation[open] > summary::after { transform: rotate(-135deg); }
.operation > summary:hover { background: var(--accent-soft); }
.operation[open] > summary { border-bottom: 1px solid var(--line); }
.method { min-width: 3.6rem; font-weight: 700; font-size: 0.8rem; letter-spacing: 0.04em; }
.method.get { color: var(--good); }
.method.post { color: var(--accent); }
.method.delete { color: var(--bad); }
.path { font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-weight: 600; overflow-wrap: anywhere; }
.summary { color: var(--ink-soft); }
.inside { display: grid; gap: 1rem; padding: 1.1rem; }
.inside > * { min-width: 0; }
.inside h3 { font-size: 0.95rem; margin-bottom: 0.35rem; }
.inside pre { max-height: 24rem; margin-top: 0.4rem; }
.inside td { white-space: normal; vertical-align: top; }
.inside th { vertical-align: top; }
.inside td:last-child { min-width: 11rem; }
.inside .scroll { max-height: none; }
"""##

    static let docsHTML = ##"""
<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <title>Loan default: API</title>
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="description" content="The HTTP calls of loan-default.">
  <meta name="color-scheme" content="light dark">
  <link rel="icon" href="/page/icon.svg" type="image/svg+xml">
  <link rel="stylesheet" href="/page/page.css">
  <link rel="stylesheet" href="/page/docs.css">
  <script src="/page/theme.js"></script>
  <script type="module" src="/page/docs.js"></script>
</head>
<body>
  <a class="skip" href="#main">Skip to the calls</a>
  <header class="bar">
    <div class="bar-inner">
      <p class="brand"><img src="/page/icon.svg" alt="" width="28" height="28"> Loan default</p>
      <nav aria-label="Pages">
        <a href="/">Scoring</a>
        <a href="/docs" aria-current="page">API</a>
      </nav>
      <button type="button" id="theme" class="quiet" aria-label="Auto color theme"><span>Auto</span></button>
    </div>
  </header>
  <main id="main" tabindex="-1">
    <section class="intro">
      <h1 id="title">API</h1>
      <p id="description"></p>
      <p>The whole description: <a href="/openapi.json">openapi.json</a> (OpenAPI 3.1).</p>
    </section>
    <p id="problem" class="card notice problem" role="alert" hidden></p>
    <div id="calls"></div>
    <noscript><p class="card notice">This page needs JavaScript; <a href="/openapi.json">openapi.json</a> does not.</p></noscript>
  </main>
</body>
</html>
"""##

    static let docsJS = ##"""
// Shows /openapi.json: every call with its parameters, bodies and answers.

import { element } from "./charts.js";

const byId = (id) => document.getElementById(id);
const METHODS = ["get", "post", "put", "delete"];

let specification = {};

/** Follows a reference within the document. */
function resolve(value) {
  if (!value?.$ref) return value ?? {};
  return value.$ref.slice(2).split("/").reduce(
    (node, step) => node[step.replaceAll("~1", "/").replaceAll("~0", "~")], specification);
}

/** Prose, with what stands between backticks as code. */
const prose = (text = "") => text.split("`").map((part, index) => index % 2 ? element("code", {}, part) : part);

const code = (value) => element("pre", { tabindex: "0" }, element("code", {},
  typeof value === "string" ? value : JSON.stringify(value, null, 2)));

function table(headings, rows) {
  return element("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": headings.join(", ") }, element("table", {},
    element("thead", {}, element("tr", {}, ...headings.map((text) => element("th", { scope: "col" }, text)))),
    element("tbody", {}, ...rows.map((cells) => element("tr", {}, ...cells.map((cell, index) =>
      index ? element("td", {}, ...prose(cell)) : element("th", { scope: "row" }, cell)))))));
}

/** A schema's type in a few words. */
function typeOf(schema) {
  const name = schema?.$ref?.split("/").pop();
  const { type, enum: choices, anyOf, oneOf, items, const: only } = resolve(schema);
  if (choices) return choices.map((choice) => JSON.stringify(choice)).join(" | ");
  if (only !== undefined) return JSON.stringify(only);
  if (type === "array") return `list of ${typeOf(items ?? {})}`;
  if (anyOf ?? oneOf) return (anyOf ?? oneOf).map(typeOf).join(" | ");
  if (Array.isArray(type)) return type.join(" | ");
  return type === "object" && name ? name : type ?? name ?? "any";
}

function examplesOf(media) {
  if (media.example !== undefined) return [["Example", media.example]];
  return Object.entries(media.examples ?? {}).map(([name, example]) => {
    const { summary, value } = resolve(example);
    return [summary ?? name, value];
  });
}

function parametersOf(operation, shared) {
  const parameters = [...shared, ...operation.parameters ?? []].map(resolve);
  if (parameters.length === 0) return [];
  return [element("div", {}, element("h3", {}, "Parameters"), table(
    ["Name", "In", "Type", "Meaning"],
    parameters.map((parameter) => [parameter.name, parameter.in, typeOf(parameter.schema), parameter.description ?? ""])))];
}

/** The fields of one form of a body. */
function fieldsOf(schema) {
  const required = new Set(schema.required ?? []);
  const rows = Object.entries(schema.properties ?? {}).map(([name, property]) => [
    name, typeOf(property), required.has(name) ? "yes" : "",
    property.description ?? resolve(property).description ?? ""]);
  if (rows.length === 0) return [];
  const title = schema.title ? [element("p", { class: "hint" }, `Form: ${schema.title}`)] : [];
  return [...title, table(["Field", "Type", "Required", "Meaning"], rows)];
}

/** A call as one would type it; texts in bodies hold no single quotes. */
const curl = (path, value) => `curl -X POST ${location.origin}${path.replace(/{(\w+)}/g, (_, name) => name.toUpperCase())} \\\n`
  + `  -H 'Content-Type: application/json' \\\n  -d '${JSON.stringify(value, null, 2).replaceAll("'", "\\u0027")}'`;

function bodyOf(path, operation) {
  const body = resolve(operation.requestBody);
  return Object.entries(body.content ?? {}).map(([type, media]) => {
    const schema = resolve(media.schema);
    return element("div", {}, element("h3", {}, `Body: ${type}`),
      ...(schema.oneOf ?? [schema]).map(resolve).flatMap(fieldsOf),
      ...examplesOf(media).flatMap(([name, value]) => [
        element("p", { class: "hint" }, name), code(type === "application/json" ? curl(path, value) : value)]));
  });
}

function answersOf(operation) {
  const rows = [];
  const examples = [];
  const refusals = [];
  for (const [status, reference] of Object.entries(operation.responses)) {
    const answer = resolve(reference);
    const forms = Object.keys(answer.content ?? {}).map((type) => type === "application/json" ? "JSON" : type);
    rows.push([status, forms.join(", "), answer.description]);
    for (const media of Object.values(answer.content ?? {})) {
      for (const [name, value] of examplesOf(media)) {
        const list = status.startsWith("2") ? examples : refusals;
        list.push(element("p", { class: "hint" }, name === "Example" ? status : `${status}: ${name}`), code(value));
      }
    }
  }
  return element("div", {}, element("h3", {}, "Answers"), table(["Status", "Form", "Meaning"], rows), ...examples,
    ...(refusals.length > 0
      ? [element("details", {}, element("summary", {}, "Examples of refusals"), ...refusals)] : []));
}

function operationCard(path, method, operation, shared) {
  const inside = element("div", { class: "inside" },
    ...(operation.description ? [element("p", {}, ...prose(operation.description))] : []),
    ...parametersOf(operation, shared), ...bodyOf(path, operation), answersOf(operation));
  return element("details", { class: "card operation", id: operation.operationId },
    element("summary", {},
      element("span", { class: `method ${method}` }, method.toUpperCase()),
      element("span", { class: "path" }, path), element("span", { class: "summary" }, ...prose(operation.summary))),
    inside);
}

function show() {
  byId("title").textContent = `${specification.info.title} API`;
  byId("description").textContent = specification.info.summary ?? specification.info.description;
  const groups = specification.tags.map((tag) => {
    const cards = [];
    for (const [path, item] of Object.entries(specification.paths)) {
      for (const method of METHODS) {
        const operation = item[method];
        if (operation?.tags.includes(tag.name)) {
          cards.push(operationCard(path, method, operation, item.parameters ?? []));
        }
      }
    }
    return element("section", { class: "group" }, element("h2", {}, tag.name), element("p", {}, ...prose(tag.description)), ...cards);
  });
  byId("calls").replaceChildren(...groups);
  const asked = location.hash && byId(location.hash.slice(1));
  if (asked) {
    asked.open = true;
    asked.scrollIntoView();
  }
}

try {
  specification = await (await fetch("/openapi.json")).json();
  show();
} catch {
  byId("problem").textContent = "The description of the API cannot be read.";
  byId("problem").hidden = false;
}
"""##

    static let formJS = ##"""
// The application form: its fields, what they say, and what is said about them.

import { element } from "./charts.js";
import { judge, judgeShare, mayBeEmpty, SHARE } from "./judgment.js";
import { typable } from "./numbers.js";
import { categoryOf, GROUPS, labelOf, wordsOf } from "./words.js";

const byId = (id) => document.getElementById(id);
const idOf = (feature) => `feature-${feature.name}`;
const controlOf = (feature) => byId(idOf(feature));

/** The features of the model that the form is for. */
let features = [];
/** Whether amount and income are there to compute the share from. */
let hasShare = false;

const isShare = (feature) => hasShare && feature.name === SHARE.name;

// Fields

/** Makes the form of a model. What a field of the same name says stays. */
export function makeFields(newFeatures) {
  const texts = new Map(features.map((feature) => [feature.name, controlOf(feature).value]));
  features = newFeatures;
  hasShare = [SHARE.of, SHARE.to].every((name) =>
    features.some((feature) => feature.name === name && feature.kind === "number"));
  const groups = new Map(GROUPS.map(([prefix]) => [prefix, []]));
  for (const feature of features) {
    const [prefix] = GROUPS.find(([prefix]) => feature.name.startsWith(prefix));
    groups.get(prefix).push(field(feature));
  }
  byId("fields").replaceChildren(...GROUPS.filter(([prefix]) => groups.get(prefix).length > 0)
    .map(([prefix, title]) => element("fieldset", {}, element("legend", {}, title),
      element("div", { class: "grid" }, ...groups.get(prefix)))));
  for (const feature of features) setText(feature, texts.get(feature.name) ?? "");
  showShare();
}

function field(feature) {
  const id = idOf(feature);
  const unit = [wordsOf(feature.name).unit, mayBeEmpty(feature) ? "optional" : null].filter(Boolean).join(", ");
  const label = element("label", { for: id }, labelOf(feature.name));
  if (unit) label.append(" ", element("span", { class: "unit" }, unit));
  const described = { "aria-describedby": `${id}-hint ${id}-problem ${id}-warning` };
  return element("div", { class: "field" }, label, control(feature, { id, name: feature.name, ...described }),
    element("span", { class: "field-hint", id: `${id}-hint` }, hint(feature)),
    element("span", { class: "field-problem", id: `${id}-problem` }),
    element("span", { class: "field-warning", id: `${id}-warning` }));
}

function control(feature, attributes) {
  if (feature.kind === "category") {
    return element("select", { ...attributes, "aria-required": "true" }, element("option", { value: "" }, "Choose…"),
      ...feature.categories.map((category) =>
        element("option", { value: category }, categoryOf(feature.name, category))));
  }
  const input = { ...attributes, type: "text", autocomplete: "off" };
  if (isShare(feature)) return element("input", { ...input, readonly: "", placeholder: "–" });
  const required = mayBeEmpty(feature) ? {} : { "aria-required": "true" };
  return element("input", { ...input, ...required, inputmode: "decimal", maxlength: "40" });
}

function hint(feature) {
  if (isShare(feature)) return "Computed: amount divided by income.";
  return mayBeEmpty(feature) ? `If empty: ${typable(feature.median)}, the median in training.` : "";
}

/** A category that the model does not know stays unchosen. */
function setText(feature, text) {
  controlOf(feature).value = text;
  if (controlOf(feature).selectedIndex === -1) controlOf(feature).value = "";
}

// Reading

function verdictOf(feature) {
  if (isShare(feature)) return judgeShare(feature, verdictOfNamed(SHARE.of), verdictOfNamed(SHARE.to));
  return judge(feature, controlOf(feature).value);
}

const verdictOfNamed = (name) => verdictOf(features.find((feature) => feature.name === name));

/** All that the form says, to be compared with what was scored. */
export const snapshot = () => JSON.stringify(features.map((feature) => controlOf(feature).value));

/**
 * Reads the whole form and marks its fields: the application as the model reads it, or null, with
 * the names of the fields that are missing, wrong, or a reason for care.
 */
export function readApplication() {
  const record = {};
  const named = { missing: [], wrong: [], cautions: [] };
  let first = null;
  showShare();
  for (const feature of features) {
    const verdict = verdictOf(feature);
    mark(feature, verdict);
    record[feature.name] = verdict.value;
    // Without amount or income there is no share: they are what is missing.
    if (isShare(feature) && verdict.isMissing) continue;
    if (verdict.problem) first ??= controlOf(feature);
    const names = verdict.isMissing ? named.missing : verdict.problem ? named.wrong
      : verdict.warning ? named.cautions : null;
    names?.push(labelOf(feature.name));
  }
  first?.focus();
  return { record: first ? null : record, ...named };
}

// Marks

function mark(feature, { problem = "", warning = "" }) {
  const control = controlOf(feature);
  if (problem) control.setAttribute("aria-invalid", "true");
  else control.removeAttribute("aria-invalid");
  byId(`${control.id}-problem`).textContent = problem;
  byId(`${control.id}-warning`).textContent = warning;
}

/** Shows the share of income that amount and income make. */
function showShare() {
  const feature = features.find(isShare);
  if (!feature) return;
  const verdict = verdictOf(feature);
  controlOf(feature).value = typeof verdict.value === "number" ? typable(verdict.value) : "";
  mark(feature, verdict);
}

const featureOf = (control) => features.find((feature) => idOf(feature) === control.id);

/** While a field is typed in: what is already said about it is kept true. */
export function noteInput({ target }) {
  const feature = featureOf(target);
  if (feature && isMarked(target)) mark(feature, verdictOf(feature));
  showShare();
}

/** When a field is left: a value is judged, but nobody is reproached for a field to come. */
export function noteChange({ target }) {
  const feature = featureOf(target);
  if (!feature) return;
  const verdict = verdictOf(feature);
  if (!verdict.isMissing || isMarked(target)) mark(feature, verdict);
}

const isMarked = (control) =>
  byId(`${control.id}-problem`).textContent !== "" || byId(`${control.id}-warning`).textContent !== "";

export function fillExample() {
  for (const feature of features) {
    setText(feature, String(wordsOf(feature.name).example ?? ""));
    mark(feature, {});
  }
  for (const feature of features) if (!verdictOf(feature).isMissing) mark(feature, verdictOf(feature));
  showShare();
}

export function clear() {
  for (const feature of features) {
    setText(feature, "");
    mark(feature, {});
  }
  showShare();
}
"""##

    static let iconSVG = ##"""
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">
  <rect width="32" height="32" rx="8" fill="#2457d6"/>
  <path d="M6 24h20M8 20c5 0 6-12 10-12 2.600 0 3.600 4 6 6" fill="none" stroke="#fff" stroke-width="2.600" stroke-linecap="round"/>
  <circle cx="18" cy="8.200" r="2.600" fill="#ffb454"/>
</svg>
"""##

    static let judgmentJS = ##"""
// What the values of a form are to a model: a value, missing, refused, or a reason for care.

import { typable, understand } from "./numbers.js";
import { wordsOf } from "./words.js";

/** The features whose quotient is the share of income. */
export const SHARE = { name: "loan_percent_income", of: "loan_amnt", to: "person_income" };

/** A missing number becomes the median, where the model has one; a category is never missing. */
export const mayBeEmpty = (feature) => feature.kind === "number" && feature.median !== null;

/** Of a category or a number: `{ value, isMissing, problem, warning }`. */
export function judge(feature, text) {
  if (feature.kind === "category") {
    return text === "" ? missing(feature) : { value: text };
  }
  const { number, problem } = understand(text);
  if (problem) return { problem };
  if (number === null) return missing(feature);
  return judgeNumber(feature, number);
}

/**
 * The share of income, from judgments of amount and income. It has two decimals, as in the public
 * data; null while one of them is missing or refused.
 */
export function judgeShare(feature, amount, income) {
  if (typeof amount.value !== "number" || typeof income.value !== "number") return { value: null, isMissing: true };
  const share = Math.round(amount.value / income.value * 100) / 100;
  // Larger than what models read.
  if (!(share <= 1e30)) return { problem: "The amount is too large for this income." };
  return judgeNumber(feature, share);
}

function missing(feature) {
  if (mayBeEmpty(feature)) return { value: null };
  return { isMissing: true, problem: feature.kind === "category" ? "Choose one." : "Enter a value." };
}

function judgeNumber(feature, value) {
  const { above, from, to } = wordsOf(feature.name);
  const isLow = above !== undefined ? value <= above : from !== undefined && value < from;
  if (isLow || (to !== undefined && value > to)) {
    const least = above !== undefined ? `above ${above}` : `from ${from}`;
    if (to !== undefined) return { problem: `Enter a number ${least} ${above !== undefined ? "and up " : ""}to ${to}.` };
    return { problem: above !== undefined ? `Enter a number ${least}.` : `Enter ${from} or more.` };
  }
  return { value, warning: caution(feature.range, value) };
}

/** Where training has no such value, or hardly one. */
function caution(range, value) {
  if (!range) return undefined;
  const { minimum, maximum, low, high } = range;
  if (value < minimum || value > maximum) {
    return `Outside what the model was trained on: ${typable(minimum)} to ${typable(maximum)}.`;
  }
  if (value < low || value > high) {
    return `Rare in training: 998 of 1,000 applications have ${typable(low)} to ${typable(high)}.`;
  }
  return undefined;
}
"""##

    static let numbersJS = ##"""
// What people type as a number: understood exactly, or refused with what would be right. Nothing is
// cleaned into another number, since 13,5 is 13.5 to some and 135 to a program that drops commas.

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
/** The greatest float32, which is what models read. */
const MOST = 3.4028234663852886e38;
const UNKNOWN = "Enter a number in digits, such as 12.5.";

/** The number of a text: `{ number }`, null for none, or `{ problem }`, a sentence. */
export function understand(typed) {
  const text = typed.trim();
  if (text === "") return { number: null };
  if (!NUMBER.test(text)) return { problem: advice(text) };
  const number = Number(text);
  return Math.abs(number) <= MOST ? { number } : { problem: "This number is too large." };
}

/** What would have been right. */
function advice(text) {
  if (/^[+-]?\d+,\d+$/.test(text)) return commaAdvice(text);
  const separated = withoutGroups(text);
  if (separated) return `Leave out the thousands separators: ${separated}.`;
  const alone = text.replace(/^([+-]?)(USD|[$€£¥])\s*/i, "$1").replace(/\s*(%|USD|[$€£¥]|years?)$/i, "");
  if (alone !== text && NUMBER.test(alone)) return `Enter the number alone: ${alone}.`;
  return UNKNOWN;
}

/** One comma: between decimals, or, before three digits, perhaps between thousands. */
function commaAdvice(text) {
  const point = text.replace(",", ".");
  return /^[+-]?[1-9]\d{0,2},\d{3}$/.test(text)
    ? `Write ${text.replace(",", "")} without a comma, or ${point} with a point for decimals.`
    : `Use a point as the decimal separator: ${point}.`;
}

/** The number of a text whose thousands are apart, as it must be typed; null for other texts. */
function withoutGroups(text) {
  for (const group of [",", ".", " ", "\u00a0", "\u202f", "\u2009", "'", "’", "_"]) {
    const decimal = group === "." ? "," : group === "," ? "." : "[.,]";
    const escaped = group === "." ? "\\." : group;
    const fraction = `(?:${decimal === "." ? "\\." : decimal}\\d+)?`;
    if (new RegExp(`^[+-]?\\d{1,3}(?:${escaped}\\d{3})+${fraction}$`).test(text)) {
      return text.replaceAll(group, "").replace(",", ".");
    }
  }
  return null;
}

const plain = new Intl.NumberFormat("en", { maximumFractionDigits: 2, useGrouping: false });

/** A number as it may be typed. */
export const typable = (number) => plain.format(number);
"""##

    static let openapiJSON = ##"""
{
  "openapi": "3.1.0",
  "info": {
    "title": "loan-default",
    "version": "0.2.0",
    "summary": "Trains an XGBoost model of loan default and serves it.",
    "description": "Compatible with the calls of Intel's Cloud Optimization Module for Kubernetes, and with the protocols of the field.",
    "license": {
      "name": "Apache-2.0",
      "identifier": "Apache-2.0"
    }
  },
  "servers": [
    {
      "url": "/",
      "description": "This server."
    }
  ],
  "tags": [
    {
      "name": "Documented calls",
      "description": "As the original service has them. Refusals have a `detail`."
    },
    {
      "name": "Jobs",
      "description": "Preparing and training that outlive their request."
    },
    {
      "name": "Models",
      "description": "What the page for people shows."
    },
    {
      "name": "Open Inference Protocol v2",
      "description": "For tritonclient, KServe and others, on models that have names. Refusals have an `error`."
    },
    {
      "name": "KServe v1",
      "description": "KServe's first protocol. Refusals have an `error`."
    },
    {
      "name": "SageMaker",
      "description": "The contract of SageMaker's containers, with GET /ping. Refusals have an `error`."
    },
    {
      "name": "Pages",
      "description": "For browsers."
    }
  ],
  "paths": {
    "/ping": {
      "get": {
        "operationId": "ping",
        "tags": [
          "Documented calls"
        ],
        "summary": "Whether the server runs",
        "responses": {
          "200": {
            "description": "It does.",
            "content": {
              "application/json": {
                "schema": {
                  "type": "object",
                  "required": [
                    "message"
                  ],
                  "properties": {
                    "message": {
                      "const": "Server is Running"
                    }
                  }
                },
                "example": {
                  "message": "Server is Running"
                }
              }
            }
          },
          "503": {
            "description": "The models of the start are being loaded.",
            "content": {
              "application/json": {
                "schema": {
                  "type": "object",
                  "required": [
                    "message"
                  ],
                  "properties": {
                    "message": {
                      "type": "string"
                    }
                  }
                },
                "example": {
                  "message": "Server is starting: model model.joblib is starting"
                }
              }
            }
          }
        }
      }
    },
    "/data": {
      "post": {
        "operationId": "prepareData",
        "tags": [
          "Documented calls"
        ],
        "summary": "Prepare applications for training",
        "description": "Splits a table of applications, expands each part, fits the preprocessor, and stores the matrices. One at a time. Work of more than some seconds gets its head at once, then spaces until the JSON of the result.",
        "requestBody": {
          "required": true,
          "content": {
            "application/json": {
              "schema": {
                "$ref": "#/components/schemas/DataRequest"
              },
              "examples": {
                "local": {
                  "summary": "Files under the storage root",
                  "value": {
                    "backend": "local",
                    "local_path": "applications",
                    "target_path": "data",
                    "size": 400000
                  }
                },
                "s3": {
                  "summary": "Objects in S3",
                  "value": {
                    "backend": "s3",
                    "bucket": "loan-default",
                    "key": "data/applications",
                    "size": 400000
                  }
                }
              }
            }
          }
        },
        "responses": {
          "200": {
            "description": "The prepared data is stored.",
            "content": {
              "application/json": {
                "schema": {
                  "type": "object",
                  "required": [
                    "message"
                  ],
                  "properties": {
                    "message": {
                      "const": "Data successfully processed and saved"
                    },
                    "warnings": {
                      "$ref": "#/components/schemas/Warnings"
                    }
                  }
                },
                "example": {
                  "message": "Data successfully processed and saved"
                }
              }
            }
          },
          "202": {
            "description": "With `Prefer: respond-async`: it has begun.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Job"
                },
                "example": {
                  "id": "0198f2c1-7d1e-4b5a-9c3f-2f1f6f0e9a11",
                  "kind": "train",
                  "status": "running",
                  "progress": 0.42,
                  "stage": "training",
                  "created_at": 1790000000.5,
                  "seconds": 4.7
                }
              }
            },
            "headers": {
              "Location": {
                "description": "Where to ask for it: `/jobs/{id}`.",
                "schema": {
                  "type": "string"
                }
              }
            }
          },
          "400": {
            "$ref": "#/components/responses/BadRequest"
          },
          "401": {
            "$ref": "#/components/responses/Unauthorized"
          },
          "403": {
            "$ref": "#/components/responses/Forbidden"
          },
          "404": {
            "$ref": "#/components/responses/NoSuchFile"
          },
          "409": {
            "$ref": "#/components/responses/Conflict"
          },
          "413": {
            "$ref": "#/components/responses/TooLarge"
          },
          "415": {
            "$ref": "#/components/responses/Media"
          },
          "422": {
            "$ref": "#/components/responses/Invalid"
          },
          "429": {
            "$ref": "#/components/responses/Busy"
          },
          "500": {
            "$ref": "#/components/responses/Mistake"
          },
          "503": {
            "$ref": "#/components/responses/Unavailable"
          },
          "507": {
            "$ref": "#/components/responses/NoSpace"
          }
        },
        "parameters": [
          {
            "$ref": "#/components/parameters/Prefer"
          }
        ],
        "security": [
          {},
          {
            "token": [
              "write"
            ]
          }
        ]
      }
    },
    "/train": {
      "post": {
        "operationId": "train",
        "tags": [
          "Documented calls"
        ],
        "summary": "Train a model",
        "description": "Trains XGBoost on prepared data. One at a time, and only where its memory can be promised before it begins. Work of more than some seconds gets its head at once, then spaces until the JSON of the result.",
        "requestBody": {
          "required": true,
          "content": {
            "application/json": {
              "schema": {
                "$ref": "#/components/schemas/TrainRequest"
              },
              "examples": {
                "local": {
                  "summary": "Files under the storage root",
                  "value": {
                    "backend": "local",
                    "local_data_path": "data",
                    "local_model_path": "models",
                    "model_name": "model.joblib"
                  }
                }
              }
            }
          }
        },
        "responses": {
          "200": {
            "description": "The model is stored; its scores on applications that were held out from training, as the table had them. It is served under its name, or `warnings` say why not.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/TrainResult"
                },
                "example": {
                  "msg": "Model trained succesfully",
                  "validation scores": {
                    "Non-Default": {
                      "precision": 0.923,
                      "recall": 0.988,
                      "f1-score": 0.954,
                      "support": 6401
                    },
                    "Default": {
                      "precision": 0.94,
                      "recall": 0.699,
                      "f1-score": 0.801,
                      "support": 1745
                    },
                    "accuracy": 0.9259,
                    "macro avg": {
                      "precision": 0.932,
                      "recall": 0.843,
                      "f1-score": 0.878,
                      "support": 8146
                    },
                    "weighted avg": {
                      "precision": 0.927,
                      "recall": 0.926,
                      "f1-score": 0.922,
                      "support": 8146
                    },
                    "auc": 0.942,
                    "brier": 0.06
                  }
                }
              }
            }
          },
          "202": {
            "description": "With `Prefer: respond-async`: it has begun.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Job"
                },
                "example": {
                  "id": "0198f2c1-7d1e-4b5a-9c3f-2f1f6f0e9a11",
                  "kind": "train",
                  "status": "running",
                  "progress": 0.42,
                  "stage": "training",
                  "created_at": 1790000000.5,
                  "seconds": 4.7
                }
              }
            },
            "headers": {
              "Location": {
                "description": "Where to ask for it: `/jobs/{id}`.",
                "schema": {
                  "type": "string"
                }
              }
            }
          },
          "400": {
            "$ref": "#/components/responses/BadRequest"
          },
          "401": {
            "$ref": "#/components/responses/Unauthorized"
          },
          "403": {
            "$ref": "#/components/responses/Forbidden"
          },
          "404": {
            "$ref": "#/components/responses/NoSuchFile"
          },
          "409": {
            "$ref": "#/components/responses/Conflict"
          },
          "413": {
            "$ref": "#/components/responses/TooLarge"
          },
          "415": {
            "$ref": "#/components/responses/Media"
          },
          "422": {
            "$ref": "#/components/responses/Invalid"
          },
          "429": {
            "$ref": "#/components/responses/Busy"
          },
          "500": {
            "$ref": "#/components/responses/Mistake"
          },
          "503": {
            "$ref": "#/components/responses/Unavailable"
          },
          "507": {
            "$ref": "#/components/responses/NoSpace"
          }
        },
        "parameters": [
          {
            "$ref": "#/components/parameters/Prefer"
          }
        ],
        "security": [
          {},
          {
            "token": [
              "write"
            ]
          }
        ]
      }
    },
    "/predict": {
      "post": {
        "operationId": "predict",
        "tags": [
          "Documented calls"
        ],
        "summary": "Score applications",
        "requestBody": {
          "required": true,
          "content": {
            "application/json": {
              "schema": {
                "$ref": "#/components/schemas/PredictRequest"
              },
              "examples": {
                "one": {
                  "summary": "One application",
                  "value": {
                    "backend": "local",
                    "model_name": "model.joblib",
                    "local_model_path": "models",
                    "preprocessor_path": "data",
                    "sample": [
                      {
                        "person_age": 22,
                        "person_income": 59000,
                        "person_home_ownership": "RENT",
                        "person_emp_length": 123,
                        "loan_intent": "PERSONAL",
                        "loan_grade": "D",
                        "loan_amnt": 35000,
                        "loan_int_rate": 16.02,
                        "loan_percent_income": 0.59,
                        "cb_person_default_on_file": "Y",
                        "cb_person_cred_hist_length": 3
                      }
                    ]
                  }
                }
              }
            }
          }
        },
        "responses": {
          "200": {
            "description": "A label and a probability of default per application.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Prediction"
                },
                "example": {
                  "msg": "Model Inference Complete",
                  "Prediction Output": [
                    [
                      "True",
                      0.98719215
                    ]
                  ]
                }
              }
            }
          },
          "400": {
            "$ref": "#/components/responses/BadRequest"
          },
          "401": {
            "$ref": "#/components/responses/Unauthorized"
          },
          "403": {
            "$ref": "#/components/responses/Forbidden"
          },
          "404": {
            "$ref": "#/components/responses/NoSuchFile"
          },
          "409": {
            "$ref": "#/components/responses/Conflict"
          },
          "413": {
            "$ref": "#/components/responses/TooLarge"
          },
          "415": {
            "$ref": "#/components/responses/Media"
          },
          "422": {
            "$ref": "#/components/responses/Invalid"
          },
          "429": {
            "$ref": "#/components/responses/Busy"
          },
          "500": {
            "$ref": "#/components/responses/Mistake"
          },
          "503": {
            "$ref": "#/components/responses/Unavailable"
          },
          "504": {
            "$ref": "#/components/responses/Late"
          }
        },
        "security": [
          {},
          {
            "token": [
              "predict"
            ]
          }
        ]
      }
    },
    "/jobs": {
      "get": {
        "operationId": "listJobs",
        "tags": [
          "Jobs"
        ],
        "summary": "The jobs that run or ended within the hour",
        "responses": {
          "200": {
            "description": "The jobs, without their results.",
            "content": {
              "application/json": {
                "schema": {
                  "type": "object",
                  "required": [
                    "jobs"
                  ],
                  "properties": {
                    "jobs": {
                      "type": "array",
                      "items": {
                        "$ref": "#/components/schemas/Job"
                      }
                    }
                  }
                },
                "example": {
                  "jobs": [
                    {
                      "id": "0198f2c1-7d1e-4b5a-9c3f-2f1f6f0e9a11",
                      "kind": "train",
                      "status": "running",
                      "progress": 0.42,
                      "stage": "training",
                      "created_at": 1790000000.5,
                      "seconds": 4.7
                    }
                  ]
                }
              }
            }
          },
          "401": {
            "$ref": "#/components/responses/Unauthorized"
          },
          "403": {
            "$ref": "#/components/responses/NotAllowed"
          }
        },
        "security": [
          {},
          {
            "token": [
              "write"
            ]
          }
        ]
      }
    },
    "/jobs/{id}": {
      "get": {
        "operationId": "job",
        "tags": [
          "Jobs"
        ],
        "summary": "Progress and result of a job",
        "parameters": [
          {
            "$ref": "#/components/parameters/Job"
          }
        ],
        "responses": {
          "200": {
            "description": "The job.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Job"
                },
                "example": {
                  "id": "0198f2c1-7d1e-4b5a-9c3f-2f1f6f0e9a11",
                  "kind": "train",
                  "status": "running",
                  "progress": 0.42,
                  "stage": "training",
                  "created_at": 1790000000.5,
                  "seconds": 4.7
                }
              }
            }
          },
          "400": {
            "$ref": "#/components/responses/BadRequest"
          },
          "401": {
            "$ref": "#/components/responses/Unauthorized"
          },
          "403": {
            "$ref": "#/components/responses/NotAllowed"
          },
          "404": {
            "description": "No such job, or it ended more than an hour ago.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Refusal"
                },
                "example": {
                  "detail": "Not Found: no such job"
                }
              }
            }
          }
        },
        "security": [
          {},
          {
            "token": [
              "write"
            ]
          }
        ]
      },
      "delete": {
        "operationId": "cancelJob",
        "tags": [
          "Jobs"
        ],
        "summary": "Stop a job",
        "parameters": [
          {
            "$ref": "#/components/parameters/Job"
          }
        ],
        "responses": {
          "200": {
            "description": "It has ended already.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Job"
                },
                "example": {
                  "id": "0198f2c1-7d1e-4b5a-9c3f-2f1f6f0e9a11",
                  "kind": "train",
                  "status": "cancelled",
                  "progress": 0.42,
                  "stage": "training",
                  "created_at": 1790000000.5,
                  "seconds": 4.7
                }
              }
            }
          },
          "202": {
            "description": "It was asked to stop.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Job"
                },
                "example": {
                  "id": "0198f2c1-7d1e-4b5a-9c3f-2f1f6f0e9a11",
                  "kind": "train",
                  "status": "cancelling",
                  "progress": 0.42,
                  "stage": "training",
                  "created_at": 1790000000.5,
                  "seconds": 4.7
                }
              }
            }
          },
          "400": {
            "$ref": "#/components/responses/BadRequest"
          },
          "401": {
            "$ref": "#/components/responses/Unauthorized"
          },
          "403": {
            "$ref": "#/components/responses/NotAllowed"
          },
          "404": {
            "description": "No such job, or it ended more than an hour ago.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Refusal"
                },
                "example": {
                  "detail": "Not Found: no such job"
                }
              }
            }
          },
          "413": {
            "$ref": "#/components/responses/TooLarge"
          },
          "422": {
            "$ref": "#/components/responses/Invalid"
          }
        },
        "security": [
          {},
          {
            "token": [
              "write"
            ]
          }
        ],
        "description": "Asks the work to stop at its next step. The job stays in the list, with its end, for an hour."
      }
    },
    "/jobs/{id}/events": {
      "get": {
        "operationId": "jobEvents",
        "tags": [
          "Jobs"
        ],
        "summary": "Progress of a job as server-sent events",
        "parameters": [
          {
            "$ref": "#/components/parameters/Job"
          }
        ],
        "responses": {
          "200": {
            "description": "Events `progress`, and `done` at the end, with the job as data.",
            "content": {
              "text/event-stream": {
                "schema": {
                  "type": "object",
                  "required": [
                    "event",
                    "data"
                  ],
                  "properties": {
                    "event": {
                      "enum": [
                        "progress",
                        "done"
                      ],
                      "description": "`done` is the last one."
                    },
                    "data": {
                      "type": "string",
                      "contentMediaType": "application/json",
                      "contentSchema": {
                        "$ref": "#/components/schemas/Job"
                      }
                    }
                  }
                },
                "example": "event: progress\ndata: {\"id\":\"0198f2c1-7d1e-4b5a-9c3f-2f1f6f0e9a11\",\"kind\":\"train\",\"status\":\"running\",\"progress\":0.42,\"stage\":\"training\",\"created_at\":1790000000.5,\"seconds\":4.7}\n\n"
              }
            }
          },
          "400": {
            "$ref": "#/components/responses/BadRequest"
          },
          "401": {
            "$ref": "#/components/responses/Unauthorized"
          },
          "403": {
            "$ref": "#/components/responses/NotAllowed"
          },
          "404": {
            "description": "No such job, or it ended more than an hour ago.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Refusal"
                },
                "example": {
                  "detail": "Not Found: no such job"
                }
              }
            }
          }
        },
        "security": [
          {},
          {
            "token": [
              "write"
            ]
          }
        ]
      }
    },
    "/models": {
      "get": {
        "operationId": "listModels",
        "tags": [
          "Models"
        ],
        "summary": "The models in service with their scores",
        "responses": {
          "200": {
            "description": "The models.",
            "content": {
              "application/json": {
                "schema": {
                  "type": "object",
                  "required": [
                    "models"
                  ],
                  "properties": {
                    "models": {
                      "type": "array",
                      "items": {
                        "$ref": "#/components/schemas/ModelSummary"
                      }
                    }
                  }
                },
                "example": {
                  "models": [
                    {
                      "name": "model.joblib",
                      "version": "0198f2c1",
                      "trained_at": 1790000000,
                      "trees": 500,
                      "scores": {
                        "Non-Default": {
                          "precision": 0.923,
                          "recall": 0.988,
                          "f1-score": 0.954,
                          "support": 6401
                        },
                        "Default": {
                          "precision": 0.94,
                          "recall": 0.699,
                          "f1-score": 0.801,
                          "support": 1745
                        },
                        "accuracy": 0.9259,
                        "macro avg": {
                          "precision": 0.932,
                          "recall": 0.843,
                          "f1-score": 0.878,
                          "support": 8146
                        },
                        "weighted avg": {
                          "precision": 0.927,
                          "recall": 0.926,
                          "f1-score": 0.922,
                          "support": 8146
                        },
                        "auc": 0.942,
                        "brier": 0.06
                      }
                    }
                  ]
                }
              }
            }
          },
          "401": {
            "$ref": "#/components/responses/Unauthorized"
          },
          "403": {
            "$ref": "#/components/responses/NotAllowed"
          }
        },
        "security": [
          {},
          {
            "token": [
              "predict"
            ]
          }
        ]
      }
    },
    "/models/{model}": {
      "get": {
        "operationId": "describeModel",
        "tags": [
          "Models"
        ],
        "summary": "A model's features, scores, curves and importances",
        "parameters": [
          {
            "$ref": "#/components/parameters/Model"
          }
        ],
        "responses": {
          "200": {
            "description": "The model.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/ModelDescription"
                }
              }
            }
          },
          "400": {
            "$ref": "#/components/responses/ProtocolInvalid"
          },
          "401": {
            "$ref": "#/components/responses/Unauthorized"
          },
          "403": {
            "$ref": "#/components/responses/NotAllowed"
          },
          "404": {
            "$ref": "#/components/responses/NoSuchModel"
          },
          "503": {
            "$ref": "#/components/responses/ProtocolUnavailable"
          }
        },
        "security": [
          {},
          {
            "token": [
              "predict"
            ]
          }
        ]
      }
    },
    "/models/{model}/versions": {
      "get": {
        "operationId": "listVersions",
        "tags": [
          "Models"
        ],
        "summary": "The stored versions of a model, newest first",
        "parameters": [
          {
            "$ref": "#/components/parameters/Model"
          }
        ],
        "responses": {
          "200": {
            "description": "The versions.",
            "content": {
              "application/json": {
                "schema": {
                  "type": "object",
                  "required": [
                    "name",
                    "versions"
                  ],
                  "properties": {
                    "name": {
                      "type": "string"
                    },
                    "versions": {
                      "type": "array",
                      "items": {
                        "type": "object",
                        "required": [
                          "version",
                          "is_current"
                        ],
                        "properties": {
                          "version": {
                            "type": "string",
                            "description": "Its name behind the `@` of a pinned model."
                          },
                          "is_current": {
                            "type": "boolean",
                            "description": "Whether the bare name stands for it."
                          }
                        }
                      }
                    }
                  }
                },
                "example": {
                  "name": "model.joblib",
                  "versions": [
                    {
                      "version": "20261124T005500Z-1f2e3d4c",
                      "is_current": true
                    }
                  ]
                }
              }
            }
          },
          "400": {
            "$ref": "#/components/responses/ProtocolInvalid"
          },
          "401": {
            "$ref": "#/components/responses/Unauthorized"
          },
          "403": {
            "$ref": "#/components/responses/NotAllowed"
          },
          "404": {
            "$ref": "#/components/responses/NoSuchModel"
          },
          "409": {
            "$ref": "#/components/responses/Conflict"
          },
          "500": {
            "$ref": "#/components/responses/ProtocolMistake"
          },
          "503": {
            "$ref": "#/components/responses/ProtocolUnavailable"
          }
        },
        "security": [
          {},
          {
            "token": [
              "predict"
            ]
          }
        ]
      }
    },
    "/models/{model}/rollback": {
      "post": {
        "operationId": "rollBackModel",
        "tags": [
          "Models"
        ],
        "summary": "Make an earlier version of a model the current one",
        "description": "The preprocessor that the version was trained with comes back with it. It is in service when the answer comes, or `warnings` say why not: storage has it all the same.",
        "parameters": [
          {
            "$ref": "#/components/parameters/Model"
          }
        ],
        "requestBody": {
          "required": false,
          "content": {
            "application/json": {
              "schema": {
                "type": "object",
                "properties": {
                  "version": {
                    "type": [
                      "string",
                      "null"
                    ],
                    "pattern": "^[0-9]{8}T[0-9]{6}Z-[0-9a-f]{8}$",
                    "description": "The version to go back to; without it the one before the current one."
                  }
                },
                "additionalProperties": false
              },
              "example": {
                "version": "20261124T005500Z-1f2e3d4c"
              }
            }
          }
        },
        "responses": {
          "200": {
            "description": "It is the current version.",
            "content": {
              "application/json": {
                "schema": {
                  "type": "object",
                  "required": [
                    "name",
                    "version"
                  ],
                  "properties": {
                    "name": {
                      "type": "string"
                    },
                    "version": {
                      "type": "string"
                    },
                    "warnings": {
                      "$ref": "#/components/schemas/Warnings"
                    }
                  }
                },
                "example": {
                  "name": "model.joblib",
                  "version": "20261124T005500Z-1f2e3d4c"
                }
              }
            }
          },
          "400": {
            "$ref": "#/components/responses/ProtocolInvalid"
          },
          "401": {
            "$ref": "#/components/responses/Unauthorized"
          },
          "403": {
            "$ref": "#/components/responses/NotAllowed"
          },
          "404": {
            "$ref": "#/components/responses/NoSuchModel"
          },
          "409": {
            "$ref": "#/components/responses/ProtocolConflict"
          },
          "413": {
            "$ref": "#/components/responses/ProtocolTooLarge"
          },
          "415": {
            "$ref": "#/components/responses/ProtocolMedia"
          },
          "429": {
            "$ref": "#/components/responses/ProtocolBusy"
          },
          "500": {
            "$ref": "#/components/responses/ProtocolMistake"
          },
          "503": {
            "$ref": "#/components/responses/ProtocolUnavailable"
          }
        },
        "security": [
          {},
          {
            "token": [
              "write"
            ]
          }
        ]
      }
    },
    "/v2": {
      "get": {
        "operationId": "serverMetadata",
        "tags": [
          "Open Inference Protocol v2"
        ],
        "summary": "Name, version and extensions of the server",
        "responses": {
          "200": {
            "description": "The server.",
            "content": {
              "application/json": {
                "schema": {
                  "type": "object",
                  "required": [
                    "name",
                    "version",
                    "extensions"
                  ],
                  "properties": {
                    "name": {
                      "type": "string"
                    },
                    "version": {
                      "type": "string"
                    },
                    "extensions": {
                      "type": "array",
                      "items": {
                        "type": "string"
                      }
                    }
                  }
                },
                "example": {
                  "name": "loan-default",
                  "version": "0.2.0",
                  "extensions": [
                    "binary_tensor_data",
                    "model_repository",
                    "model_configuration",
                    "statistics"
                  ]
                }
              }
            }
          }
        }
      }
    },
    "/v2/health/live": {
      "get": {
        "operationId": "serverLive",
        "tags": [
          "Open Inference Protocol v2"
        ],
        "summary": "Whether the process lives",
        "responses": {
          "200": {
            "description": "It does.",
            "content": {
              "application/json": {
                "schema": {
                  "type": "object",
                  "required": [
                    "live"
                  ],
                  "properties": {
                    "live": {
                      "const": true
                    }
                  }
                },
                "example": {
                  "live": true
                }
              }
            }
          }
        }
      }
    },
    "/v2/health/ready": {
      "get": {
        "operationId": "serverReady",
        "tags": [
          "Open Inference Protocol v2"
        ],
        "summary": "Whether traffic should come here",
        "responses": {
          "200": {
            "description": "It should.",
            "content": {
              "application/json": {
                "schema": {
                  "type": "object",
                  "required": [
                    "ready"
                  ],
                  "properties": {
                    "ready": {
                      "type": "boolean"
                    }
                  }
                },
                "example": {
                  "ready": true
                }
              }
            }
          },
          "503": {
            "description": "The server starts or stops.",
            "content": {
              "application/json": {
                "schema": {
                  "type": "object",
                  "required": [
                    "ready"
                  ],
                  "properties": {
                    "ready": {
                      "type": "boolean"
                    }
                  }
                },
                "example": {
                  "ready": false
                }
              }
            }
          }
        }
      }
    },
    "/v2/models/{model}": {
      "get": {
        "operationId": "modelMetadata",
        "tags": [
          "Open Inference Protocol v2"
        ],
        "summary": "Inputs and outputs of a model",
        "parameters": [
          {
            "$ref": "#/components/parameters/Model"
          }
        ],
        "responses": {
          "200": {
            "description": "The metadata.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/ModelMetadata"
                },
                "example": {
                  "name": "model.joblib",
                  "versions": [
                    "1"
                  ],
                  "platform": "xgboost",
                  "inputs": [
                    {
                      "name": "input__0",
                      "datatype": "FP32",
                      "shape": [
                        -1,
                        26
                      ]
                    },
                    {
                      "name": "person_age",
                      "datatype": "FP32",
                      "shape": [
                        -1
                      ]
                    }
                  ],
                  "outputs": [
                    {
                      "name": "output__0",
                      "datatype": "FP32",
                      "shape": [
                        -1
                      ]
                    },
                    {
                      "name": "label",
                      "datatype": "UINT8",
                      "shape": [
                        -1
                      ]
                    }
                  ]
                }
              }
            }
          },
          "400": {
            "$ref": "#/components/responses/ProtocolInvalid"
          },
          "401": {
            "$ref": "#/components/responses/Unauthorized"
          },
          "403": {
            "$ref": "#/components/responses/NotAllowed"
          },
          "404": {
            "$ref": "#/components/responses/NoSuchModel"
          },
          "503": {
            "$ref": "#/components/responses/ProtocolUnavailable"
          }
        },
        "security": [
          {},
          {
            "token": [
              "predict"
            ]
          }
        ]
      }
    },
    "/v2/models/{model}/ready": {
      "get": {
        "operationId": "modelReady",
        "tags": [
          "Open Inference Protocol v2"
        ],
        "summary": "Whether a model can be asked",
        "parameters": [
          {
            "$ref": "#/components/parameters/Model"
          }
        ],
        "responses": {
          "200": {
            "description": "It can.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/ModelReady"
                },
                "example": {
                  "name": "model.joblib",
                  "ready": true
                }
              }
            }
          },
          "400": {
            "$ref": "#/components/responses/ProtocolInvalid"
          },
          "401": {
            "$ref": "#/components/responses/Unauthorized"
          },
          "403": {
            "$ref": "#/components/responses/NotAllowed"
          },
          "404": {
            "$ref": "#/components/responses/NoSuchModel"
          },
          "503": {
            "$ref": "#/components/responses/ProtocolUnavailable"
          }
        },
        "security": [
          {},
          {
            "token": [
              "predict"
            ]
          }
        ]
      }
    },
    "/v2/models/{model}/config": {
      "get": {
        "operationId": "modelConfiguration",
        "tags": [
          "Open Inference Protocol v2"
        ],
        "summary": "A model's configuration, in Triton's form",
        "parameters": [
          {
            "$ref": "#/components/parameters/Model"
          }
        ],
        "responses": {
          "200": {
            "description": "The configuration.",
            "content": {
              "application/json": {
                "schema": {
                  "type": "object",
                  "required": [
                    "name",
                    "platform",
                    "input",
                    "output"
                  ]
                }
              }
            }
          },
          "400": {
            "$ref": "#/components/responses/ProtocolInvalid"
          },
          "401": {
            "$ref": "#/components/responses/Unauthorized"
          },
          "403": {
            "$ref": "#/components/responses/NotAllowed"
          },
          "404": {
            "$ref": "#/components/responses/NoSuchModel"
          },
          "503": {
            "$ref": "#/components/responses/ProtocolUnavailable"
          }
        },
        "security": [
          {},
          {
            "token": [
              "predict"
            ]
          }
        ]
      }
    },
    "/v2/models/{model}/stats": {
      "get": {
        "operationId": "modelStatistics",
        "tags": [
          "Open Inference Protocol v2"
        ],
        "summary": "Inferences of a model since the start",
        "parameters": [
          {
            "$ref": "#/components/parameters/Model"
          }
        ],
        "responses": {
          "200": {
            "description": "The statistics.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Statistics"
                }
              }
            }
          },
          "400": {
            "$ref": "#/components/responses/ProtocolInvalid"
          },
          "401": {
            "$ref": "#/components/responses/Unauthorized"
          },
          "403": {
            "$ref": "#/components/responses/NotAllowed"
          },
          "404": {
            "$ref": "#/components/responses/NoSuchModel"
          },
          "503": {
            "$ref": "#/components/responses/ProtocolUnavailable"
          }
        },
        "security": [
          {},
          {
            "token": [
              "predict"
            ]
          }
        ]
      }
    },
    "/v2/models/{model}/infer": {
      "post": {
        "operationId": "infer",
        "tags": [
          "Open Inference Protocol v2"
        ],
        "summary": "Score rows given as tensors",
        "description": "One tensor per raw feature, or all prepared features as `input__0`. The binary tensor extension is read whatever the content type: with the header `Inference-Header-Content-Length`, the bytes behind the JSON part are the tensors that have a `binary_data_size`, little-endian; texts have a 32-bit length in front. Bodies may be compressed (`Content-Encoding: gzip` or `deflate`); the header counts uncompressed bytes.",
        "parameters": [
          {
            "$ref": "#/components/parameters/Model"
          }
        ],
        "requestBody": {
          "required": true,
          "content": {
            "application/json": {
              "schema": {
                "$ref": "#/components/schemas/InferRequest"
              },
              "examples": {
                "raw": {
                  "summary": "One tensor per raw feature",
                  "value": {
                    "id": "42",
                    "inputs": [
                      {
                        "name": "person_age",
                        "shape": [
                          1
                        ],
                        "datatype": "FP32",
                        "data": [
                          22
                        ]
                      },
                      {
                        "name": "person_income",
                        "shape": [
                          1
                        ],
                        "datatype": "FP32",
                        "data": [
                          59000
                        ]
                      },
                      {
                        "name": "person_home_ownership",
                        "shape": [
                          1
                        ],
                        "datatype": "BYTES",
                        "data": [
                          "RENT"
                        ]
                      },
                      {
                        "name": "person_emp_length",
                        "shape": [
                          1
                        ],
                        "datatype": "FP32",
                        "data": [
                          123
                        ]
                      },
                      {
                        "name": "loan_intent",
                        "shape": [
                          1
                        ],
                        "datatype": "BYTES",
                        "data": [
                          "PERSONAL"
                        ]
                      },
                      {
                        "name": "loan_grade",
                        "shape": [
                          1
                        ],
                        "datatype": "BYTES",
                        "data": [
                          "D"
                        ]
                      },
                      {
                        "name": "loan_amnt",
                        "shape": [
                          1
                        ],
                        "datatype": "FP32",
                        "data": [
                          35000
                        ]
                      },
                      {
                        "name": "loan_int_rate",
                        "shape": [
                          1
                        ],
                        "datatype": "FP32",
                        "data": [
                          16.02
                        ]
                      },
                      {
                        "name": "loan_percent_income",
                        "shape": [
                          1
                        ],
                        "datatype": "FP32",
                        "data": [
                          0.59
                        ]
                      },
                      {
                        "name": "cb_person_default_on_file",
                        "shape": [
                          1
                        ],
                        "datatype": "BYTES",
                        "data": [
                          "Y"
                        ]
                      },
                      {
                        "name": "cb_person_cred_hist_length",
                        "shape": [
                          1
                        ],
                        "datatype": "FP32",
                        "data": [
                          3
                        ]
                      }
                    ]
                  }
                }
              }
            }
          }
        },
        "responses": {
          "200": {
            "description": "The outputs. With binary outputs, `application/octet-stream`: JSON of `Inference-Header-Content-Length` bytes, then the tensors.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/InferResponse"
                },
                "example": {
                  "model_name": "model.joblib",
                  "model_version": "1",
                  "id": "42",
                  "outputs": [
                    {
                      "name": "output__0",
                      "datatype": "FP32",
                      "shape": [
                        1
                      ],
                      "data": [
                        0.98719215
                      ]
                    },
                    {
                      "name": "label",
                      "datatype": "UINT8",
                      "shape": [
                        1
                      ],
                      "data": [
                        1
                      ]
                    }
                  ]
                }
              },
              "application/octet-stream": {
                "schema": {
                  "type": "string",
                  "format": "binary"
                }
              }
            },
            "headers": {
              "Inference-Header-Content-Length": {
                "description": "With binary outputs: bytes of the JSON part.",
                "schema": {
                  "type": "integer"
                }
              }
            }
          },
          "400": {
            "$ref": "#/components/responses/ProtocolInvalid"
          },
          "401": {
            "$ref": "#/components/responses/Unauthorized"
          },
          "403": {
            "$ref": "#/components/responses/NotAllowed"
          },
          "404": {
            "$ref": "#/components/responses/NoSuchModel"
          },
          "413": {
            "$ref": "#/components/responses/ProtocolTooLarge"
          },
          "415": {
            "$ref": "#/components/responses/ProtocolMedia"
          },
          "429": {
            "$ref": "#/components/responses/ProtocolBusy"
          },
          "503": {
            "$ref": "#/components/responses/ProtocolUnavailable"
          },
          "504": {
            "$ref": "#/components/responses/ProtocolLate"
          }
        },
        "security": [
          {},
          {
            "token": [
              "predict"
            ]
          }
        ]
      }
    },
    "/v2/models/{model}/versions/{version}": {
      "get": {
        "operationId": "modelMetadataVersion",
        "tags": [
          "Open Inference Protocol v2"
        ],
        "summary": "Inputs and outputs of a model",
        "parameters": [
          {
            "$ref": "#/components/parameters/Model"
          },
          {
            "$ref": "#/components/parameters/Version"
          }
        ],
        "responses": {
          "200": {
            "description": "The metadata.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/ModelMetadata"
                },
                "example": {
                  "name": "model.joblib",
                  "versions": [
                    "1"
                  ],
                  "platform": "xgboost",
                  "inputs": [
                    {
                      "name": "input__0",
                      "datatype": "FP32",
                      "shape": [
                        -1,
                        26
                      ]
                    },
                    {
                      "name": "person_age",
                      "datatype": "FP32",
                      "shape": [
                        -1
                      ]
                    }
                  ],
                  "outputs": [
                    {
                      "name": "output__0",
                      "datatype": "FP32",
                      "shape": [
                        -1
                      ]
                    },
                    {
                      "name": "label",
                      "datatype": "UINT8",
                      "shape": [
                        -1
                      ]
                    }
                  ]
                }
              }
            }
          },
          "400": {
            "$ref": "#/components/responses/ProtocolInvalid"
          },
          "401": {
            "$ref": "#/components/responses/Unauthorized"
          },
          "403": {
            "$ref": "#/components/responses/NotAllowed"
          },
          "404": {
            "$ref": "#/components/responses/NoSuchModel"
          },
          "503": {
            "$ref": "#/components/responses/ProtocolUnavailable"
          }
        },
        "security": [
          {},
          {
            "token": [
              "predict"
            ]
          }
        ]
      }
    },
    "/v2/models/{model}/versions/{version}/ready": {
      "get": {
        "operationId": "modelReadyVersion",
        "tags": [
          "Open Inference Protocol v2"
        ],
        "summary": "Whether a model can be asked",
        "parameters": [
          {
            "$ref": "#/components/parameters/Model"
          },
          {
            "$ref": "#/components/parameters/Version"
          }
        ],
        "responses": {
          "200": {
            "description": "It can.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/ModelReady"
                },
                "example": {
                  "name": "model.joblib",
                  "ready": true
                }
              }
            }
          },
          "400": {
            "$ref": "#/components/responses/ProtocolInvalid"
          },
          "401": {
            "$ref": "#/components/responses/Unauthorized"
          },
          "403": {
            "$ref": "#/components/responses/NotAllowed"
          },
          "404": {
            "$ref": "#/components/responses/NoSuchModel"
          },
          "503": {
            "$ref": "#/components/responses/ProtocolUnavailable"
          }
        },
        "security": [
          {},
          {
            "token": [
              "predict"
            ]
          }
        ]
      }
    },
    "/v2/models/{model}/versions/{version}/config": {
      "get": {
        "operationId": "modelConfigurationVersion",
        "tags": [
          "Open Inference Protocol v2"
        ],
        "summary": "A model's configuration, in Triton's form",
        "parameters": [
          {
            "$ref": "#/components/parameters/Model"
          },
          {
            "$ref": "#/components/parameters/Version"
          }
        ],
        "responses": {
          "200": {
            "description": "The configuration.",
            "content": {
              "application/json": {
                "schema": {
                  "type": "object",
                  "required": [
                    "name",
                    "platform",
                    "input",
                    "output"
                  ]
                }
              }
            }
          },
          "400": {
            "$ref": "#/components/responses/ProtocolInvalid"
          },
          "401": {
            "$ref": "#/components/responses/Unauthorized"
          },
          "403": {
            "$ref": "#/components/responses/NotAllowed"
          },
          "404": {
            "$ref": "#/components/responses/NoSuchModel"
          },
          "503": {
            "$ref": "#/components/responses/ProtocolUnavailable"
          }
        },
        "security": [
          {},
          {
            "token": [
              "predict"
            ]
          }
        ]
      }
    },
    "/v2/models/{model}/versions/{version}/stats": {
      "get": {
        "operationId": "modelStatisticsVersion",
        "tags": [
          "Open Inference Protocol v2"
        ],
        "summary": "Inferences of a model since the start",
        "parameters": [
          {
            "$ref": "#/components/parameters/Model"
          },
          {
            "$ref": "#/components/parameters/Version"
          }
        ],
        "responses": {
          "200": {
            "description": "The statistics.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Statistics"
                }
              }
            }
          },
          "400": {
            "$ref": "#/components/responses/ProtocolInvalid"
          },
          "401": {
            "$ref": "#/components/responses/Unauthorized"
          },
          "403": {
            "$ref": "#/components/responses/NotAllowed"
          },
          "404": {
            "$ref": "#/components/responses/NoSuchModel"
          },
          "503": {
            "$ref": "#/components/responses/ProtocolUnavailable"
          }
        },
        "security": [
          {},
          {
            "token": [
              "predict"
            ]
          }
        ]
      }
    },
    "/v2/models/{model}/versions/{version}/infer": {
      "post": {
        "operationId": "inferVersion",
        "tags": [
          "Open Inference Protocol v2"
        ],
        "summary": "Score rows given as tensors",
        "description": "One tensor per raw feature, or all prepared features as `input__0`. The binary tensor extension is read whatever the content type: with the header `Inference-Header-Content-Length`, the bytes behind the JSON part are the tensors that have a `binary_data_size`, little-endian; texts have a 32-bit length in front. Bodies may be compressed (`Content-Encoding: gzip` or `deflate`); the header counts uncompressed bytes.",
        "parameters": [
          {
            "$ref": "#/components/parameters/Model"
          },
          {
            "$ref": "#/components/parameters/Version"
          }
        ],
        "requestBody": {
          "required": true,
          "content": {
            "application/json": {
              "schema": {
                "$ref": "#/components/schemas/InferRequest"
              },
              "examples": {
                "raw": {
                  "summary": "One tensor per raw feature",
                  "value": {
                    "id": "42",
                    "inputs": [
                      {
                        "name": "person_age",
                        "shape": [
                          1
                        ],
                        "datatype": "FP32",
                        "data": [
                          22
                        ]
                      },
                      {
                        "name": "person_income",
                        "shape": [
                          1
                        ],
                        "datatype": "FP32",
                        "data": [
                          59000
                        ]
                      },
                      {
                        "name": "person_home_ownership",
                        "shape": [
                          1
                        ],
                        "datatype": "BYTES",
                        "data": [
                          "RENT"
                        ]
                      },
                      {
                        "name": "person_emp_length",
                        "shape": [
                          1
                        ],
                        "datatype": "FP32",
                        "data": [
                          123
                        ]
                      },
                      {
                        "name": "loan_intent",
                        "shape": [
                          1
                        ],
                        "datatype": "BYTES",
                        "data": [
                          "PERSONAL"
                        ]
                      },
                      {
                        "name": "loan_grade",
                        "shape": [
                          1
                        ],
                        "datatype": "BYTES",
                        "data": [
                          "D"
                        ]
                      },
                      {
                        "name": "loan_amnt",
                        "shape": [
                          1
                        ],
                        "datatype": "FP32",
                        "data": [
                          35000
                        ]
                      },
                      {
                        "name": "loan_int_rate",
                        "shape": [
                          1
                        ],
                        "datatype": "FP32",
                        "data": [
                          16.02
                        ]
                      },
                      {
                        "name": "loan_percent_income",
                        "shape": [
                          1
                        ],
                        "datatype": "FP32",
                        "data": [
                          0.59
                        ]
                      },
                      {
                        "name": "cb_person_default_on_file",
                        "shape": [
                          1
                        ],
                        "datatype": "BYTES",
                        "data": [
                          "Y"
                        ]
                      },
                      {
                        "name": "cb_person_cred_hist_length",
                        "shape": [
                          1
                        ],
                        "datatype": "FP32",
                        "data": [
                          3
                        ]
                      }
                    ]
                  }
                }
              }
            }
          }
        },
        "responses": {
          "200": {
            "description": "The outputs. With binary outputs, `application/octet-stream`: JSON of `Inference-Header-Content-Length` bytes, then the tensors.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/InferResponse"
                },
                "example": {
                  "model_name": "model.joblib",
                  "model_version": "1",
                  "id": "42",
                  "outputs": [
                    {
                      "name": "output__0",
                      "datatype": "FP32",
                      "shape": [
                        1
                      ],
                      "data": [
                        0.98719215
                      ]
                    },
                    {
                      "name": "label",
                      "datatype": "UINT8",
                      "shape": [
                        1
                      ],
                      "data": [
                        1
                      ]
                    }
                  ]
                }
              },
              "application/octet-stream": {
                "schema": {
                  "type": "string",
                  "format": "binary"
                }
              }
            },
            "headers": {
              "Inference-Header-Content-Length": {
                "description": "With binary outputs: bytes of the JSON part.",
                "schema": {
                  "type": "integer"
                }
              }
            }
          },
          "400": {
            "$ref": "#/components/responses/ProtocolInvalid"
          },
          "401": {
            "$ref": "#/components/responses/Unauthorized"
          },
          "403": {
            "$ref": "#/components/responses/NotAllowed"
          },
          "404": {
            "$ref": "#/components/responses/NoSuchModel"
          },
          "413": {
            "$ref": "#/components/responses/ProtocolTooLarge"
          },
          "415": {
            "$ref": "#/components/responses/ProtocolMedia"
          },
          "429": {
            "$ref": "#/components/responses/ProtocolBusy"
          },
          "503": {
            "$ref": "#/components/responses/ProtocolUnavailable"
          },
          "504": {
            "$ref": "#/components/responses/ProtocolLate"
          }
        },
        "security": [
          {},
          {
            "token": [
              "predict"
            ]
          }
        ]
      }
    },
    "/v2/models/stats": {
      "get": {
        "operationId": "allStatistics",
        "tags": [
          "Open Inference Protocol v2"
        ],
        "summary": "Inferences of all models since the start",
        "responses": {
          "200": {
            "description": "The statistics.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/Statistics"
                }
              }
            }
          },
          "401": {
            "$ref": "#/components/responses/Unauthorized"
          },
          "403": {
            "$ref": "#/components/responses/NotAllowed"
          }
        },
        "security": [
          {},
          {
            "token": [
              "predict"
            ]
          }
        ]
      }
    },
    "/v2/repository/index": {
      "post": {
        "operationId": "repositoryIndex",
        "tags": [
          "Open Inference Protocol v2"
        ],
        "summary": "All names that are known, with their state",
        "requestBody": {
          "required": false,
          "content": {
            "application/json": {
              "schema": {
                "type": "object",
                "properties": {
                  "ready": {
                    "type": [
                      "boolean",
                      "null"
                    ],
                    "description": "Only models that can be asked."
                  }
                },
                "additionalProperties": false
              },
              "example": {
                "ready": true
              }
            }
          }
        },
        "responses": {
          "200": {
            "description": "The names.",
            "content": {
              "application/json": {
                "schema": {
                  "type": "array",
                  "items": {
                    "type": "object",
                    "required": [
                      "name",
                      "version",
                      "state",
                      "reason"
                    ],
                    "properties": {
                      "name": {
                        "type": "string"
                      },
                      "version": {
                        "type": "string"
                      },
                      "state": {
                        "enum": [
                          "READY",
                          "LOADING",
                          "UNAVAILABLE"
                        ]
                      },
                      "reason": {
                        "type": "string"
                      }
                    }
                  }
                },
                "example": [
                  {
                    "name": "model.joblib",
                    "version": "1",
                    "state": "READY",
                    "reason": ""
                  }
                ]
              }
            }
          },
          "400": {
            "$ref": "#/components/responses/ProtocolInvalid"
          },
          "401": {
            "$ref": "#/components/responses/Unauthorized"
          },
          "403": {
            "$ref": "#/components/responses/NotAllowed"
          },
          "413": {
            "$ref": "#/components/responses/ProtocolTooLarge"
          },
          "415": {
            "$ref": "#/components/responses/ProtocolMedia"
          }
        },
        "security": [
          {},
          {
            "token": [
              "predict"
            ]
          }
        ]
      }
    },
    "/v2/repository/models/{model}/load": {
      "post": {
        "operationId": "loadModel",
        "tags": [
          "Open Inference Protocol v2"
        ],
        "summary": "Bring the newest version of a model into service",
        "parameters": [
          {
            "$ref": "#/components/parameters/Model"
          }
        ],
        "requestBody": {
          "required": false,
          "content": {
            "application/json": {
              "schema": {
                "type": "object",
                "properties": {
                  "parameters": {
                    "oneOf": [
                      {
                        "type": "object",
                        "title": "local",
                        "required": [
                          "backend",
                          "local_model_path",
                          "preprocessor_path"
                        ],
                        "properties": {
                          "backend": {
                            "const": "local"
                          },
                          "local_model_path": {
                            "type": "string",
                            "pattern": "^[A-Za-z0-9_-]{1,40}(/[A-Za-z0-9_-]{1,40}){0,4}$",
                            "description": "The folder of the model."
                          },
                          "preprocessor_path": {
                            "type": "string",
                            "pattern": "^[A-Za-z0-9_-]{1,40}(/[A-Za-z0-9_-]{1,40}){0,4}$",
                            "description": "A folder whose `preprocessor.sav` is for a model that is stored without its own; not read for any other."
                          }
                        },
                        "additionalProperties": false
                      },
                      {
                        "type": "object",
                        "title": "s3",
                        "required": [
                          "backend",
                          "bucket",
                          "model_key",
                          "data_key"
                        ],
                        "properties": {
                          "backend": {
                            "const": "s3"
                          },
                          "bucket": {
                            "type": "string",
                            "pattern": "^[a-z0-9][a-z0-9-]{1,40}[a-z0-9]$",
                            "description": "S3: the bucket."
                          },
                          "model_key": {
                            "type": "string",
                            "pattern": "^[A-Za-z0-9_-]{1,40}(/[A-Za-z0-9_-]{1,40}){0,4}$",
                            "description": "The folder of the model."
                          },
                          "data_key": {
                            "type": "string",
                            "pattern": "^[A-Za-z0-9_-]{1,40}(/[A-Za-z0-9_-]{1,40}){0,4}$",
                            "description": "A folder whose `preprocessor.sav` is for a model that is stored without its own; not read for any other."
                          }
                        },
                        "additionalProperties": false
                      },
                      {
                        "type": [
                          "object",
                          "null"
                        ],
                        "title": "where it was",
                        "maxProperties": 0
                      }
                    ],
                    "description": "Where the model lies: asked for when its name is not known yet."
                  }
                },
                "additionalProperties": false
              },
              "example": {
                "parameters": {
                  "backend": "local",
                  "local_model_path": "models",
                  "preprocessor_path": "data"
                }
              }
            }
          }
        },
        "responses": {
          "200": {
            "description": "It is in service.",
            "content": {
              "application/json": {
                "schema": {
                  "type": "object",
                  "required": [
                    "name",
                    "load"
                  ],
                  "properties": {
                    "name": {
                      "type": "string"
                    },
                    "load": {
                      "const": true
                    },
                    "best_iteration": {
                      "type": "integer",
                      "minimum": 0,
                      "description": "Only for a model that says which iteration was the best."
                    },
                    "iterations": {
                      "type": "string",
                      "description": "Which iterations are scored; with `best_iteration`."
                    },
                    "warnings": {
                      "$ref": "#/components/schemas/Warnings"
                    }
                  }
                },
                "example": {
                  "name": "model.joblib",
                  "load": true
                }
              }
            }
          },
          "400": {
            "$ref": "#/components/responses/ProtocolInvalid"
          },
          "401": {
            "$ref": "#/components/responses/Unauthorized"
          },
          "403": {
            "$ref": "#/components/responses/ProtocolConflict"
          },
          "404": {
            "$ref": "#/components/responses/NoSuchModel"
          },
          "409": {
            "$ref": "#/components/responses/ProtocolConflict"
          },
          "413": {
            "$ref": "#/components/responses/ProtocolTooLarge"
          },
          "415": {
            "$ref": "#/components/responses/ProtocolMedia"
          },
          "429": {
            "$ref": "#/components/responses/ProtocolBusy"
          },
          "500": {
            "$ref": "#/components/responses/ProtocolMistake"
          },
          "501": {
            "$ref": "#/components/responses/ProtocolNotOffered"
          },
          "503": {
            "$ref": "#/components/responses/ProtocolUnavailable"
          }
        },
        "security": [
          {},
          {
            "token": [
              "write"
            ]
          }
        ]
      }
    },
    "/v2/repository/models/{model}/unload": {
      "post": {
        "operationId": "unloadModel",
        "tags": [
          "Open Inference Protocol v2"
        ],
        "summary": "Take a model out of service",
        "parameters": [
          {
            "name": "model",
            "in": "path",
            "required": true,
            "description": "Name of a model in service.",
            "schema": {
              "type": "string",
              "pattern": "^[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}$"
            },
            "example": "older.joblib"
          }
        ],
        "responses": {
          "200": {
            "description": "It is out of service.",
            "content": {
              "application/json": {
                "schema": {
                  "type": "object",
                  "required": [
                    "name",
                    "unload"
                  ],
                  "properties": {
                    "name": {
                      "type": "string"
                    },
                    "unload": {
                      "const": true
                    }
                  }
                },
                "example": {
                  "name": "older.joblib",
                  "unload": true
                }
              }
            }
          },
          "400": {
            "$ref": "#/components/responses/ProtocolInvalid"
          },
          "401": {
            "$ref": "#/components/responses/Unauthorized"
          },
          "403": {
            "$ref": "#/components/responses/NotAllowed"
          },
          "404": {
            "$ref": "#/components/responses/NoSuchModel"
          },
          "413": {
            "$ref": "#/components/responses/ProtocolTooLarge"
          },
          "415": {
            "$ref": "#/components/responses/ProtocolMedia"
          }
        },
        "security": [
          {},
          {
            "token": [
              "write"
            ]
          }
        ]
      }
    },
    "/v1/models": {
      "get": {
        "operationId": "listModelNames",
        "tags": [
          "KServe v1"
        ],
        "summary": "Names of the models in service",
        "responses": {
          "200": {
            "description": "The names.",
            "content": {
              "application/json": {
                "schema": {
                  "type": "object",
                  "required": [
                    "models"
                  ],
                  "properties": {
                    "models": {
                      "type": "array",
                      "items": {
                        "type": "string"
                      }
                    }
                  }
                },
                "example": {
                  "models": [
                    "model.joblib"
                  ]
                }
              }
            }
          },
          "401": {
            "$ref": "#/components/responses/Unauthorized"
          },
          "403": {
            "$ref": "#/components/responses/NotAllowed"
          }
        },
        "security": [
          {},
          {
            "token": [
              "predict"
            ]
          }
        ]
      }
    },
    "/v1/models/{model}": {
      "get": {
        "operationId": "modelReadyV1",
        "tags": [
          "KServe v1"
        ],
        "summary": "Whether a model can be asked",
        "parameters": [
          {
            "$ref": "#/components/parameters/Model"
          }
        ],
        "responses": {
          "200": {
            "description": "It can.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/ModelReady"
                },
                "example": {
                  "name": "model.joblib",
                  "ready": true
                }
              }
            }
          },
          "400": {
            "$ref": "#/components/responses/ProtocolInvalid"
          },
          "401": {
            "$ref": "#/components/responses/Unauthorized"
          },
          "403": {
            "$ref": "#/components/responses/NotAllowed"
          },
          "404": {
            "$ref": "#/components/responses/NoSuchModel"
          },
          "503": {
            "description": "It is known, but not in service.",
            "content": {
              "application/json": {
                "schema": {
                  "$ref": "#/components/schemas/ModelReady"
                },
                "example": {
                  "name": "model.joblib",
                  "ready": false
                }
              }
            }
          }
        },
        "security": [
          {},
          {
            "token": [
              "predict"
            ]
          }
        ]
      }
    },
    "/v1/models/{model}:predict": {
      "post": {
        "operationId": "predictV1",
        "tags": [
          "KServe v1"
        ],
        "summary": "Score rows",
        "description": "A row is a record by feature name, a list of raw values in the order of the features, or a list of prepared features.",
        "parameters": [
          {
            "$ref": "#/components/parameters/Model"
          }
        ],
        "requestBody": {
          "required": true,
          "content": {
            "application/json": {
              "schema": {
                "$ref": "#/components/schemas/Instances"
              },
              "example": {
                "instances": [
                  {
                    "person_age": 22,
                    "person_income": 59000,
                    "person_home_ownership": "RENT",
                    "person_emp_length": 123,
                    "loan_intent": "PERSONAL",
                    "loan_grade": "D",
                    "loan_amnt": 35000,
                    "loan_int_rate": 16.02,
                    "loan_percent_income": 0.59,
                    "cb_person_default_on_file": "Y",
                    "cb_person_cred_hist_length": 3
                  }
                ]
              }
            }
          }
        },
        "responses": {
          "200": {
            "description": "A probability of default per row.",
            "content": {
              "application/json": {
                "schema": {
                  "type": "object",
                  "required": [
                    "predictions"
                  ],
                  "properties": {
                    "predictions": {
                      "type": "array",
                      "items": {
                        "type": "number",
                        "minimum": 0,
                        "maximum": 1
                      }
                    }
                  }
                },
                "example": {
                  "predictions": [
                    0.98719215
                  ]
                }
              }
            }
          },
          "400": {
            "$ref": "#/components/responses/ProtocolInvalid"
          },
          "401": {
            "$ref": "#/components/responses/Unauthorized"
          },
          "403": {
            "$ref": "#/components/responses/NotAllowed"
          },
          "404": {
            "$ref": "#/components/responses/NoSuchModel"
          },
          "413": {
            "$ref": "#/components/responses/ProtocolTooLarge"
          },
          "415": {
            "$ref": "#/components/responses/ProtocolMedia"
          },
          "429": {
            "$ref": "#/components/responses/ProtocolBusy"
          },
          "503": {
            "$ref": "#/components/responses/ProtocolUnavailable"
          },
          "504": {
            "$ref": "#/components/responses/ProtocolLate"
          }
        },
        "security": [
          {},
          {
            "token": [
              "predict"
            ]
          }
        ]
      }
    },
    "/invocations": {
      "post": {
        "operationId": "invoke",
        "tags": [
          "SageMaker"
        ],
        "summary": "Score rows of CSV or JSON",
        "description": "CSV of raw or prepared features, with a header that names all of them in any order, or without one and then in the order of the model; or JSON as KServe v1 has it. A first line is a header if it names a feature.",
        "parameters": [
          {
            "name": "X-Amzn-SageMaker-Target-Model",
            "in": "header",
            "required": false,
            "description": "Names the model where several are in service.",
            "schema": {
              "type": "string",
              "pattern": "^[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}$"
            },
            "example": "model.joblib"
          }
        ],
        "requestBody": {
          "required": true,
          "content": {
            "application/json": {
              "schema": {
                "$ref": "#/components/schemas/Instances"
              },
              "example": {
                "instances": [
                  {
                    "person_age": 22,
                    "person_income": 59000,
                    "person_home_ownership": "RENT",
                    "person_emp_length": 123,
                    "loan_intent": "PERSONAL",
                    "loan_grade": "D",
                    "loan_amnt": 35000,
                    "loan_int_rate": 16.02,
                    "loan_percent_income": 0.59,
                    "cb_person_default_on_file": "Y",
                    "cb_person_cred_hist_length": 3
                  }
                ]
              }
            },
            "text/csv": {
              "schema": {
                "type": "string",
                "description": "Raw features, with or without a header, or prepared features.",
                "enum": [
                  "22,59000,RENT,123,PERSONAL,D,35000,16.02,0.59,Y,3\n",
                  "person_age,person_income,person_home_ownership,person_emp_length,loan_intent,loan_grade,loan_amnt,loan_int_rate,loan_percent_income,cb_person_default_on_file,cb_person_cred_hist_length\n22,59000,RENT,123,PERSONAL,D,35000,16.02,0.59,Y,3\n"
                ]
              },
              "example": "22,59000,RENT,123,PERSONAL,D,35000,16.02,0.59,Y,3\n"
            }
          }
        },
        "responses": {
          "200": {
            "description": "The scores, in the form of the request unless `Accept` asks for the other.",
            "content": {
              "application/json": {
                "schema": {
                  "type": "object",
                  "required": [
                    "predictions"
                  ],
                  "properties": {
                    "predictions": {
                      "type": "array",
                      "items": {
                        "type": "object",
                        "required": [
                          "score",
                          "predicted_label"
                        ],
                        "properties": {
                          "score": {
                            "type": "number",
                            "minimum": 0,
                            "maximum": 1
                          },
                          "predicted_label": {
                            "enum": [
                              0,
                              1
                            ]
                          }
                        }
                      }
                    }
                  }
                },
                "example": {
                  "predictions": [
                    {
                      "score": 0.98719215,
                      "predicted_label": 1
                    }
                  ]
                }
              },
              "text/csv": {
                "schema": {
                  "type": "string"
                },
                "example": "0.98719215\n"
              }
            }
          },
          "400": {
            "$ref": "#/components/responses/ProtocolInvalid"
          },
          "401": {
            "$ref": "#/components/responses/Unauthorized"
          },
          "403": {
            "$ref": "#/components/responses/NotAllowed"
          },
          "404": {
            "$ref": "#/components/responses/NoSuchModel"
          },
          "406": {
            "$ref": "#/components/responses/ProtocolNotAcceptable"
          },
          "413": {
            "$ref": "#/components/responses/ProtocolTooLarge"
          },
          "415": {
            "$ref": "#/components/responses/ProtocolMedia"
          },
          "429": {
            "$ref": "#/components/responses/ProtocolBusy"
          },
          "503": {
            "$ref": "#/components/responses/ProtocolUnavailable"
          },
          "504": {
            "$ref": "#/components/responses/ProtocolLate"
          }
        },
        "security": [
          {},
          {
            "token": [
              "predict"
            ]
          }
        ]
      }
    },
    "/": {
      "get": {
        "operationId": "page",
        "tags": [
          "Pages"
        ],
        "summary": "The page for people; for programs whether the server is alive",
        "responses": {
          "200": {
            "description": "The page where `Accept` names `text/html`, else KServe's word for alive.",
            "content": {
              "text/html": {
                "schema": {
                  "type": "string"
                }
              },
              "application/json": {
                "schema": {
                  "type": "object",
                  "required": [
                    "status"
                  ],
                  "properties": {
                    "status": {
                      "const": "alive"
                    }
                  }
                },
                "example": {
                  "status": "alive"
                }
              }
            }
          }
        }
      }
    },
    "/docs": {
      "get": {
        "operationId": "documentation",
        "tags": [
          "Pages"
        ],
        "summary": "This description for people",
        "responses": {
          "200": {
            "description": "A page.",
            "content": {
              "text/html": {
                "schema": {
                  "type": "string"
                }
              }
            }
          }
        }
      }
    },
    "/openapi.json": {
      "get": {
        "operationId": "openapi",
        "tags": [
          "Pages"
        ],
        "summary": "This description",
        "responses": {
          "200": {
            "description": "OpenAPI 3.1.",
            "content": {
              "application/json": {
                "schema": {
                  "type": "object",
                  "required": [
                    "openapi",
                    "info",
                    "paths"
                  ]
                }
              }
            }
          }
        }
      }
    }
  },
  "components": {
    "schemas": {
      "Number": {
        "description": "A number of single precision. A numeric string is read as its number, true and false as 1 and 0; null (and a bare NaN) is missing.",
        "anyOf": [
          {
            "type": "number",
            "minimum": -3.4028235677973362e+38,
            "maximum": 3.4028235677973362e+38
          },
          {
            "type": "string",
            "pattern": "^[+-]?[0-9]{1,18}(\\.[0-9]{1,12})?$"
          },
          {
            "type": "boolean"
          },
          {
            "type": "null"
          }
        ]
      },
      "Category": {
        "description": "A category; one that training had not, and null, count as unknown.",
        "type": [
          "string",
          "null"
        ],
        "maxLength": 4096,
        "pattern": "^[^\\u0000]*$"
      },
      "Application": {
        "type": "object",
        "description": "The features of the public credit-risk data. A feature that no record of a request names is refused.",
        "properties": {
          "person_age": {
            "$ref": "#/components/schemas/Number",
            "description": "Age, in years."
          },
          "person_income": {
            "$ref": "#/components/schemas/Number",
            "description": "Annual income, in USD."
          },
          "person_home_ownership": {
            "$ref": "#/components/schemas/Category",
            "description": "OWN, MORTGAGE, RENT or OTHER in the public data."
          },
          "person_emp_length": {
            "$ref": "#/components/schemas/Number",
            "description": "Employment length, in years."
          },
          "loan_intent": {
            "$ref": "#/components/schemas/Category",
            "description": "Purpose of the loan, such as PERSONAL or MEDICAL."
          },
          "loan_grade": {
            "$ref": "#/components/schemas/Category",
            "description": "A to G in the public data."
          },
          "loan_amnt": {
            "$ref": "#/components/schemas/Number",
            "description": "Amount of the loan, in USD."
          },
          "loan_int_rate": {
            "$ref": "#/components/schemas/Number",
            "description": "Interest rate, in percent a year."
          },
          "loan_percent_income": {
            "$ref": "#/components/schemas/Number",
            "description": "Amount of the loan as a share of the income, 0 to 1."
          },
          "cb_person_default_on_file": {
            "$ref": "#/components/schemas/Category",
            "description": "Y or N: whether a default is on file."
          },
          "cb_person_cred_hist_length": {
            "$ref": "#/components/schemas/Number",
            "description": "Length of the credit history, in years."
          }
        },
        "required": [
          "person_age",
          "person_income",
          "person_home_ownership",
          "person_emp_length",
          "loan_intent",
          "loan_grade",
          "loan_amnt",
          "loan_int_rate",
          "loan_percent_income",
          "cb_person_default_on_file",
          "cb_person_cred_hist_length"
        ]
      },
      "Sample": {
        "type": "array",
        "items": {
          "$ref": "#/components/schemas/Application"
        },
        "minItems": 1,
        "maxItems": 65536,
        "description": "The applications."
      },
      "DataRequest": {
        "oneOf": [
          {
            "type": "object",
            "title": "local",
            "properties": {
              "backend": {
                "const": "local",
                "description": "Where the files are."
              },
              "size": {
                "type": "integer",
                "minimum": -2147483648,
                "maximum": 50000000,
                "default": 4000000,
                "description": "Rows to expand to, as copies with noise; the table as it is when it has as many. The table's rows are divided before they are expanded."
              },
              "seed": {
                "type": "integer",
                "minimum": 0,
                "maximum": 2147483647,
                "description": "Seed of split and expansion; drawn and logged when absent."
              },
              "format": {
                "type": "string",
                "enum": [
                  "npy",
                  "csv"
                ],
                "default": "npy",
                "description": "How matrices are written."
              },
              "local_path": {
                "type": "string",
                "pattern": "^[A-Za-z0-9_-]{1,40}(/[A-Za-z0-9_-]{1,40}){0,4}$",
                "description": "The CSV of applications, under the storage root."
              },
              "target_path": {
                "type": "string",
                "pattern": "^[A-Za-z0-9_-]{1,40}(/[A-Za-z0-9_-]{1,40}){0,4}$",
                "description": "The folder that receives the prepared data."
              }
            },
            "required": [
              "backend",
              "local_path",
              "target_path"
            ],
            "additionalProperties": false
          },
          {
            "type": "object",
            "title": "s3",
            "properties": {
              "backend": {
                "const": "s3",
                "description": "Where the files are.",
                "default": "s3"
              },
              "size": {
                "type": "integer",
                "minimum": -2147483648,
                "maximum": 50000000,
                "default": 4000000,
                "description": "Rows to expand to, as copies with noise; the table as it is when it has as many. The table's rows are divided before they are expanded."
              },
              "seed": {
                "type": "integer",
                "minimum": 0,
                "maximum": 2147483647,
                "description": "Seed of split and expansion; drawn and logged when absent."
              },
              "format": {
                "type": "string",
                "enum": [
                  "npy",
                  "csv"
                ],
                "default": "npy",
                "description": "How matrices are written."
              },
              "bucket": {
                "type": "string",
                "pattern": "^[a-z0-9][a-z0-9-]{1,40}[a-z0-9]$",
                "description": "S3: the bucket."
              },
              "key": {
                "type": "string",
                "pattern": "^[A-Za-z0-9_-]{1,40}(/[A-Za-z0-9_-]{1,40}){0,4}$",
                "description": "The CSV of applications; the prepared data goes beside it."
              },
              "local_path": {
                "type": [
                  "string",
                  "null"
                ],
                "description": "Accepted, as in the original, but not used.",
                "examples": [
                  "None"
                ]
              },
              "target_path": {
                "type": [
                  "string",
                  "null"
                ],
                "description": "Accepted, as in the original, but not used.",
                "examples": [
                  "None"
                ]
              }
            },
            "required": [
              "bucket",
              "key"
            ],
            "additionalProperties": false
          }
        ]
      },
      "TrainRequest": {
        "oneOf": [
          {
            "type": "object",
            "title": "local",
            "properties": {
              "backend": {
                "const": "local",
                "description": "Where the files are."
              },
              "model_name": {
                "type": "string",
                "pattern": "^[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}$",
                "description": "Name of the model."
              },
              "parameters": {
                "type": "object",
                "description": "XGBoost's training parameters by its names; n_estimators and num_boost_round are rounds.",
                "properties": {
                  "rounds": {
                    "type": "integer",
                    "minimum": 1,
                    "maximum": 500,
                    "default": 500
                  },
                  "max_depth": {
                    "type": "integer",
                    "minimum": 1,
                    "maximum": 10,
                    "default": 10
                  }
                },
                "additionalProperties": false
              },
              "local_data_path": {
                "type": "string",
                "pattern": "^[A-Za-z0-9_-]{1,40}(/[A-Za-z0-9_-]{1,40}){0,4}$",
                "description": "The folder of the prepared data."
              },
              "local_model_path": {
                "type": "string",
                "pattern": "^[A-Za-z0-9_-]{1,40}(/[A-Za-z0-9_-]{1,40}){0,4}$",
                "description": "The folder that receives the model."
              }
            },
            "required": [
              "backend",
              "local_data_path",
              "local_model_path",
              "model_name"
            ],
            "additionalProperties": false
          },
          {
            "type": "object",
            "title": "s3",
            "properties": {
              "backend": {
                "const": "s3",
                "description": "Where the files are.",
                "default": "s3"
              },
              "model_name": {
                "type": "string",
                "pattern": "^[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}$",
                "description": "Name of the model."
              },
              "parameters": {
                "type": "object",
                "description": "XGBoost's training parameters by its names; n_estimators and num_boost_round are rounds.",
                "properties": {
                  "rounds": {
                    "type": "integer",
                    "minimum": 1,
                    "maximum": 500,
                    "default": 500
                  },
                  "max_depth": {
                    "type": "integer",
                    "minimum": 1,
                    "maximum": 10,
                    "default": 10
                  }
                },
                "additionalProperties": false
              },
              "bucket": {
                "type": "string",
                "pattern": "^[a-z0-9][a-z0-9-]{1,40}[a-z0-9]$",
                "description": "S3: the bucket."
              },
              "data_key": {
                "type": "string",
                "pattern": "^[A-Za-z0-9_-]{1,40}(/[A-Za-z0-9_-]{1,40}){0,4}$",
                "description": "The folder of the prepared data."
              },
              "model_key": {
                "type": "string",
                "pattern": "^[A-Za-z0-9_-]{1,40}(/[A-Za-z0-9_-]{1,40}){0,4}$",
                "description": "The folder that receives the model."
              },
              "local_data_path": {
                "type": "string",
                "description": "Asked for, as in the original, but not used.",
                "examples": [
                  "None"
                ]
              },
              "local_model_path": {
                "type": [
                  "string",
                  "null"
                ],
                "description": "Accepted, as in the original, but not used.",
                "examples": [
                  "None"
                ]
              }
            },
            "required": [
              "bucket",
              "data_key",
              "model_key",
              "local_data_path",
              "model_name"
            ],
            "additionalProperties": false
          }
        ]
      },
      "PredictRequest": {
        "oneOf": [
          {
            "type": "object",
            "title": "local",
            "properties": {
              "backend": {
                "const": "local",
                "description": "Where the files are."
              },
              "model_name": {
                "type": "string",
                "pattern": "^[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}$",
                "description": "Name of the model."
              },
              "sample": {
                "$ref": "#/components/schemas/Sample"
              },
              "csv_payload": {
                "type": [
                  "string",
                  "null"
                ],
                "enum": [
                  null,
                  "None",
                  ""
                ],
                "description": "Inline CSV with a header of feature names, instead of `sample`'s records. Shown here as absent; any CSV text is read."
              },
              "local_model_path": {
                "type": "string",
                "pattern": "^[A-Za-z0-9_-]{1,40}(/[A-Za-z0-9_-]{1,40}){0,4}$",
                "description": "The folder of the model."
              },
              "preprocessor_path": {
                "type": [
                  "string",
                  "number"
                ],
                "pattern": "^[A-Za-z0-9_-]{1,40}(/[A-Za-z0-9_-]{1,40}){0,4}$",
                "description": "A folder whose `preprocessor.sav` is for a model that is stored without its own; not read for any other."
              }
            },
            "required": [
              "backend",
              "local_model_path",
              "preprocessor_path",
              "model_name",
              "sample"
            ]
          },
          {
            "type": "object",
            "title": "s3",
            "properties": {
              "backend": {
                "const": "s3",
                "description": "Where the files are.",
                "default": "s3"
              },
              "model_name": {
                "type": "string",
                "pattern": "^[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}$",
                "description": "Name of the model."
              },
              "sample": {
                "$ref": "#/components/schemas/Sample"
              },
              "csv_payload": {
                "type": [
                  "string",
                  "null"
                ],
                "enum": [
                  null,
                  "None",
                  ""
                ],
                "description": "Inline CSV with a header of feature names, instead of `sample`'s records. Shown here as absent; any CSV text is read."
              },
              "bucket": {
                "type": "string",
                "pattern": "^[a-z0-9][a-z0-9-]{1,40}[a-z0-9]$",
                "description": "S3: the bucket."
              },
              "model_key": {
                "type": "string",
                "pattern": "^[A-Za-z0-9_-]{1,40}(/[A-Za-z0-9_-]{1,40}){0,4}$",
                "description": "The folder of the model."
              },
              "data_key": {
                "type": "string",
                "pattern": "^[A-Za-z0-9_-]{1,40}(/[A-Za-z0-9_-]{1,40}){0,4}$",
                "description": "A folder whose `preprocessor.sav` is for a model that is stored without its own; not read for any other."
              }
            },
            "required": [
              "bucket",
              "model_key",
              "data_key",
              "model_name",
              "sample"
            ]
          }
        ]
      },
      "Prediction": {
        "type": "object",
        "required": [
          "msg",
          "Prediction Output"
        ],
        "properties": {
          "msg": {
            "const": "Model Inference Complete"
          },
          "Prediction Output": {
            "type": "array",
            "items": {
              "type": "array",
              "items": {
                "anyOf": [
                  {
                    "type": "string",
                    "enum": [
                      "True",
                      "False"
                    ]
                  },
                  {
                    "type": "number",
                    "minimum": 0,
                    "maximum": 1
                  }
                ]
              },
              "minItems": 2,
              "maxItems": 2,
              "description": "Whether a default is more likely than not, and its probability."
            }
          }
        }
      },
      "ReportLine": {
        "type": "object",
        "required": [
          "precision",
          "recall",
          "f1-score",
          "support"
        ],
        "properties": {
          "precision": {
            "type": "number"
          },
          "recall": {
            "type": "number"
          },
          "f1-score": {
            "type": "number"
          },
          "support": {
            "type": "integer",
            "description": "Rows."
          }
        }
      },
      "Report": {
        "type": "object",
        "description": "scikit-learn's classification report on applications that were held out from training, the area under the ROC curve, and the Brier score (null where an earlier release did not store it).",
        "required": [
          "Non-Default",
          "Default",
          "accuracy",
          "macro avg",
          "weighted avg",
          "auc"
        ],
        "properties": {
          "Non-Default": {
            "$ref": "#/components/schemas/ReportLine"
          },
          "Default": {
            "$ref": "#/components/schemas/ReportLine"
          },
          "macro avg": {
            "$ref": "#/components/schemas/ReportLine"
          },
          "weighted avg": {
            "$ref": "#/components/schemas/ReportLine"
          },
          "accuracy": {
            "type": "number"
          },
          "auc": {
            "type": [
              "number",
              "null"
            ]
          },
          "brier": {
            "type": [
              "number",
              "null"
            ]
          }
        }
      },
      "TrainResult": {
        "type": "object",
        "required": [
          "msg",
          "validation scores"
        ],
        "properties": {
          "msg": {
            "const": "Model trained succesfully"
          },
          "validation scores": {
            "$ref": "#/components/schemas/Report"
          },
          "warnings": {
            "$ref": "#/components/schemas/Warnings"
          }
        }
      },
      "Warnings": {
        "type": "array",
        "minItems": 1,
        "items": {
          "type": "string"
        },
        "description": "Only where there are any: what is not as it should be although the work is done, such as a copy for other tools that was not updated, or a stored model that has no room here. Each is a sentence."
      },
      "Problem": {
        "type": "object",
        "required": [
          "loc",
          "msg",
          "type"
        ],
        "properties": {
          "loc": {
            "type": "array",
            "items": {
              "type": [
                "string",
                "integer"
              ]
            },
            "description": "The field and, inside it, names and 0-based rows."
          },
          "msg": {
            "type": "string"
          },
          "type": {
            "type": "string",
            "description": "A stable word for programs."
          }
        }
      },
      "Problems": {
        "type": "object",
        "required": [
          "detail"
        ],
        "properties": {
          "detail": {
            "anyOf": [
              {
                "type": "array",
                "items": {
                  "$ref": "#/components/schemas/Problem"
                }
              },
              {
                "type": "string"
              }
            ]
          }
        }
      },
      "Refusal": {
        "type": "object",
        "required": [
          "detail"
        ],
        "properties": {
          "detail": {
            "anyOf": [
              {
                "type": "array",
                "items": {
                  "$ref": "#/components/schemas/Problem"
                }
              },
              {
                "type": "string"
              }
            ]
          }
        }
      },
      "Error": {
        "type": "object",
        "required": [
          "error"
        ],
        "properties": {
          "error": {
            "type": "string"
          }
        }
      },
      "ErrorOrDetail": {
        "anyOf": [
          {
            "$ref": "#/components/schemas/Error"
          },
          {
            "$ref": "#/components/schemas/Refusal"
          }
        ]
      },
      "TensorMetadata": {
        "type": "object",
        "required": [
          "name",
          "datatype",
          "shape"
        ],
        "properties": {
          "name": {
            "type": "string"
          },
          "datatype": {
            "type": "string"
          },
          "shape": {
            "type": "array",
            "items": {
              "type": "integer"
            },
            "description": "-1 is any number of rows."
          }
        }
      },
      "ModelMetadata": {
        "type": "object",
        "required": [
          "name",
          "versions",
          "platform",
          "inputs",
          "outputs"
        ],
        "properties": {
          "name": {
            "type": "string"
          },
          "versions": {
            "type": "array",
            "items": {
              "type": "string"
            }
          },
          "platform": {
            "type": "string"
          },
          "inputs": {
            "type": "array",
            "items": {
              "$ref": "#/components/schemas/TensorMetadata"
            },
            "description": "A request sends `input__0` (prepared features) or all of the others (raw features)."
          },
          "outputs": {
            "type": "array",
            "items": {
              "$ref": "#/components/schemas/TensorMetadata"
            }
          }
        }
      },
      "InputTensor": {
        "type": "object",
        "required": [
          "name",
          "shape",
          "datatype",
          "data"
        ],
        "properties": {
          "name": {
            "type": "string",
            "description": "A raw feature, or `input__0` for all prepared features."
          },
          "shape": {
            "type": "array",
            "items": {
              "type": "integer",
              "minimum": 0
            },
            "description": "[rows] or [rows, 1]; [rows, features] for `input__0`."
          },
          "datatype": {
            "type": "string",
            "enum": [
              "BOOL",
              "UINT8",
              "UINT16",
              "UINT32",
              "UINT64",
              "INT8",
              "INT16",
              "INT32",
              "INT64",
              "FP32",
              "FP64",
              "BYTES"
            ],
            "description": "BYTES for categories."
          },
          "data": {
            "type": "array",
            "description": "Row after row, flat or nested. NaN and null are missing."
          },
          "parameters": {
            "type": [
              "object",
              "null"
            ],
            "description": "`binary_data_size` instead of `data`: the tensor's bytes follow the JSON part."
          }
        }
      },
      "OutputTensor": {
        "type": "object",
        "required": [
          "name",
          "shape",
          "datatype"
        ],
        "properties": {
          "name": {
            "type": "string"
          },
          "shape": {
            "type": "array",
            "items": {
              "type": "integer"
            }
          },
          "datatype": {
            "type": "string"
          },
          "data": {
            "type": "array"
          },
          "parameters": {
            "type": "object"
          }
        }
      },
      "InferRequest": {
        "type": "object",
        "required": [
          "inputs"
        ],
        "properties": {
          "id": {
            "type": [
              "string",
              "null"
            ],
            "description": "Repeated in the answer."
          },
          "parameters": {
            "type": [
              "object",
              "null"
            ],
            "properties": {
              "binary_data_output": {
                "type": [
                  "boolean",
                  "null"
                ],
                "description": "All outputs in binary."
              }
            }
          },
          "inputs": {
            "type": "array",
            "items": {
              "$ref": "#/components/schemas/InputTensor"
            },
            "minItems": 1,
            "maxItems": 1024
          },
          "outputs": {
            "type": [
              "array",
              "null"
            ],
            "items": {
              "type": "object",
              "required": [
                "name"
              ],
              "properties": {
                "name": {
                  "type": "string",
                  "enum": [
                    "output__0",
                    "label"
                  ]
                },
                "parameters": {
                  "type": [
                    "object",
                    "null"
                  ],
                  "properties": {
                    "binary_data": {
                      "type": [
                        "boolean",
                        "null"
                      ]
                    }
                  }
                }
              }
            },
            "description": "`output__0`: the probability of default, FP32. `label`: 1 where it exceeds one half, UINT8. Both when absent."
          }
        }
      },
      "InferResponse": {
        "type": "object",
        "required": [
          "model_name",
          "model_version",
          "outputs"
        ],
        "properties": {
          "model_name": {
            "type": "string"
          },
          "model_version": {
            "type": "string"
          },
          "id": {
            "type": "string"
          },
          "outputs": {
            "type": "array",
            "items": {
              "$ref": "#/components/schemas/OutputTensor"
            }
          }
        }
      },
      "ModelReady": {
        "type": "object",
        "required": [
          "name",
          "ready"
        ],
        "properties": {
          "name": {
            "type": "string"
          },
          "ready": {
            "type": "boolean"
          }
        }
      },
      "Instances": {
        "type": "object",
        "required": [
          "instances"
        ],
        "properties": {
          "instances": {
            "$ref": "#/components/schemas/Sample"
          }
        }
      },
      "ModelSummary": {
        "type": "object",
        "required": [
          "name",
          "version",
          "trained_at",
          "trees",
          "scores"
        ],
        "properties": {
          "name": {
            "type": "string"
          },
          "version": {
            "type": "string",
            "description": "The generation in storage; 1 for a model of another tool."
          },
          "trained_at": {
            "type": [
              "integer",
              "null"
            ],
            "description": "Seconds since 1970, UTC."
          },
          "trees": {
            "type": "integer"
          },
          "scores": {
            "anyOf": [
              {
                "$ref": "#/components/schemas/Report"
              },
              {
                "type": "null"
              }
            ]
          },
          "scores_warning": {
            "type": [
              "string",
              "null"
            ],
            "description": "What to know of the scores: of models that an earlier release trained, copies of applications that the model was trained on may be among those it was measured on."
          }
        }
      },
      "ValueRange": {
        "type": "object",
        "description": "Where the values of a number lay in training. Of 1,000 values one is below `low` at most, and one above `high`.",
        "required": [
          "minimum",
          "maximum",
          "low",
          "high"
        ],
        "properties": {
          "minimum": {
            "type": "number"
          },
          "maximum": {
            "type": "number"
          },
          "low": {
            "type": "number"
          },
          "high": {
            "type": "number"
          }
        }
      },
      "ModelDescription": {
        "allOf": [
          {
            "$ref": "#/components/schemas/ModelSummary"
          }
        ],
        "type": "object",
        "required": [
          "producer",
          "parameters",
          "features",
          "evaluation",
          "importances"
        ],
        "properties": {
          "producer": {
            "type": [
              "string",
              "null"
            ]
          },
          "parameters": {
            "type": "object",
            "additionalProperties": {
              "type": "string"
            }
          },
          "features": {
            "type": "array",
            "items": {
              "type": "object",
              "required": [
                "name",
                "kind",
                "categories",
                "median",
                "range"
              ],
              "properties": {
                "name": {
                  "type": "string"
                },
                "kind": {
                  "enum": [
                    "number",
                    "category"
                  ]
                },
                "categories": {
                  "type": "array",
                  "items": {
                    "type": "string"
                  }
                },
                "median": {
                  "type": [
                    "number",
                    "null"
                  ],
                  "description": "What a missing number becomes; null where it stays missing."
                },
                "range": {
                  "anyOf": [
                    {
                      "$ref": "#/components/schemas/ValueRange"
                    },
                    {
                      "type": "null"
                    }
                  ],
                  "description": "Null for a category, and for a model whose preprocessor was stored before ranges were."
                }
              }
            }
          },
          "evaluation": {
            "anyOf": [
              {
                "$ref": "#/components/schemas/Evaluation"
              },
              {
                "type": "null"
              }
            ]
          },
          "importances": {
            "type": "array",
            "items": {
              "type": "object",
              "required": [
                "name",
                "total_gain",
                "splits"
              ],
              "properties": {
                "name": {
                  "type": "string"
                },
                "total_gain": {
                  "type": "number"
                },
                "splits": {
                  "type": "integer"
                }
              }
            }
          }
        }
      },
      "Evaluation": {
        "type": "object",
        "description": "How the probabilities lie on the applications that were held out; null for models that were trained before it was stored.",
        "required": [
          "roc",
          "calibration",
          "histogram"
        ],
        "properties": {
          "roc": {
            "type": "array",
            "items": {
              "type": "array",
              "items": {
                "type": "number",
                "minimum": 0,
                "maximum": 1
              },
              "minItems": 2,
              "maxItems": 2
            },
            "description": "False and true positive rates, from (0, 0) to (1, 1)."
          },
          "calibration": {
            "type": "array",
            "description": "Tenths of the probability.",
            "items": {
              "type": "object",
              "required": [
                "predicted",
                "observed",
                "rows"
              ],
              "properties": {
                "predicted": {
                  "type": "number"
                },
                "observed": {
                  "type": "number"
                },
                "rows": {
                  "type": "integer"
                }
              }
            }
          },
          "histogram": {
            "type": "object",
            "description": "Rows by hundredths of the probability.",
            "required": [
              "non_defaults",
              "defaults"
            ],
            "properties": {
              "non_defaults": {
                "type": "array",
                "items": {
                  "type": "integer"
                }
              },
              "defaults": {
                "type": "array",
                "items": {
                  "type": "integer"
                }
              }
            }
          }
        }
      },
      "Statistics": {
        "type": "object",
        "required": [
          "model_stats"
        ],
        "properties": {
          "model_stats": {
            "type": "array",
            "items": {
              "type": "object",
              "required": [
                "name",
                "version",
                "inference_count",
                "execution_count",
                "inference_stats"
              ]
            }
          }
        }
      },
      "Job": {
        "type": "object",
        "required": [
          "id",
          "kind",
          "status",
          "progress",
          "stage",
          "created_at",
          "seconds"
        ],
        "properties": {
          "id": {
            "type": "string"
          },
          "kind": {
            "enum": [
              "data",
              "train"
            ]
          },
          "status": {
            "enum": [
              "running",
              "cancelling",
              "succeeded",
              "failed",
              "cancelled"
            ]
          },
          "progress": {
            "type": "number",
            "minimum": 0,
            "maximum": 1,
            "description": "Done part."
          },
          "stage": {
            "type": "string"
          },
          "created_at": {
            "type": "number",
            "description": "Seconds since 1970, UTC."
          },
          "seconds": {
            "type": "number",
            "description": "Since its start, until its end."
          },
          "result": {
            "description": "The answer of the call that began it."
          },
          "status_code": {
            "type": "integer",
            "description": "The status that a failure has."
          },
          "error": {
            "description": "The body that a failure has."
          }
        }
      }
    },
    "responses": {
      "Invalid": {
        "description": "A field does not fit; `detail` names it, with row and column.",
        "content": {
          "application/json": {
            "schema": {
              "$ref": "#/components/schemas/Problems"
            },
            "example": {
              "detail": [
                {
                  "loc": [
                    "body",
                    "sample",
                    1,
                    "person_age"
                  ],
                  "msg": "value is not a valid float",
                  "type": "type_error.float"
                }
              ]
            }
          }
        }
      },
      "NoSuchFile": {
        "description": "No such file, object or model.",
        "content": {
          "application/json": {
            "schema": {
              "$ref": "#/components/schemas/Problems"
            },
            "example": {
              "detail": [
                {
                  "loc": [
                    "body",
                    "local_model_path"
                  ],
                  "msg": "models/model.joblib: no such file",
                  "type": "not_found"
                }
              ]
            }
          }
        }
      },
      "Forbidden": {
        "description": "The server may not touch what the request names.",
        "content": {
          "application/json": {
            "schema": {
              "$ref": "#/components/schemas/Problems"
            },
            "example": {
              "detail": [
                {
                  "loc": [
                    "body",
                    "local_path"
                  ],
                  "msg": "permission denied",
                  "type": "forbidden"
                }
              ]
            }
          }
        }
      },
      "Conflict": {
        "description": "Things that do not belong together, or a stored file that cannot be used: damaged, empty, or of another kind.",
        "content": {
          "application/json": {
            "schema": {
              "$ref": "#/components/schemas/Problems"
            },
            "example": {
              "detail": [
                {
                  "loc": [
                    "body",
                    "preprocessor_path"
                  ],
                  "msg": "this preprocessor.sav is not the one that model.joblib was trained with",
                  "type": "conflict"
                }
              ]
            }
          }
        }
      },
      "TooLarge": {
        "description": "The body (64 KiB, or 4 MiB with applications to score), or what it names, exceeds a limit; a training or a preparation would take more memory or disk than the server may use.",
        "content": {
          "application/json": {
            "schema": {
              "$ref": "#/components/schemas/Refusal"
            },
            "example": {
              "detail": [
                {
                  "loc": [
                    "body"
                  ],
                  "msg": "the body exceeds 4194304 bytes",
                  "type": "too_large"
                }
              ]
            }
          }
        }
      },
      "Busy": {
        "description": "The same kind of work is under way, or the server is full; a training or a preparation does not fit beside what is in memory now.",
        "content": {
          "application/json": {
            "schema": {
              "$ref": "#/components/schemas/Refusal"
            },
            "example": {
              "detail": [
                {
                  "loc": [
                    "body"
                  ],
                  "msg": "another training is under way",
                  "type": "busy"
                }
              ]
            }
          }
        },
        "headers": {
          "Retry-After": {
            "description": "Seconds to wait.",
            "schema": {
              "type": "integer",
              "minimum": 0
            }
          }
        }
      },
      "Mistake": {
        "description": "A mistake of the server.",
        "content": {
          "application/json": {
            "schema": {
              "$ref": "#/components/schemas/Refusal"
            },
            "example": {
              "detail": [
                {
                  "loc": [
                    "body"
                  ],
                  "msg": "the server has made a mistake: the model that it trained does not load",
                  "type": "internal"
                }
              ]
            }
          }
        }
      },
      "Unavailable": {
        "description": "Storage is out of reach, or the server is stopping.",
        "content": {
          "application/json": {
            "schema": {
              "$ref": "#/components/schemas/Refusal"
            },
            "example": {
              "detail": [
                {
                  "loc": [
                    "body"
                  ],
                  "msg": "S3 does not answer",
                  "type": "unavailable"
                }
              ]
            }
          }
        },
        "headers": {
          "Retry-After": {
            "description": "Seconds to wait.",
            "schema": {
              "type": "integer",
              "minimum": 0
            }
          }
        }
      },
      "Late": {
        "description": "The prediction took longer than 30 s, in the queue or for its model.",
        "content": {
          "application/json": {
            "schema": {
              "$ref": "#/components/schemas/Refusal"
            },
            "example": {
              "detail": [
                {
                  "loc": [
                    "body"
                  ],
                  "msg": "the prediction takes longer than 30.0 seconds",
                  "type": "deadline_exceeded"
                }
              ]
            }
          }
        }
      },
      "NoSpace": {
        "description": "No room is left to write.",
        "content": {
          "application/json": {
            "schema": {
              "$ref": "#/components/schemas/Refusal"
            },
            "example": {
              "detail": [
                {
                  "loc": [
                    "body"
                  ],
                  "msg": "no space is left in the storage",
                  "type": "out_of_space"
                }
              ]
            }
          }
        }
      },
      "ProtocolInvalid": {
        "description": "The request does not fit; `error` says what and where.",
        "content": {
          "application/json": {
            "schema": {
              "$ref": "#/components/schemas/ErrorOrDetail"
            },
            "example": {
              "error": "person_income: element 3 is infinite or beyond single precision"
            }
          }
        }
      },
      "NoSuchModel": {
        "description": "No model of this name, or of this version, is in service; or none is named, and there is not exactly one.",
        "content": {
          "application/json": {
            "schema": {
              "$ref": "#/components/schemas/ErrorOrDetail"
            },
            "example": {
              "error": "model_name: no model of this name is loaded; load it first"
            }
          }
        }
      },
      "ProtocolTooLarge": {
        "description": "The body exceeds the limit, as sent or decompressed: 64 KiB, or 4 MiB with applications to score; or the first line of a table exceeds 64 KiB.",
        "content": {
          "application/json": {
            "schema": {
              "$ref": "#/components/schemas/ErrorOrDetail"
            },
            "example": {
              "error": "the decompressed body exceeds 4194304 bytes"
            }
          }
        }
      },
      "ProtocolNotAcceptable": {
        "description": "The caller takes none of the forms that answers have.",
        "content": {
          "application/json": {
            "schema": {
              "$ref": "#/components/schemas/ErrorOrDetail"
            },
            "example": {
              "error": "Accept 'application/jsonlines' takes none of text/csv, application/json"
            }
          }
        }
      },
      "ProtocolMedia": {
        "description": "The body's media type or compression is not read.",
        "content": {
          "application/json": {
            "schema": {
              "$ref": "#/components/schemas/ErrorOrDetail"
            },
            "example": {
              "error": "Content-Encoding 'br' is not offered; gzip and deflate are"
            }
          }
        }
      },
      "ProtocolConflict": {
        "description": "Things that do not belong together, or a stored file that cannot be used: damaged, empty, or of another kind.",
        "content": {
          "application/json": {
            "schema": {
              "$ref": "#/components/schemas/ErrorOrDetail"
            },
            "example": {
              "error": "local_model_path: model.joblib: a pickle; convert it first"
            }
          }
        }
      },
      "ProtocolBusy": {
        "description": "Too much is under way.",
        "content": {
          "application/json": {
            "schema": {
              "$ref": "#/components/schemas/ErrorOrDetail"
            },
            "example": {
              "error": "many models are being loaded"
            }
          }
        },
        "headers": {
          "Retry-After": {
            "description": "Seconds to wait.",
            "schema": {
              "type": "integer",
              "minimum": 0
            }
          }
        }
      },
      "ProtocolMistake": {
        "description": "A mistake of the server.",
        "content": {
          "application/json": {
            "schema": {
              "$ref": "#/components/schemas/ErrorOrDetail"
            },
            "example": {
              "error": "the server has made a mistake: the model that it trained does not load"
            }
          }
        }
      },
      "ProtocolNotOffered": {
        "description": "A part of the protocol that is not offered.",
        "content": {
          "application/json": {
            "schema": {
              "$ref": "#/components/schemas/ErrorOrDetail"
            },
            "example": {
              "error": "parameters.config is not offered"
            }
          }
        }
      },
      "ProtocolUnavailable": {
        "description": "The model is being loaded, or storage is out of reach.",
        "content": {
          "application/json": {
            "schema": {
              "$ref": "#/components/schemas/ErrorOrDetail"
            },
            "example": {
              "error": "model model.joblib is being loaded"
            }
          }
        },
        "headers": {
          "Retry-After": {
            "description": "Seconds to wait.",
            "schema": {
              "type": "integer",
              "minimum": 0
            }
          }
        }
      },
      "ProtocolLate": {
        "description": "The prediction took longer than 30 s in the queue.",
        "content": {
          "application/json": {
            "schema": {
              "$ref": "#/components/schemas/ErrorOrDetail"
            },
            "example": {
              "error": "the prediction takes longer than 30.0 seconds"
            }
          }
        }
      },
      "Unauthorized": {
        "description": "The server asks for a token, and none or a wrong one came.",
        "content": {
          "application/json": {
            "schema": {
              "$ref": "#/components/schemas/ErrorOrDetail"
            },
            "example": {
              "detail": "a token is missing"
            }
          }
        }
      },
      "NotAllowed": {
        "description": "The token does not allow this call.",
        "content": {
          "application/json": {
            "schema": {
              "$ref": "#/components/schemas/ErrorOrDetail"
            },
            "example": {
              "detail": "the token lacks the scope write"
            }
          }
        }
      },
      "BadRequest": {
        "description": "The request is malformed, such as a path whose percent-encoding is, or compressed data that is damaged.",
        "content": {
          "application/json": {
            "schema": {
              "$ref": "#/components/schemas/Refusal"
            },
            "example": {
              "detail": "Bad Request: a part of the path is not percent-encoded UTF-8 text without slash and NUL"
            }
          }
        }
      },
      "Media": {
        "description": "The body's compression is not read.",
        "content": {
          "application/json": {
            "schema": {
              "$ref": "#/components/schemas/Refusal"
            },
            "example": {
              "detail": "Content-Encoding 'br' is not offered; gzip and deflate are"
            }
          }
        }
      }
    },
    "parameters": {
      "Model": {
        "name": "model",
        "in": "path",
        "required": true,
        "description": "Name of a model in service.",
        "schema": {
          "type": "string",
          "pattern": "^[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}$"
        },
        "example": "model.joblib"
      },
      "Version": {
        "name": "version",
        "in": "path",
        "required": true,
        "description": "The version in service, as the model's metadata tells it.",
        "schema": {
          "type": "string",
          "pattern": "^[A-Za-z0-9._-]{1,64}$"
        }
      },
      "Prefer": {
        "name": "Prefer",
        "in": "header",
        "required": false,
        "description": "`respond-async`: answer at once with a job to ask for (RFC 7240). Other preferences have no effect.",
        "schema": {
          "type": "string"
        },
        "example": "respond-async"
      },
      "Job": {
        "name": "id",
        "in": "path",
        "required": true,
        "description": "The job's identifier.",
        "schema": {
          "type": "string",
          "pattern": "^[0-9a-f-]{36}$"
        }
      }
    },
    "securitySchemes": {
      "token": {
        "type": "http",
        "scheme": "bearer",
        "description": "Asked for where the server has tokens: `predict` for scoring and reading, `write` for preparing, training, loading and unloading."
      }
    }
  }
}
"""##

    static let pageCSS = ##"""
/* Colors are chosen so that text reaches a contrast of 4.5 and marks one of 3, in both themes. */
:root {
  color-scheme: light;
  --paper: #f5f6f9;
  --card: #ffffff;
  --line: #dcdfe7;
  --line-strong: #8a91a3;
  --ink: #161a26;
  --ink-soft: #545c70;
  --accent: #2457d6;
  --accent-ink: #ffffff;
  --accent-soft: #e8eefc;
  --paid: #2a78c8;
  --default: #d1571a;
  --good: #0f7a4d;
  --good-soft: #e2f5ec;
  --bad: #b3361b;
  --bad-soft: #fdebe4;
  --warn: #7d5200;
  --warn-soft: #fdf1d8;
  --shadow: 0 1px 2px rgb(20 26 45 / 6%), 0 6px 20px rgb(20 26 45 / 6%);
}

:root[data-theme="dark"] {
  color-scheme: dark;
  --paper: #0f1219;
  --card: #181c26;
  --line: #2b3140;
  --line-strong: #717a8f;
  --ink: #eceef4;
  --ink-soft: #a7afc0;
  --accent: #86a8ff;
  --accent-ink: #0d1530;
  --accent-soft: #1f2a47;
  --paid: #5b9fe8;
  --default: #f08a4b;
  --good: #5fd3a0;
  --good-soft: #14332a;
  --bad: #ff9d7e;
  --bad-soft: #3b2019;
  --warn: #f0c060;
  --warn-soft: #372b12;
  --shadow: 0 1px 2px rgb(0 0 0 / 40%);
}

@media (prefers-color-scheme: dark) {
  :root:not([data-theme="light"]) {
    color-scheme: dark;
    --paper: #0f1219;
    --card: #181c26;
    --line: #2b3140;
    --line-strong: #717a8f;
    --ink: #eceef4;
    --ink-soft: #a7afc0;
    --accent: #86a8ff;
    --accent-ink: #0d1530;
    --accent-soft: #1f2a47;
    --paid: #5b9fe8;
    --default: #f08a4b;
    --good: #5fd3a0;
    --good-soft: #14332a;
    --bad: #ff9d7e;
    --bad-soft: #3b2019;
    --warn: #f0c060;
    --warn-soft: #372b12;
    --shadow: 0 1px 2px rgb(0 0 0 / 40%);
  }
}

* { box-sizing: border-box; }

[hidden] { display: none !important; }

html { scroll-padding-top: 5rem; -webkit-text-size-adjust: 100%; }

body {
  margin: 0;
  background: var(--paper);
  color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "DejaVu Sans", sans-serif;
}

h1, h2, h3, p, figure, dl, dd { margin: 0; }
h1 { font-size: clamp(1.7rem, 1.2rem + 2vw, 2.4rem); line-height: 1.15; letter-spacing: -0.02em; }
h2 { font-size: 1.2rem; letter-spacing: -0.01em; }
a { color: var(--accent); }
code, pre { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
pre { margin: 0.75rem 0 0; padding: 0.9rem 1rem; overflow-x: auto; border-radius: 8px; background: var(--paper); font-size: 0.85rem; }

:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
main:focus { outline: none; }

.skip { position: absolute; left: -999px; top: 0; z-index: 3; padding: 0.6rem 1rem; background: var(--card); }
.skip:focus { left: 0.5rem; top: 0.5rem; }

/* Frame */

.bar { position: sticky; top: 0; z-index: 2; background: var(--card); border-bottom: 1px solid var(--line); }
.bar-inner { display: flex; align-items: center; gap: 1.25rem; max-width: 76rem; margin: 0 auto; padding: 0.6rem 1.25rem; }
.brand { display: flex; align-items: center; gap: 0.6rem; font-weight: 650; white-space: nowrap; }
nav { display: flex; gap: 0.25rem; margin-right: auto; }
nav a { padding: 0.35rem 0.7rem; border-radius: 7px; color: var(--ink-soft); text-decoration: none; }
nav a:hover { color: var(--ink); background: var(--paper); }
nav a[aria-current] { color: var(--accent); background: var(--accent-soft); font-weight: 600; }

main { display: grid; gap: 2rem; max-width: 76rem; margin: 0 auto; padding: 2rem 1.25rem 3rem; }
main > * { min-width: 0; }
footer { max-width: 76rem; margin: 0 auto; padding: 0 1.25rem 2.5rem; color: var(--ink-soft); font-size: 0.9rem; }

.intro { display: grid; grid-template-columns: 1fr auto; gap: 0.4rem 2rem; align-items: end; }
.intro p { grid-column: 1; max-width: 44rem; color: var(--ink-soft); }
.picker { grid-column: 2; grid-row: 1 / span 2; display: grid; gap: 0.25rem; min-width: 14rem; }

.card { padding: 1.4rem; border: 1px solid var(--line); border-radius: 14px; background: var(--card); box-shadow: var(--shadow); }
.card-head { display: flex; align-items: center; justify-content: space-between; gap: 1rem; }
.card-head button { white-space: nowrap; }
.notice { max-width: 44rem; }
.notice h2 { margin-bottom: 0.5rem; }
.problem { border-color: var(--bad); color: var(--bad); background: var(--bad-soft); }
.columns { display: grid; grid-template-columns: minmax(0, 7fr) minmax(0, 6fr); gap: 1.5rem; align-items: start; }
.lead { margin: 0.25rem 0 1rem; color: var(--ink-soft); }
.hint { color: var(--ink-soft); font-size: 0.875rem; }
.row { display: flex; flex-wrap: wrap; gap: 0.75rem; align-items: center; }

/* Form */

fieldset { margin: 1.25rem 0 0; padding: 0; border: 0; min-width: 0; }
legend { padding: 0; margin-bottom: 0.6rem; color: var(--ink-soft); font-size: 0.8rem; font-weight: 650; letter-spacing: 0.06em; text-transform: uppercase; }
.grid { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 0.9rem 1rem; }
.field { display: grid; align-content: start; gap: 0.25rem; }
label { font-weight: 550; font-size: 0.925rem; }
label .unit { color: var(--ink-soft); font-weight: 400; white-space: nowrap; }
input, select {
  width: 100%; min-height: 2.6rem; padding: 0.45rem 0.7rem;
  border: 1px solid var(--line-strong); border-radius: 8px;
  background: var(--card); color: var(--ink); font: inherit;
}
input[readonly] { background: var(--paper); border-style: dashed; }
input[aria-invalid="true"], select[aria-invalid="true"] { border-color: var(--bad); border-width: 2px; }
.field-hint { color: var(--ink-soft); font-size: 0.85rem; }
.field-problem, #form-problem { color: var(--bad); font-size: 0.85rem; }
.field-warning { color: var(--warn); font-size: 0.85rem; }
.field span:empty, #token-problem:empty, #form-problem:empty { display: none; }
#form-problem { margin-top: 0.9rem; padding: 0.6rem 0.8rem; border-radius: 8px; background: var(--bad-soft); font-size: 0.925rem; }
form > .hint { margin-top: 1rem; }
.actions { margin-top: 1rem; }

button {
  min-height: 2.6rem; padding: 0.45rem 1.15rem; border: 1px solid transparent; border-radius: 8px;
  background: var(--accent); color: var(--accent-ink); font: inherit; font-weight: 600; cursor: pointer;
}
button:hover { filter: brightness(1.08); }
button[aria-busy="true"] { cursor: progress; opacity: 0.7; }
button.quiet { background: transparent; color: var(--accent); border-color: var(--line); min-height: 2.2rem; padding: 0.25rem 0.8rem; font-weight: 550; }
#theme { display: flex; align-items: center; gap: 0.5rem; }
#theme::before {
  content: ""; width: 0.9rem; height: 0.9rem; border: 2px solid currentColor; border-radius: 50%;
  background: linear-gradient(90deg, currentColor 50%, transparent 50%);
}
button.quiet:hover { background: var(--accent-soft); filter: none; }

/* Estimate */

.result { position: sticky; top: 4.75rem; display: grid; gap: 1.1rem; }
.placeholder { padding: 1.5rem 0; color: var(--ink-soft); }
.headline { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0.5rem 1rem; }
.percent { font-size: 3.4rem; font-weight: 700; line-height: 1; letter-spacing: -0.04em; font-variant-numeric: tabular-nums; }
.badge { padding: 0.25rem 0.8rem; border-radius: 99px; font-weight: 650; font-size: 0.95rem; }
.badge.good { color: var(--good); background: var(--good-soft); }
.badge.bad { color: var(--bad); background: var(--bad-soft); }
.sentence { margin-top: 0.7rem; }
.caution, #outdated { padding: 0.6rem 0.8rem; border-radius: 8px; color: var(--warn); background: var(--warn-soft); font-size: 0.925rem; }
.caution { margin-top: 0.9rem; }
#outdated:empty { display: none; }
.outdated .headline { color: var(--ink-soft); }
.outdated .percent { font-size: 1.25rem; font-weight: 500; letter-spacing: normal; text-decoration: line-through; }
.outdated .badge { padding: 0; color: inherit; background: none; font-weight: 400; }
.outdated .sentence { color: var(--ink-soft); font-size: 0.875rem; }
.outdated .caution { display: none; }

/* Quality */

.tiles { display: grid; grid-template-columns: repeat(4, minmax(0, 1fr)); gap: 0.9rem; margin-bottom: 1.25rem; }
.tiles > div { padding: 0.9rem 1.1rem; border: 1px solid var(--line); border-radius: 12px; background: var(--card); }
.tiles dt { color: var(--ink-soft); font-size: 0.85rem; }
.tiles dd { font-size: 1.6rem; font-weight: 680; letter-spacing: -0.02em; font-variant-numeric: tabular-nums; }
.charts { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 1.25rem; }
.charts .wide { grid-column: 1 / -1; }
figcaption { margin-bottom: 0.75rem; }
figcaption strong { display: block; font-size: 1.02rem; }
figcaption span { color: var(--ink-soft); font-size: 0.9rem; }
svg { display: block; width: 100%; height: auto; overflow: visible; }
svg.plot { max-width: 28.75rem; margin: 0 auto; }
svg text { fill: var(--ink-soft); font: 12px system-ui, "DejaVu Sans", sans-serif; font-variant-numeric: tabular-nums; }
svg .strong { fill: var(--ink); font-weight: 650; }
svg .grid-line { stroke: var(--line); stroke-width: 1; fill: none; }
svg .axis { stroke: var(--line-strong); stroke-width: 1; fill: none; }
svg .reference { stroke: var(--line-strong); stroke-width: 1.5; stroke-dasharray: 4 4; fill: none; }
svg .curve { stroke: var(--accent); stroke-width: 2.5; stroke-linejoin: round; fill: none; }
svg .area { fill: var(--accent); opacity: 0.1; }
svg .dot { fill: var(--accent); stroke: var(--card); stroke-width: 2; }
svg .bar-mark { fill: var(--accent); }
svg .paid { fill: var(--paid); }
svg .defaulted { fill: var(--default); }
svg .marker { stroke: var(--ink); stroke-width: 2; }
svg .marker-head { fill: var(--ink); }
.legend { display: flex; flex-wrap: wrap; gap: 0.3rem 1.1rem; margin-top: 0.5rem; font-size: 0.875rem; color: var(--ink-soft); list-style: none; padding: 0; }
.legend li { display: flex; align-items: center; gap: 0.45rem; }
.swatch { width: 0.8rem; height: 0.8rem; border-radius: 3px; }
.swatch.paid { background: var(--paid); }
.swatch.defaulted { background: var(--default); }
details { margin-top: 0.75rem; font-size: 0.9rem; }
summary { color: var(--accent); cursor: pointer; width: fit-content; }
details .scroll { max-height: 16rem; margin-top: 0.5rem; }

/* Tables */

.scroll { overflow: auto; }
.card.scroll { padding: 0.4rem 1.2rem; margin: 0.8rem 0 0.6rem; }
table { width: 100%; border-collapse: collapse; }
th, td { padding: 0.6rem 0.75rem 0.6rem 0; text-align: left; border-bottom: 1px solid var(--line); white-space: nowrap; }
tbody tr:last-child > * { border-bottom: 0; }
thead th { color: var(--ink-soft); font-size: 0.85rem; font-weight: 600; }
tbody th { font-weight: 600; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
th.number + th:not(.number), td.number + td:not(.number) { padding-left: 1.5rem; }
td.version { color: var(--ink-soft); font-variant-numeric: tabular-nums; }

@media (max-width: 56rem) {
  .columns, .charts { grid-template-columns: minmax(0, 1fr); }
  .tiles { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .result { position: static; }
  .intro { grid-template-columns: minmax(0, 1fr); }
  .picker { grid-column: 1; grid-row: auto; margin-top: 0.6rem; }
}

@media (max-width: 30rem) {
  main { padding: 1.25rem 0.9rem 2rem; gap: 1.5rem; }
  .bar-inner { gap: 0.6rem; padding: 0.5rem 0.9rem; }
  #theme { padding: 0.25rem 0.6rem; }
  #theme span { display: none; }
  .card { padding: 1.1rem; }
  footer { padding: 0 0.9rem 2rem; }
  .grid { gap: 0.8rem; }
  .percent { font-size: 2.8rem; }
  nav a { padding: 0.35rem 0.5rem; }
}

@media (max-width: 26rem) {
  .grid { grid-template-columns: minmax(0, 1fr); }
}

@media (forced-colors: active) {
  .badge, .tiles > div { border: 1px solid; }
}
"""##

    static let pageHTML = ##"""
<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <title>Loan default</title>
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="description" content="Score a loan application and see how good the model is.">
  <meta name="color-scheme" content="light dark">
  <link rel="icon" href="/page/icon.svg" type="image/svg+xml">
  <link rel="stylesheet" href="/page/page.css">
  <script src="/page/theme.js"></script>
  <script type="module" src="/page/page.js"></script>
</head>
<body>
  <a class="skip" href="#main">Skip to the application</a>
  <header class="bar">
    <div class="bar-inner">
      <p class="brand"><img src="/page/icon.svg" alt="" width="28" height="28"> Loan default</p>
      <nav aria-label="Pages">
        <a href="/" aria-current="page">Scoring</a>
        <a href="/docs">API</a>
      </nav>
      <button type="button" id="theme" class="quiet" aria-label="Auto color theme"><span>Auto</span></button>
    </div>
  </header>

  <main id="main" tabindex="-1">
    <section class="intro">
      <h1>How likely is a default?</h1>
      <p>Fill in an application and get the model's estimate, with its place among applications that were held out from training.</p>
      <div class="picker" id="picker" hidden>
        <label for="model">Model</label>
        <select id="model"></select>
      </div>
    </section>

    <form id="access" class="card notice" hidden>
      <h2>This server asks for a token</h2>
      <label for="token">Access token</label>
      <div class="row">
        <input id="token" type="password" autocomplete="off" spellcheck="false" aria-describedby="token-problem token-hint">
        <button type="submit">Continue</button>
      </div>
      <p id="token-problem" class="field-problem" role="alert"></p>
      <p id="token-hint" class="hint">It stays in this page and is forgotten when you leave.</p>
    </form>

    <section id="empty" class="card notice" hidden>
      <h2>No model is in service yet</h2>
      <p>Load a trained model and it appears here:</p>
      <pre tabindex="0"><code>curl <span id="origin">http://localhost:5000</span>/v2/repository/models/model.joblib/load -H 'Content-Type: application/json' -d '{
  "parameters": {"backend": "local", "local_model_path": "models",
                 "preprocessor_path": "data"}}'</code></pre>
    </section>

    <p id="problem" class="card notice problem" role="alert" hidden></p>

    <div id="scoring" class="columns" hidden>
      <form id="application" class="card" novalidate aria-labelledby="application-title">
        <div class="card-head">
          <h2 id="application-title">Application</h2>
          <button type="button" id="example" class="quiet">Fill in an example</button>
        </div>
        <div id="fields"></div>
        <p class="hint">Leave an optional field empty where it is not known.</p>
        <div class="row actions">
          <button type="submit" id="score">Score application</button>
          <button type="reset" class="quiet">Clear</button>
        </div>
        <p id="form-problem" role="alert"></p>
      </form>

      <section id="result" class="card result" aria-labelledby="result-title">
        <h2 id="result-title">Estimate</h2>
        <p id="outdated" role="status"></p>
        <div id="outcome" aria-live="polite" aria-atomic="true">
          <p class="placeholder">Score an application to see its estimate.</p>
        </div>
        <figure id="distribution"></figure>
      </section>
    </div>

    <section id="quality" hidden aria-labelledby="quality-title">
      <h2 id="quality-title">How good is this model?</h2>
      <p class="lead" id="quality-lead"></p>
      <dl id="tiles" class="tiles"></dl>
      <div class="charts">
        <figure class="card" id="roc"></figure>
        <figure class="card" id="calibration"></figure>
        <figure class="card wide" id="importance"></figure>
      </div>
    </section>

    <section id="models" hidden aria-labelledby="models-title">
      <h2 id="models-title">Models in service</h2>
      <div class="card scroll" tabindex="0" role="group" aria-label="Table of models">
        <table>
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col" class="number">AUC</th><th scope="col" class="number">Accuracy</th>
              <th scope="col" class="number">Precision</th><th scope="col" class="number">Recall</th>
              <th scope="col">Trained</th><th scope="col">Version</th>
            </tr>
          </thead>
          <tbody id="model-rows"></tbody>
        </table>
      </div>
      <p class="hint">Precision and recall are those of defaults, on applications held out from training.</p>
    </section>

    <noscript><p class="card notice">This page needs JavaScript. The <a href="/docs">API</a> does not.</p></noscript>
  </main>

  <footer>An estimate is not a decision. Nothing you type is stored.</footer>
</body>
</html>
"""##

    static let pageJS = ##"""
// The page for people: models, the application form, the estimate, and how good the model is.

import { allowed, show } from "./access.js";
import { drawCalibration, drawDistribution, drawImportance, drawROC, element, format } from "./charts.js";
import { clear, fillExample, makeFields, noteChange, noteInput, readApplication, snapshot } from "./form.js";
import { call, Refusal } from "./server.js";
import { labelOf, listOf } from "./words.js";

const byId = (id) => document.getElementById(id);

const state = {
  models: [],
  /** The model of the form. */
  model: null,
  /** The estimate that is shown: `{ probability, form, isKept }`; null for none. */
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
    const answer = allowed(await call(path, { instances: [record] }, scoring.controller.signal));
    if (state.scoring === scoring) showEstimate(probabilityOf(answer), scoring);
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

function probabilityOf({ predictions }) {
  const [probability] = Array.isArray(predictions) ? predictions : [];
  if (typeof probability === "number" && probability >= 0 && probability <= 1) return probability;
  throw new Refusal(200, "The server's answer holds no probability.");
}

function showEstimate(probability, { form, cautions }) {
  const isDefault = probability > 0.5;
  const badge = element("span", { class: `badge ${isDefault ? "bad" : "good"}` },
    isDefault ? "Likely to default" : "Likely to be repaid");
  const outcome = [
    element("p", { class: "headline" },
      element("span", { class: "percent" }, shareOfEstimate(probability)), badge),
  ];
  const histogram = state.model.evaluation?.histogram;
  if (histogram) outcome.push(element("p", { class: "sentence" }, rankSentence(histogram, probability)));
  if (cautions.length > 0) {
    outcome.push(element("p", { class: "caution" },
      `Take it with care. Rare in training, or absent: ${listOf(cautions)}.`));
  }
  byId("outcome").replaceChildren(...outcome);
  state.estimate = { probability, form, isKept: false };
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
  if (histogram) drawDistribution(byId("distribution"), histogram, isCurrent ? state.estimate?.probability ?? null : null);
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
"""##

    static let serverJS = ##"""
// Calls to the server that the page came from.

/** Milliseconds until a call is given up. */
const PATIENCE = 30_000;

/** A refusal by the server, with its own words, or why there is no answer; status 0 without one. */
export class Refusal extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }

  /** Whether another token may help. */
  get isAboutToken() { return this.status === 401 || this.status === 403; }
}

let token = null;

/** Takes a token for the calls to come, or says what is wrong with it. */
export function useToken(text) {
  const trimmed = text.trim();
  if (!/^[\x21-\x7e]+$/.test(trimmed)) return "A token has letters, digits and signs, and no blanks within.";
  token = trimmed;
  return null;
}

/** The content of an answer; `signal` ends a call that nobody waits for. */
export async function call(path, body, signal) {
  const headers = {};
  if (token) headers.Authorization = `Bearer ${token}`;
  if (body) headers["Content-Type"] = "application/json";
  const late = AbortSignal.timeout(PATIENCE);
  const options = {
    method: body ? "POST" : "GET", headers, body: body && JSON.stringify(body), cache: "no-store",
    signal: signal ? AbortSignal.any([signal, late]) : late,
  };
  let answer, content;
  try {
    answer = await fetch(path, options);
    content = await answer.json().catch((error) => {
      if (error instanceof SyntaxError) return null;
      throw error;
    });
  } catch {
    throw new Refusal(0, late.aborted ? `The server did not answer within ${PATIENCE / 1000} seconds.`
      : "The server cannot be reached.");
  }
  if (answer.ok && content) return content;
  throw new Refusal(answer.status, refusalOf(answer, content));
}

/** What an answer without success says. */
function refusalOf(answer, content) {
  if (answer.status === 401) {
    return token ? "The server does not accept this token: it is mistyped, expired or withdrawn. Enter a valid one."
      : "The server asks for a token that allows predictions.";
  }
  if (answer.status === 403) {
    const scope = answer.headers.get("WWW-Authenticate")?.match(/\bscope="([^"]+)"/)?.[1];
    return `The token is valid but lacks the scope ${scope ?? "that this call needs"}. Enter one that has it.`;
  }
  const detail = content?.error ?? content?.detail?.[0]?.msg ?? content?.detail;
  return typeof detail === "string" ? sentence(detail) : `The server answered with status ${answer.status} and no reason.`;
}

const sentence = (text) => {
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
};
"""##

    static let themeJS = ##"""
// The color theme: the system's, or what the reader chose on any of the pages. Runs before the page
// is drawn, so that it is not drawn in another theme first.

{
  const THEMES = { auto: "Auto", light: "Light", dark: "Dark" };
  const chosen = () => Object.hasOwn(THEMES, localStorage.getItem("theme")) ? localStorage.getItem("theme") : "auto";

  const apply = () => {
    const theme = chosen();
    if (theme === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    return theme;
  };

  const name = (button) => {
    button.querySelector("span").textContent = THEMES[chosen()];
    button.setAttribute("aria-label", `${THEMES[chosen()]} color theme`);
  };

  apply();
  document.addEventListener("DOMContentLoaded", () => {
    const button = document.getElementById("theme");
    name(button);
    button.addEventListener("click", () => {
      const names = Object.keys(THEMES);
      localStorage.setItem("theme", names[(names.indexOf(chosen()) + 1) % names.length]);
      apply();
      name(button);
    });
  });
}
"""##

    static let wordsJS = ##"""
// What people call the features of the public credit-risk data. Others keep their names.

/**
 * `above`, `from` and `to` bound what a value can be at all; what training has seen is the model's to
 * say. An example fits the bounds.
 */
const WORDS = {
  person_age: { label: "Age", unit: "years", above: 0, to: 150, example: 24 },
  person_income: { label: "Annual income", unit: "USD", above: 0, example: 48000 },
  person_home_ownership: { label: "Home ownership", example: "RENT" },
  person_emp_length: { label: "Employment length", unit: "years", from: 0, to: 150, example: 3 },
  loan_intent: { label: "Purpose", example: "DEBTCONSOLIDATION" },
  loan_grade: { label: "Grade", example: "C" },
  loan_amnt: { label: "Amount", unit: "USD", above: 0, example: 12000 },
  loan_int_rate: { label: "Interest rate", unit: "% a year", from: 0, to: 100, example: 13.5 },
  loan_percent_income: { label: "Share of income", from: 0 },
  cb_person_default_on_file: { label: "Earlier default", example: "N" },
  cb_person_cred_hist_length: { label: "Credit history", unit: "years", from: 0, to: 150, example: 4 },
};
const CATEGORIES = {
  cb_person_default_on_file: { Y: "Yes", N: "No" },
  loan_intent: { DEBTCONSOLIDATION: "Debt consolidation", HOMEIMPROVEMENT: "Home improvement" },
};

/** The parts of the form, by the beginning of a feature's name. */
export const GROUPS = [["person_", "Applicant"], ["loan_", "Loan"], ["cb_", "Credit bureau"], ["", "More"]];

const sentenceCase = (text) => text.charAt(0).toUpperCase() + text.slice(1).toLowerCase();
export const wordsOf = (name) => WORDS[name] ?? {};
export const labelOf = (name) => WORDS[name]?.label ?? sentenceCase(name.replaceAll("_", " "));
export const categoryOf = (feature, category) => CATEGORIES[feature]?.[category]
  ?? (category.length > 2 ? sentenceCase(category.replaceAll("_", " ")) : category);

const and = new Intl.ListFormat("en");
export const listOf = (names) => and.format(names);
"""##

}
