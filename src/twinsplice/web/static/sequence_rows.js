// The bases, before and after the variant, where there is room for letters: inserted and
// deleted ones stand against a dash in the other row.

import { svg } from "./elements.js";

const ROOM = 9.6;
const ROW = 20;

/** Return the rows and their height; none where letters do not fit. */
export function drawn(columns, scale, top) {
  if (scale.each < ROOM) return { element: svg("g", {}), height: 0 };
  const first = Math.max(Math.ceil(scale.left - 0.3), 0);
  const end = Math.min(Math.floor(scale.right + 0.3), columns.width);
  const parts = [
    svg("text", { class: "soft", x: 36, y: top + 15, "text-anchor": "end" }, "ref"),
    svg("text", { class: "soft", x: 36, y: top + 15 + ROW, "text-anchor": "end" }, "alt"),
  ];
  for (let column = first; column < end; column += 1)
    parts.push(...both(columns.letters(column), column, scale, top));
  return { element: svg("g", { class: "letters" }, parts), height: 2 * ROW + 12 };
}

function both({ ref, alt, kind }, column, scale, top) {
  const parts = [];
  if (kind !== "same") {
    parts.push(
      svg("rect", {
        class: `base ${kind}`,
        x: scale.x(column) + 0.5,
        y: top + 1,
        width: scale.each - 1,
        height: 2 * ROW,
        rx: 2,
      }),
    );
  }
  parts.push(
    letter(ref, kind, scale.middle(column), top + 15),
    letter(alt, kind, scale.middle(column), top + 15 + ROW),
  );
  if (kind === "deleted") {
    const y = top + 10.5;
    parts.push(
      svg("line", {
        class: "strike",
        x1: scale.x(column) + 1,
        x2: scale.x(column) + scale.each - 1,
        y1: y,
        y2: y,
      }),
    );
  }
  return parts;
}

function letter(base, kind, x, y) {
  return svg(
    "text",
    {
      class: base === null ? "gap" : kind === "same" ? null : "changed",
      x,
      y,
      "text-anchor": "middle",
    },
    base ?? "\u2013",
  );
}
