// What people type as a number: understood exactly, or refused with what would be right. Nothing is
// cleaned into another number, since 13,5 is 13.5 to some and 135 to a program that drops commas.

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
/** The greatest float32, which is what models read. */
const MOST = 3.4028234663852886e38;
const UNKNOWN = "Enter a number in digits, such as 12.5.";

/** The number of a text: `{ number }`, null for none, or `{ problem }`, a sentence. */
export function understand(typed) {
  const text = typed.trim();
  if (text === "") return { number: null };
  if (!NUMBER.test(text)) return { problem: advice(text) };
  const number = Number(text);
  return Math.abs(number) <= MOST ? { number } : { problem: "This number is too large." };
}

/** What would have been right. */
function advice(text) {
  if (/^[+-]?\d+,\d+$/.test(text)) return commaAdvice(text);
  const separated = withoutGroups(text);
  if (separated) return `Leave out the thousands separators: ${separated}.`;
  const alone = text.replace(/^([+-]?)(USD|[$€£¥])\s*/i, "$1").replace(/\s*(%|USD|[$€£¥]|years?)$/i, "");
  if (alone !== text && NUMBER.test(alone)) return `Enter the number alone: ${alone}.`;
  return UNKNOWN;
}

/** One comma: between decimals, or, before three digits, perhaps between thousands. */
function commaAdvice(text) {
  const point = text.replace(",", ".");
  return /^[+-]?[1-9]\d{0,2},\d{3}$/.test(text)
    ? `Write ${text.replace(",", "")} without a comma, or ${point} with a point for decimals.`
    : `Use a point as the decimal separator: ${point}.`;
}

/** The number of a text whose thousands are apart, as it must be typed; null for other texts. */
function withoutGroups(text) {
  for (const group of [",", ".", " ", "\u00a0", "\u202f", "\u2009", "'", "’", "_"]) {
    const decimal = group === "." ? "," : group === "," ? "." : "[.,]";
    const escaped = group === "." ? "\\." : group;
    const fraction = `(?:${decimal === "." ? "\\." : decimal}\\d+)?`;
    if (new RegExp(`^[+-]?\\d{1,3}(?:${escaped}\\d{3})+${fraction}$`).test(text)) {
      return text.replaceAll(group, "").replace(",", ".");
    }
  }
  return null;
}

const plain = new Intl.NumberFormat("en", { maximumFractionDigits: 2, useGrouping: false });

/** A number as it may be typed. */
export const typable = (number) => plain.format(number);
