// Long work that this server does: how far trainings and preparations are.

import { element } from "./drawing.js";
import { call, hasToken, Refusal } from "./server.js";

const byId = (id) => document.getElementById(id);

/** Milliseconds between looks: while work goes on, and while there is none. */
const [BUSY, IDLE] = [2_000, 15_000];
const KINDS = { train: "Training", data: "Preparation of data" };
const ENDS = { succeeded: "done", failed: "failed", cancelled: "cancelled" };

let pause = null;
/** Whether work is looked for: begun, and not refused for want of a token. */
let isWatching = false;
/** The identifiers of what was seen to run. */
let running = new Set();
/** Called when a piece of work has ended. */
let ended = () => {};

export const onJobEnd = (body) => { ended = body; };

/**
 * Begins to look for work. Who has shown a token may lack the scope for it: then the looks begin by a
 * button.
 */
export function watchJobs() {
  byId("jobs-look").hidden = !hasToken();
  if (!hasToken()) look();
}

async function look() {
  clearTimeout(pause);
  isWatching = true;
  let jobs;
  try {
    ({ jobs } = await call("/jobs"));
  } catch (error) {
    // Whatever else there is may pass.
    isWatching = !(error instanceof Refusal && error.isAboutToken);
    byId("jobs-note").textContent = isWatching ? "" : error.message;
    byId("jobs").hidden = isWatching;
    if (isWatching) pause = setTimeout(look, IDLE);
    return;
  }
  const now = jobs.filter(({ status }) => status === "running" || status === "cancelling");
  const over = jobs.filter(({ id }) => running.has(id) && !now.some((job) => job.id === id));
  running = new Set(now.map(({ id }) => id));
  if (now.length > 0 || over.length > 0) {
    byId("jobs").hidden = false;
    byId("job-rows").replaceChildren(...[...now, ...over].map(row));
  }
  if (over.length > 0) ended();
  pause = setTimeout(look, now.length > 0 ? BUSY : IDLE);
}

function row({ kind, stage, status, progress, seconds }) {
  const name = KINDS[kind] ?? kind;
  const state = ENDS[status] ?? `${stage}, ${Math.round(progress * 100)}%, ${Math.round(seconds)} s`;
  return element("li", {},
    element("strong", {}, name),
    element("progress", { max: "1", value: String(ENDS[status] === "done" ? 1 : progress), "aria-label": `${name}: share that is done` }),
    element("span", {}, state));
}

byId("jobs-look").addEventListener("click", () => {
  byId("jobs").hidden = false;
  byId("jobs-note").textContent = "";
  look();
});
// A page that nobody sees asks nothing.
document.addEventListener("visibilitychange", () => {
  clearTimeout(pause);
  if (document.visibilityState === "visible" && isWatching) look();
});
