// Shows /openapi.json: every call with its parameters, bodies and answers.

import { element } from "./drawing.js";

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
