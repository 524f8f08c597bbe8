// What the values of a form are to a model: a value, missing, refused, or a reason for care.

import { typable, understand } from "./numbers.js";
import { isDocumented, wordsOf } from "./words.js";

/** The features whose quotient is the share of income. */
export const SHARE = { name: "loan_percent_income", of: "loan_amnt", to: "person_income" };

/**
 * Of the public data, a missing number becomes the median, where the model has one, and a category is
 * never missing. Of other tables every value may be: models know what a missing one means.
 */
export const mayBeEmpty = (feature) => !isDocumented(feature.name) || (feature.kind === "number" && feature.median !== null);

/** More categories than these are typed instead of chosen. */
export const CHOICES_MAX = 200;

/** Whether a category is known by its code alone. */
export const hasBareCodes = (feature) => feature.kind === "category" && feature.categories.length === 0;

/** Of a value of any kind: `{ value, isMissing, problem, warning }`. */
export function judge(feature, text) {
  if (text === "") return missing(feature);
  if (feature.kind === "boolean") return { value: text === "true" };
  if (feature.kind === "date") return judgeDate(text);
  if (feature.kind === "category" && !hasBareCodes(feature)) return judgeCategory(feature, text);
  const { number, problem } = understand(text);
  if (problem) return { problem };
  if (number === null) return missing(feature);
  return hasBareCodes(feature) ? judgeCode(number) : judgeNumber(feature, number);
}

/** The category that stands for those which few applications had in training. */
const RARE = "(rare)";

function judgeCategory(feature, text) {
  const isKnown = feature.categories.includes(text) || feature.categories.includes(text.trim());
  if (isKnown) return { value: text };
  const warning = feature.categories.at(-1) === RARE
    ? "Rare in training, or not known to the model." : "The model does not know this category.";
  return { value: text, warning };
}

const judgeCode = (number) => Number.isInteger(number) && number >= 0
  ? { value: number } : { problem: "Enter the code of the category, a whole number from 0." };

const judgeDate = (text) => /^\d{4}-\d{2}-\d{2}$/.test(text)
  ? { value: text } : { problem: "Enter a date such as 2024-02-29." };

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
