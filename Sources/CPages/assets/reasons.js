// Why an estimate is what it is: what pushes it up and down, the principal reasons for a letter, and
// what would change the decision.

import { drawReasons } from "./charts.js";
import { element, format } from "./drawing.js";
import { categoryOf, labelOf } from "./words.js";

const byId = (id) => document.getElementById(id);

/** Features of the chart; the others are added up. */
const SHOWN_MAX = 8;
/** Reasons of a letter: what US banks usually name. */
export const PRINCIPAL_MAX = 4;

/** A value as people read it. */
function textOf(name, value) {
  if (value === null || value === undefined || value === "") return "not known";
  if (typeof value === "boolean") return value ? "yes" : "no";
  return typeof value === "number" ? format.value(value) : categoryOf(name, String(value));
}

/** The features that move an estimate, the most first; what the others add up to is the last. */
export function pushesOf({ contributions }, record) {
  const all = Object.entries(contributions ?? {}).map(([name, value]) => ({ name, value }))
    .filter(({ value }) => value !== 0).sort((a, b) => Math.abs(b.value) - Math.abs(a.value));
  const shown = all.length > SHOWN_MAX + 1 ? all.slice(0, SHOWN_MAX) : all;
  const rest = all.slice(shown.length);
  const pushes = shown.map(({ name, value }) => ({ name, label: `${labelOf(name)}: ${textOf(name, record[name])}`, value }));
  if (rest.length > 0) {
    pushes.push({ name: null, label: `${rest.length} other features`, value: rest.reduce((sum, { value }) => sum + value, 0) });
  }
  return pushes;
}

/** Shows why, or nothing where there is no explanation. */
export function showReasons(figure, explanation, record, before) {
  const pushes = explanation ? pushesOf(explanation, record) : [];
  if (pushes.length === 0) {
    figure.replaceChildren();
    return;
  }
  const earlier = before ? pushesOf(before.explanation, before.record) : null;
  drawReasons(figure, pushes, earlier, explanation.base);
}

/** What a letter names: the rules that hold, which decide by themselves, and then the reasons. */
export const principalOf = (explanation, decision) => [
  ...(decision?.rules ?? []), ...(explanation?.reasons ?? []).slice(0, PRINCIPAL_MAX),
].map(({ code, text }) => ({ code, text: /[.!?]$/.test(text) ? text : `${text}.` }));

/** Shows the list for a letter. */
export function showPrincipal(reasons, model) {
  byId("letter").hidden = reasons.length === 0;
  byId("copied").textContent = "";
  byId("principal").replaceChildren(...reasons.map(({ code, text }) =>
    element("li", {}, text, " ", element("span", { class: "code" }, code))));
  byId("letter-of").textContent = `Model ${model.name}, version ${model.version}.`;
}

/** The list as text, one reason a line. */
export const letterText = (reasons) => reasons.map(({ text }, index) => `${index + 1}. ${text}`).join("\n");

const changeText = (change) =>
  `${labelOf(change.feature)}: ${textOf(change.feature, change.to)} instead of ${textOf(change.feature, change.from)}`;

/** What would change the decision, as lines of a list. */
export function changeLines({ one, two }) {
  const lines = one.map((change) => changeText(change));
  if (two.length > 0) lines.push(two.map(changeText).join(", and "));
  return lines;
}

/** Shows what the server has found; null for an application that is approved. */
export function showChanges(changes) {
  const lines = changes ? changeLines(changes) : [];
  const text = !changes ? "It is approved as it is."
    : lines.length === 0 ? "No change of one or two of the changeable features would have it approved."
    : "By this model and its policy, it would be approved with any one of:";
  byId("changes").replaceChildren(element("p", { class: "sentence" }, text),
    ...(lines.length > 0 ? [element("ul", { class: "list" }, ...lines.map((line) => element("li", {}, line)))] : []),
    ...(changes && !changes.complete ? [element("p", { class: "hint" }, "The search met its limit: smaller changes may exist.")] : []));
}
