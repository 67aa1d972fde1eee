// Numbers and names in words, as the command line writes them.

const MINUS = "\u2212";
export const ARROW = "\u2192";
export const DASH = "\u2013";

/** Return a probability or size, two decimals. */
export function size(value) {
  return value === null || value === undefined ? DASH : value.toFixed(2);
}

/** Return a change with its sign. */
export function signed(value) {
  const text = Math.abs(value).toFixed(2);
  return value < 0 ? `${MINUS}${text}` : `+${text}`;
}

/** Return a whole number with commas. */
export function grouped(value) {
  return value.toLocaleString("en-US");
}

/** Return a distance in bases with its sign. */
export function offset(bases) {
  if (bases === 0) return "0 bp";
  return `${bases < 0 ? MINUS : "+"}${grouped(Math.abs(bases))} bp`;
}

/** Return an interval, or nothing where there is none. */
export function interval(change) {
  const { low, high } = change;
  if (low === null || low === undefined || high === null || high === undefined) return "";
  return `${size(low)} to ${size(high)}`;
}

const SITES = { A: "acceptor", D: "donor", S: "site" };

/** Return "acceptor", "donor" or, of models that do not tell, "site", of a kind such as DL. */
export function siteOf(kind) {
  return SITES[kind[0]];
}

/** Return "gained" or "lost". */
export function turnOf(kind) {
  return kind[1] === "G" ? "gained" : "lost";
}

export function titled(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Return an allele, shortened if it is long. */
export function allele(bases) {
  return bases.length <= 12 ? bases : `${bases.slice(0, 9)}…(${grouped(bases.length)})`;
}

/** Return text as a sentence, with a capital and a full stop. */
export function sentence(text) {
  const said = titled(text.trim());
  return /[.!?]$/.test(said) ? said : `${said}.`;
}

export function plural(count, noun) {
  return `${grouped(count)} ${noun}${count === 1 ? "" : "s"}`;
}

export function strand(sign) {
  return sign === "-" ? "minus strand" : "plus strand";
}
