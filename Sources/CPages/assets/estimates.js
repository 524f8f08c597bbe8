// Asking for estimates: with their reasons where a model has them, in one answer of one model.

import { call, Refusal } from "./server.js";

/** Why models have estimates and no reasons, by the model as it was described. */
const unexplained = new Map();

/** Whether a model is not known to be without reasons. */
export const explains = (model) => !unexplained.has(model);

/** Why a model has no reasons; undefined where it has them, or nobody has asked so far. */
export const whyUnexplained = (model) => unexplained.get(model);

/**
 * The answer to `{ instances, ... }`: predictions, and decisions where the model has a policy.
 * `reasons` is what is asked of the explanations.
 */
export async function ask(model, instances, reasons, signal) {
  const path = `/v1/models/${encodeURIComponent(model.name)}`;
  const body = { instances, decisions: Boolean(model.policy) };
  if (!explains(model)) return call(`${path}:predict`, body, signal);
  try {
    return await call(`${path}:explain`, { ...body, reasons }, signal);
  } catch (error) {
    // What is wrong with the rows is wrong with estimates, too: then the second answer says so.
    // A model whose reasons have no room in memory (413) still has estimates.
    if (!(error instanceof Refusal) || ![400, 413].includes(error.status)) throw error;
    const answer = await call(`${path}:predict`, body, signal);
    unexplained.set(model, error.message);
    return answer;
  }
}

/** The changes with which an application would be approved; null where it is. */
export async function askForChanges(model, record, signal) {
  const path = `/v1/models/${encodeURIComponent(model.name)}:explain`;
  return (await call(path, { instances: [record], reasons: 1, changes: true }, signal)).changes[0];
}

/** The features of a model that its policy calls changeable. */
export async function changeableOf(model) {
  if (!model.policy || model.policy.is_standard) return [];
  const { policy } = await call(`/models/${encodeURIComponent(model.name)}/policy`);
  return policy.changeable.map(({ feature }) => feature);
}
