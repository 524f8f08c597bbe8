// The application form: its fields, what they say, and what is said about them.

import { element } from "./drawing.js";
import { CHOICES_MAX, hasBareCodes, judge, judgeShare, mayBeEmpty, SHARE } from "./judgment.js";
import { typable } from "./numbers.js";
import { categoryOf, GROUPS, isDocumented, labelOf, wordsOf } from "./words.js";

const byId = (id) => document.getElementById(id);
const idOf = (feature) => feature.id;
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
  // Not every name can be an id.
  features = newFeatures.map((feature, index) => (
    { ...feature, id: /^[\w-]+$/.test(feature.name) ? `feature-${feature.name}` : `feature--${index}` }));
  hasShare = [SHARE.of, SHARE.to].every((name) =>
    features.some((feature) => feature.name === name && feature.kind === "number"));
  const groups = new Map(GROUPS.map(([prefix]) => [prefix, []]));
  for (const feature of features) {
    const [prefix] = GROUPS.find(([prefix]) => feature.name.startsWith(prefix));
    groups.get(prefix).push(field(feature));
  }
  const filled = GROUPS.filter(([prefix]) => groups.get(prefix).length > 0);
  byId("fields").replaceChildren(...filled.map(([prefix, title]) =>
    element("fieldset", {}, element("legend", {}, filled.length > 1 ? title : "Features"),
      element("div", { class: "grid" }, ...groups.get(prefix)))));
  for (const feature of features) setText(feature, texts.get(feature.name) ?? "");
  showShare();
}

function field(feature) {
  const id = idOf(feature);
  const unit = [wordsOf(feature.name).unit, isDocumented(feature.name) && mayBeEmpty(feature) ? "optional" : null].filter(Boolean).join(", ");
  const label = element("label", { for: id }, labelOf(feature.name));
  if (unit) label.append(" ", element("span", { class: "unit" }, unit));
  const described = { "aria-describedby": `${id}-hint ${id}-problem ${id}-warning` };
  return element("div", { class: "field" }, label, control(feature, { id, name: feature.name, ...described }),
    element("span", { class: "field-hint", id: `${id}-hint` }, hint(feature)),
    element("span", { class: "field-problem", id: `${id}-problem` }),
    element("span", { class: "field-warning", id: `${id}-warning` }));
}

function control(feature, attributes) {
  const required = mayBeEmpty(feature) ? {} : { "aria-required": "true" };
  const choices = choicesOf(feature);
  if (choices) {
    return element("select", { ...attributes, ...required },
      element("option", { value: "" }, mayBeEmpty(feature) ? "Not known" : "Choose…"),
      ...choices.map(([value, text]) => element("option", { value }, text)));
  }
  if (feature.kind === "date") return element("input", { ...attributes, ...required, type: "date" });
  const input = { ...attributes, type: "text", autocomplete: "off" };
  if (isShare(feature)) return element("input", { ...input, readonly: "", placeholder: "–" });
  const isText = feature.kind === "category" && !hasBareCodes(feature);
  const typed = isText ? { maxlength: "4096" } : { inputmode: "decimal", maxlength: "40" };
  return element("input", { ...input, ...required, ...typed });
}

/** The values of a feature to choose from and what they are called; null where a value is typed. */
function choicesOf(feature) {
  if (feature.kind === "boolean") return [["true", "Yes"], ["false", "No"]];
  const { categories } = feature;
  if (feature.kind !== "category" || categories.length === 0 || categories.length > CHOICES_MAX) return null;
  return categories.map((category) => [category, categoryOf(feature.name, category)]);
}

function hint(feature) {
  if (isShare(feature)) return "Computed: amount divided by income.";
  if (!isDocumented(feature.name)) return rangeHint(feature);
  return mayBeEmpty(feature) ? `If empty: ${typable(feature.median)}, the median in training.` : "";
}

function rangeHint({ kind, median, range }) {
  if (kind !== "number") return "";
  const parts = range ? [`In training: ${typable(range.minimum)} to ${typable(range.maximum)}.`] : [];
  if (median !== null) parts.push(`If empty: ${typable(median)}.`);
  return parts.join(" ");
}

/** A value to try: that of the public data, or one that training has seen. */
function exampleOf(feature) {
  if (isDocumented(feature.name)) return wordsOf(feature.name).example ?? "";
  if (feature.kind === "boolean") return "true";
  if (feature.kind === "date") return new Date().toISOString().slice(0, 10);
  if (feature.kind === "category") return feature.categories[0] ?? "0";
  if (feature.median !== null) return typable(feature.median);
  return feature.range ? typable((feature.range.low + feature.range.high) / 2) : "0";
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

/** Puts back what a form said. */
export function restore(text) {
  const texts = JSON.parse(text);
  features.forEach((feature, index) => {
    setText(feature, texts[index]);
    mark(feature, verdictOf(feature));
  });
  showShare();
}

/** Whether every field says what it may. */
export const isComplete = () => features.every((feature) => !verdictOf(feature).problem);

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
    setText(feature, String(exampleOf(feature)));
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
