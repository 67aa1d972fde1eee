// Tables whose columns sort: buttons in the heads, aria-sort beside them.

import { html } from "./elements.js";

const COLLATOR = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

/** Return how two values are ordered; what is missing comes last. */
export function compared(one, other, down) {
  const missing = (value) => value === null || value === undefined || value === "";
  if (missing(one) || missing(other)) return Number(missing(one)) - Number(missing(other));
  const order =
    typeof one === "number" && typeof other === "number"
      ? one - other
      : COLLATOR.compare(String(one), String(other));
  return down ? -order : order;
}

/**
 * Return a head that sorts.
 *
 * @param {object[]} columns Each with title, value(row) and, of numbers, down: sorted
 *   from the largest first.
 * @param {Function} sorted Called with a comparison of rows.
 * @param {object} first The column that sorts at first, and whether downwards.
 */
export function head(columns, sorted, first = {}) {
  const state = { column: first.column ?? null, down: first.down ?? false };
  const cells = columns.map((column, number) => {
    const cell = html("th", { scope: "col", class: column.class });
    const button = html("button", { type: "button", class: "sort" }, column.title);
    button.addEventListener("click", () => {
      state.down = state.column === number ? !state.down : Boolean(column.down);
      state.column = number;
      tell();
      sorted((one, other) => compared(column.value(one), column.value(other), state.down));
    });
    cell.append(button);
    return cell;
  });
  const tell = () =>
    cells.forEach((cell, number) => {
      if (number === state.column)
        cell.setAttribute("aria-sort", state.down ? "descending" : "ascending");
      else cell.removeAttribute("aria-sort");
    });
  tell();
  return html("thead", {}, html("tr", {}, ...cells));
}
