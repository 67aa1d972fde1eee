// The four scores: size, interval, place, probability before and after.

import { html, section, svg } from "./elements.js";
import { symbol } from "./marks.js";
import * as words from "./words.js";

const NOTED = 0.05;

/** Return the section of the four scores. */
export function scoresTable({ answer, gene }) {
  const intervals = gene.changes.some((change) => words.interval(change));
  const titles = [
    "Change",
    "Score",
    intervals ? "Interval, 90%" : null,
    "",
    "Position",
    "From the variant",
    `Probability, reference ${words.ARROW} alternate`,
  ];
  const cells = titles
    .filter((title) => title !== null)
    .map((title) =>
      html(
        "th",
        { scope: "col", role: "columnheader", class: title ? null : "bar-cell" },
        title || html("span", { class: "unseen" }, "As a bar"),
      ),
    );
  return section(
    "scores",
    "Scores",
    html(
      "table",
      { role: "table" },
      html("thead", { role: "rowgroup" }, html("tr", { role: "row" }, ...cells)),
      html(
        "tbody",
        { role: "rowgroup" },
        ...gene.changes.map((change) => row(change, answer, intervals)),
      ),
    ),
  );
}

function row(change, answer, intervals) {
  const site = words.siteOf(change.kind);
  const range = words.interval(change);
  const cell = (name, ...children) => html("td", { role: "cell", class: name }, ...children);
  return html(
    "tr",
    { role: "row", class: change.size < NOTED ? "slight" : null },
    html(
      "th",
      { scope: "row", role: "rowheader" },
      symbol(site),
      ` ${words.titled(change.title)}`,
      change.masked && html("span", { class: "tag" }, "masked"),
    ),
    cell("size", words.size(change.size)),
    intervals && cell("range", range || words.DASH),
    cell("bar-cell", bar(change, site)),
    cell(
      "place",
      html("span", { class: "contig" }, `${answer.variant.contig}:`),
      words.grouped(change.position),
    ),
    cell("relative", words.offset(change.relative)),
    cell("raw", `${words.size(change.ref)} ${words.ARROW} ${words.size(change.alt)}`),
  );
}

/** Return a size as a bar, with its interval as a line. */
function bar(change, site) {
  const WIDTH = 160;
  const x = (value) => 1 + value * (WIDTH - 2);
  const parts = [
    svg("rect", { class: "track", x: 0, y: 5, width: WIDTH, height: 8, rx: 2 }),
    svg("rect", { class: site, x: 0, y: 5, width: Math.max(x(change.size), 1), height: 8, rx: 2 }),
  ];
  if (words.interval(change)) {
    parts.push(
      svg("path", {
        class: "range",
        d: `M${x(change.low)} 9H${x(change.high)}M${x(change.low)} 4V14M${x(change.high)} 4V14`,
      }),
    );
  }
  return svg(
    "svg",
    { class: "score-bar", viewBox: `0 0 ${WIDTH} 18`, "aria-hidden": "true" },
    ...parts,
  );
}
