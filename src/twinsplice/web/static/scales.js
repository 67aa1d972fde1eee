// From columns to x, and back.

/** Space left and right of the panels. */
export const LEFT = 44;
export const RIGHT = 14;

/** Return the scale of a view: from a column to x, and back. */
export function scaleOf(view, width) {
  const [left, right] = view;
  const each = (width - LEFT - RIGHT) / (right - left);
  return {
    left,
    right,
    width,
    each,
    x: (column) => LEFT + (column - left) * each,
    middle: (column) => LEFT + (column + 0.5 - left) * each,
    column: (x) => left + (x - LEFT) / each,
    visible: (column) => column >= left - 1 && column < right + 1,
  };
}
