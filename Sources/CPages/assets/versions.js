// The stored versions of a model, side by side, and the way back to one of them.

import { allowed, show } from "./access.js";
import { ranged, showCard } from "./card.js";
import { element } from "./drawing.js";
import { call, Refusal } from "./server.js";

const byId = (id) => document.getElementById(id);

/** The columns of the table: what a card says of its version. */
const FIGURES = [
  ["AUC", ({ raw }) => ranged(raw.auc)],
  ["Brier score", ({ raw }) => ranged(raw.brier)],
  ["Calibration error", ({ raw }) => ranged({ value: raw.ece.equal_mass.expected })],
];

let chosen = null;
/** Called when another version is in service. */
let changed = () => {};

export const onVersionChange = (body) => { changed = body; };

/** Shows the versions of a model; a model that another tool stored has none. */
export async function showVersions(model) {
  chosen = model;
  byId("versions").hidden = byId("card").hidden = true;
  byId("version-note").textContent = "";
  if (model.trained_at === null) return;
  let versions;
  try {
    ({ versions } = allowed(await call(`/models/${encodeURIComponent(model.name)}/versions`)));
  } catch (error) {
    if (error instanceof Refusal && !error.isAboutToken) return;
    throw error;
  }
  // A model that predicts a number has no card.
  const areClasses = Boolean(model.scores?.Default);
  const cards = await Promise.all(versions.map(({ version }) => areClasses ? cardOf(model.name, version) : {}));
  if (chosen !== model || versions.length === 0) return;
  byId("version-rows").replaceChildren(...versions.map((version, index) => row(version, cards[index])));
  byId("versions").hidden = false;
  const current = versions.findIndex(({ is_current: isCurrent }) => isCurrent);
  if (current >= 0) showCard(model, versions[current].version, cards[current]);
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
    ...FIGURES.map(([, read]) => element("td", { class: "number" }, card.figures ? read(card.figures) : "–")),
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
