// What people call the features of the public credit-risk data, and its outcomes. Others keep their
// names.

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
/** Whether a feature is one of the public credit-risk data. */
export const isDocumented = (name) => Object.hasOwn(WORDS, name);

/** What the two ends of a row are called where a model predicts a probability. */
export function outcomesOf({ features, label }) {
  if (features.every(({ name }) => isDocumented(name))) {
    return { question: "How likely is a default?", likely: "Likely to default", unlikely: "Likely to be repaid",
      positive: "Defaulted", negative: "Repaid", axis: "Estimated probability of default", many: "defaults",
      end: "a default" };
  }
  const positive = label?.positive ?? "1";
  const name = label?.column ? `${labelOf(label.column)}: ${positive}` : `Class ${positive}`;
  return { question: `How likely is “${name}”?`, likely: `Likely ${positive}`, unlikely: `Likely not ${positive}`,
    positive: name, negative: `Not ${positive}`, axis: `Estimated probability of “${name}”`, many: `“${positive}”`,
    end: `“${name}”` };
}
export const labelOf = (name) => WORDS[name]?.label ?? sentenceCase(name.replaceAll("_", " "));
export const categoryOf = (feature, category) => CATEGORIES[feature]?.[category]
  ?? (category.length > 2 ? sentenceCase(category.replaceAll("_", " ")) : category);

const and = new Intl.ListFormat("en");
export const listOf = (names) => and.format(names);
