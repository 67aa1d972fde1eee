// Which columns of a picture are shown: a pair of edges, moved and zoomed within bounds.

const NARROWEST = 16;
const BESIDE = 50;
const MARGIN = 10;

/** Return edges within bounds, at least so wide that letters fit. */
export function bounded([left, right], width) {
  const wide = Math.min(Math.max(right - left, Math.min(NARROWEST, width)), width);
  const middle = (left + right) / 2;
  const first = Math.min(Math.max(middle - wide / 2, 0), width - wide);
  return [first, first + wide];
}

/** Return the first view: the variant with its surroundings, and all that changes. */
export function first(columns, moved) {
  const [start, end] = columns.changed;
  const left = Math.min(start - BESIDE, ...moved.map((column) => column - MARGIN));
  const right = Math.max(end + BESIDE, ...moved.map((column) => column + 1 + MARGIN));
  const edges = [Math.max(left, 0), Math.min(right, columns.width)];
  return bounded(edges, columns.width);
}

/** Return a view zoomed by a factor about a column (above 1: closer). */
export function zoomed([left, right], factor, about, width) {
  const wide = (right - left) / factor;
  const share = (about - left) / (right - left);
  if (wide >= width) return [0, width];
  const kept = Math.max(wide, NARROWEST);
  return shifted([about - share * kept, about + (1 - share) * kept], 0, width);
}

/** Return a view of so many columns with one in its middle. */
export function around(middle, wide, width) {
  return bounded([middle - wide / 2, middle + wide / 2], width);
}

/** Return a view moved by so many columns. */
export function shifted([left, right], by, width) {
  const move = Math.min(Math.max(by, -left), width - right);
  return [left + move, right + move];
}

/** Return a view that has a column in its middle, if it was not well within. */
export function showing([left, right], column, width) {
  const margin = (right - left) * 0.1;
  if (column > left + margin && column < right - margin) return [left, right];
  return shifted([left, right], column + 0.5 - (left + right) / 2, width);
}
