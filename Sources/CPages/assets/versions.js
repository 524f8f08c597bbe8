// The stored versions of a model, side by side, and the way back to one of them.

import { allowed, show } from "./access.js";
import { element } from "./drawing.js";
import { call, Refusal } from "./server.js";

const byId = (id) => document.getElementById(id);

/** The columns of the table: what a card says of its version. */
const FIGURES = [
  ["AUC", ({ figures }) => ranged(figures?.auc)],
  ["Brier score", ({ figures }) => ranged(figures?.brier)],
  ["Calibration error", ({ figures }) => ranged(figures?.ece_equal_mass)],
];

let chosen = null;
/** Called when another version is in service. */
let changed = () => {};

export const onVersionChange = (body) => { changed = body; };

const number = (value) => typeof value === "number" ? value.toFixed(4) : "–";

/** A figure with its interval. */
function ranged(figure) {
  if (typeof figure === "number") return number(figure);
  if (typeof figure?.value !== "number") return "–";
  return figure.interval ? `${number(figure.value)} (${number(figure.interval[0])}–${number(figure.interval[1])})`
    : number(figure.value);
}

/** Shows the versions of a model; a model that another tool stored has none. */
export async function showVersions(model) {
  chosen = model;
  byId("versions").hidden = true;
  byId("version-note").textContent = "";
  if (model.trained_at === null) return;
  let versions;
  try {
    ({ versions } = allowed(await call(`/models/${encodeURIComponent(model.name)}/versions`)));
  } catch (error) {
    if (error instanceof Refusal && !error.isAboutToken) return;
    throw error;
  }
  const cards = await Promise.all(versions.map(({ version }) => cardOf(model.name, version)));
  if (chosen !== model || versions.length === 0) return;
  byId("version-rows").replaceChildren(...versions.map((version, index) => row(version, cards[index])));
  byId("versions").hidden = false;
}

/** What is known of a version; nothing of one that was trained before there were cards. */
async function cardOf(name, version) {
  try {
    return await call(`/models/${encodeURIComponent(name)}/card?version=${encodeURIComponent(version)}`);
  } catch (error) {
    if (error instanceof Refusal) return {};
    throw error;
  }
}

function row({ version, is_current: isCurrent }, card) {
  return element("tr", {},
    element("th", { scope: "row", class: "version" }, version),
    ...FIGURES.map(([, read]) => element("td", { class: "number" }, read(card))),
    element("td", {}, isCurrent ? "In service" : button(version)));
}

/** Asks twice: the other version serves everybody. */
function button(version) {
  const back = element("button", { type: "button", class: "quiet" }, "Go back to it");
  back.addEventListener("click", () => {
    if (back.dataset.asked) {
      goBack(version, back);
      return;
    }
    back.dataset.asked = "yes";
    back.textContent = "Yes, serve this version";
    back.addEventListener("blur", () => {
      delete back.dataset.asked;
      back.textContent = "Go back to it";
    }, { once: true });
  });
  return back;
}

async function goBack(version, back) {
  const { name } = chosen;
  back.setAttribute("aria-busy", "true");
  try {
    const answer = allowed(await call(`/models/${encodeURIComponent(name)}/rollback`, { version }));
    await changed(name);
    byId("version-note").textContent = [`${name} is ${answer.version} now.`, ...(answer.warnings ?? [])].join(" ");
  } catch (error) {
    show(error, "version-note", () => goBack(version, back));
  } finally {
    back.removeAttribute("aria-busy");
  }
}

byId("version-figures").append(
  ...FIGURES.map(([name]) => element("th", { scope: "col", class: "number" }, name)),
  element("th", { scope: "col" }, "Use"));
