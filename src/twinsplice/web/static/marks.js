// The marks of acceptors and donors, the same everywhere: a circle and a square.

import { svg } from "./elements.js";

/** Return the mark of a site within a drawing. */
export function mark(site, x, y, size = 4.5) {
  if (site === "donor") {
    return svg("rect", {
      class: "mark donor",
      x: x - size + 0.5,
      y: y - size + 0.5,
      width: 2 * size - 1,
      height: 2 * size - 1,
    });
  }
  return svg("circle", { class: `mark ${site}`, cx: x, cy: y, r: size });
}

/** Return the mark as a small picture in a line of text. */
export function symbol(site) {
  return svg(
    "svg",
    { class: "symbol", viewBox: "0 0 12 12", width: 12, height: 12, "aria-hidden": "true" },
    mark(site, 6, 6),
  );
}
