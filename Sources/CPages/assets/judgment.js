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
