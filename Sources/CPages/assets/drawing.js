// What charts are drawn with.

const SVG = "http://www.w3.org/2000/svg";

/** An element with attributes and children; texts become text nodes, so nothing is parsed. */
export function element(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

export function shape(name, attributes = {}, text = null) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  if (text !== null) node.textContent = text;
  return node;
}

const whole = new Intl.NumberFormat("en");
const rounded = new Intl.NumberFormat("en", { style: "percent" });
const share = new Intl.NumberFormat("en", { style: "percent", maximumFractionDigits: 1 });
const precise = new Intl.NumberFormat("en", { maximumSignificantDigits: 6 });

export const format = {
  whole: (value) => whole.format(value),
  share: (value) => share.format(value),
  /** Without decimals. */
  rounded: (value) => rounded.format(value),
  /** Six digits at most: single precision has few more. */
  value: (value) => precise.format(value),
};

export function caption(title, text) {
  return element("figcaption", {}, element("strong", {}, title), element("span", {}, text));
}

/** The numbers that a chart shows. */
export function numbers(title, headings, rows) {
  const head = element("tr", {}, ...headings.map((text, index) =>
    element("th", { scope: "col", class: index ? "number" : "" }, text)));
  const body = rows.map((row) => element("tr", {}, ...row.map((text, index) =>
    index ? element("td", { class: "number" }, text) : element("th", { scope: "row" }, text))));
  const table = element("table", {}, element("thead", {}, head), element("tbody", {}, ...body));
  return element("details", {}, element("summary", {}, "Show the numbers"),
    element("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": `${title}: numbers` }, table));
}

/** The width that a figure has for its chart, in pixels, within what charts are made for. */
export function widthOf(figure, most) {
  const style = getComputedStyle(figure);
  const width = figure.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
  return Math.max(260, Math.min(most, width > 0 ? width : most));
}
