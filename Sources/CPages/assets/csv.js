// Tables as text: RFC 4180, with commas, semicolons or tabs.

/** The separator of a table: of those that its first line has outside of quotes, the most frequent. */
export function separatorOf(text) {
  const line = text.split("\n", 1)[0].replace(/"[^"]*"/g, "");
  const counts = [",", ";", "\t"].map((sign) => [sign, line.split(sign).length]);
  return counts.reduce((best, next) => next[1] > best[1] ? next : best)[0];
}

/** The rows of a table, each a list of texts; an error says in which line quotes have no end. */
export function parse(text, separator = separatorOf(text)) {
  const rows = [];
  let [row, field, isQuoted, wasQuoted] = [[], "", false, false];
  let [line, opened] = [1, 1];
  const endField = () => {
    row.push(field);
    [field, wasQuoted] = ["", false];
  };
  const endRow = () => {
    endField();
    if (row.length > 1 || row[0] !== "") rows.push(row);
    row = [];
  };
  // An editor's mark of the encoding is no part of the first name.
  for (let at = text.charCodeAt(0) === 0xfeff ? 1 : 0; at < text.length; at++) {
    const sign = text[at];
    if (sign === "\n") line++;
    if (isQuoted) {
      if (sign !== '"') field += sign;
      else if (text[at + 1] === '"') field += text[at++];
      else isQuoted = false;
    } else if (sign === '"' && field === "" && !wasQuoted) {
      [isQuoted, wasQuoted, opened] = [true, true, line];
    } else if (sign === separator) endField();
    else if (sign === "\n") endRow();
    else if (sign !== "\r" || text[at + 1] !== "\n") field += sign;
  }
  if (isQuoted) throw new Error(`The quotes that begin in line ${opened} have no end.`);
  if (field !== "" || row.length > 0) endRow();
  return rows;
}

/**
 * A field that a spreadsheet takes for a formula is a text with a leading apostrophe; numbers stay.
 */
const isNumber = (text) => /^[+-]?(\d+[.,]?\d*|[.,]\d+)(e[+-]?\d+)?$/i.test(text);
const harmless = (text) => /^[=@\t\r+-]/.test(text) && !isNumber(text) ? `'${text}` : text;

/** One line of a table. */
export const line = (fields) => fields.map((value) => {
  const text = harmless(value === null || value === undefined ? "" : String(value));
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}).join(",") + "\n";
