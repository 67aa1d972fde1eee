// The panels of a variant's picture, one above the other: probabilities in the reference,
// in the alternate, their difference, the bases, the gene, and the positions.

import * as columnSets from "./columns.js";
import { svg } from "./elements.js";
import * as geneModel from "./gene_model.js";
import { mark } from "./marks.js";
import { LEFT, RIGHT, scaleOf } from "./scales.js";
import * as sequenceRows from "./sequence_rows.js";
import * as words from "./words.js";

const SMALLEST = 0.01;
const NOTED = 0.05;
const PANEL = 92;
const CHANGES = 156;
const GAP = 36;
const NARROW = 560;
const SITES = ["acceptor", "donor"];

/** Return the drawing's parts and its height. */
export function drawn({ columns, gene, transcript, variant }, view, width) {
  const scale = scaleOf(view, width);
  const parts = [];
  let top = 24;
  for (const [title, values] of [
    ["Reference", columns.ref],
    ["Alternate", columns.alt],
  ]) {
    parts.push(probabilities(title, values, scale, top));
    top += PANEL + GAP;
  }
  parts.push(changes(columns, gene, scale, top));
  top += CHANGES + 12;
  const rows = sequenceRows.drawn(columns, scale, top);
  parts.push(rows.element);
  top += rows.height;
  const lanes = geneModel.drawn({ columns, gene, transcript }, scale, top);
  parts.push(lanes.element);
  top += lanes.height;
  parts.push(axis(columns, variant.contig, scale, top));
  parts.unshift(variantBand(columns, scale, top));
  return { parts, height: top + 46, bottom: top, scale };
}

function panelTitle(text, top) {
  return svg("text", { class: "panel-title", x: LEFT, y: top - 9 }, text);
}

function level(text, y, scale, strong = false) {
  return [
    svg("line", {
      class: strong ? "zero" : "rule",
      x1: LEFT,
      x2: scale.width - RIGHT,
      y1: y,
      y2: y,
    }),
    svg("text", { class: "soft", x: LEFT - 8, y: y + 5, "text-anchor": "end" }, text),
  ];
}

/** Draw the probability of each site at each base. */
function probabilities(title, values, scale, top) {
  const y = (value) => top + PANEL * (1 - value);
  return svg(
    "g",
    {},
    panelTitle(title, top),
    level("1", y(1), scale),
    level("0.5", y(0.5), scale),
    level("0", y(0), scale, true),
    stems((site, column) => values[site][column] ?? 0, values.donor.length, scale, y),
  );
}

function stems(value, count, scale, y, marked = true) {
  const first = Math.max(Math.floor(scale.left), 0);
  const end = Math.min(Math.ceil(scale.right), count);
  const thickness = Math.min(Math.max(scale.each * 0.5, 1.6), 4);
  return SITES.flatMap((site) => {
    const drawn = [];
    for (let column = first; column < end; column += 1) {
      const size = value(site, column);
      if (Math.abs(size) < SMALLEST) continue;
      const x = scale.middle(column);
      drawn.push(
        svg("line", {
          class: `stem ${site}`,
          x1: x,
          x2: x,
          y1: y(0),
          y2: y(size),
          "stroke-width": thickness,
        }),
      );
      if (marked && Math.abs(size) >= NOTED) drawn.push(mark(site, x, y(size)));
    }
    return drawn;
  });
}

/** Draw the difference at each base, and an arrow for each large change. */
function changes(columns, gene, scale, top) {
  const y = (value) => top + (CHANGES / 2) * (1 - value / 1.12);
  return svg(
    "g",
    {},
    panelTitle("Change, gain + loss \u2212", top),
    level("+1", y(1), scale),
    level("0", y(0), scale, true),
    level("\u22121", y(-1), scale),
    stems(
      (site, column) => columnSets.change(columns, site, column),
      columns.width,
      scale,
      y,
      false,
    ),
    arrows(columns, gene, scale, y),
  );
}

function arrows(columns, gene, scale, y) {
  const noted = gene.changes.filter((change) => change.size >= NOTED && !change.masked);
  const taken = [];
  return noted
    .sort((one, other) => other.size - one.size)
    .flatMap((change) => {
      const column = arrowColumn(columns, change);
      if (!scale.visible(column)) return [];
      const x = scale.middle(column);
      if (x < LEFT - 1 || x > scale.width - RIGHT + 1) return [];
      const site = words.siteOf(change.kind);
      const tip = y(change.kind[1] === "G" ? change.size : -change.size);
      return [arrow(x, y(0), tip, site), label(change, site, x, tip, scale, taken)];
    });
}

/** Return the column of a change: an inserted base's, where that is the one that changes. */
function arrowColumn(columns, change) {
  const own = columns.columnOf(change.position);
  const site = words.siteOf(change.kind);
  const sign = change.kind[1] === "G" ? 1 : -1;
  let best = own;
  for (
    let column = own + 1;
    column < columns.width && columns.baseOf(column).number > 0;
    column += 1
  ) {
    const better = sign * columnSets.change(columns, site, column);
    if (better > sign * columnSets.change(columns, site, best)) best = column;
  }
  return best;
}

function arrow(x, from, to, site) {
  const length = Math.abs(to - from);
  const head = Math.min(9, length);
  const back = to + Math.sign(from - to) * head;
  return svg(
    "g",
    { class: `arrow ${site}` },
    svg("line", { x1: x, x2: x, y1: from, y2: back }),
    svg("path", { d: `M${x} ${to}L${x - 6} ${back}H${x + 6}Z` }),
  );
}

function label(change, site, x, tip, scale, taken) {
  const value = change.kind[1] === "G" ? change.size : -change.size;
  const full = `${site} ${words.turnOf(change.kind)} ${words.size(change.size)}`;
  const text = scale.width < NARROW ? `${site} ${words.signed(value)}` : full;
  const wide = text.length * 7.4;
  const right =
    x + 12 + wide < scale.width - RIGHT && (x < scale.width / 2 || x - 12 - wide < LEFT);
  const left = right ? x + 12 : x - 12 - wide;
  let y = tip + 5;
  const down = change.kind[1] === "G" ? 1 : -1;
  while (
    taken.some(
      (other) =>
        Math.abs(other.y - y) < 17 && left < other.left + other.wide && other.left < left + wide,
    )
  )
    y += down * 17;
  taken.push({ y, left, wide });
  return svg(
    "text",
    { class: "label", x: right ? x + 12 : x - 12, y, "text-anchor": right ? "start" : "end" },
    text,
  );
}

/** Mark the variant's bases through all panels. */
function variantBand(columns, scale, bottom) {
  const [first, end] = columns.changed;
  const left = Math.max(scale.x(first), LEFT);
  const right = Math.min(scale.x(end), scale.width - RIGHT);
  if (right <= left) return svg("g", {});
  const wide = Math.max(right - left, 3);
  return svg("rect", {
    class: "band",
    x: (left + right - wide) / 2,
    y: 12,
    width: wide,
    height: bottom - 12,
  });
}

/** Draw positions, at round numbers. */
function axis(columns, contig, scale, top) {
  const room = 112;
  const most = Math.max(Math.floor((scale.width - LEFT - RIGHT) / room), 2);
  const from = columns.baseOf(Math.max(Math.ceil(scale.left), 0)).position;
  const to = columns.baseOf(Math.min(Math.floor(scale.right) - 1, columns.width - 1)).position;
  const step = roundStep((to - from) / most);
  const ticks = [];
  for (let position = Math.ceil(from / step) * step; position <= to; position += step) {
    const x = scale.middle(columns.columnOf(position));
    if (x < LEFT || x > scale.width - RIGHT) continue;
    ticks.push(svg("line", { class: "zero", x1: x, x2: x, y1: top, y2: top + 5 }));
    const half = words.grouped(position).length * 4;
    const anchor = x + half > scale.width ? "end" : x - half < 0 ? "start" : "middle";
    ticks.push(
      svg(
        "text",
        { class: "soft", x, y: top + 20, "text-anchor": anchor },
        words.grouped(position),
      ),
    );
  }
  const name = `Position on ${/^chr/i.test(contig) ? contig : `chromosome ${contig}`}`;
  const narrow = scale.width < NARROW;
  return svg(
    "g",
    {},
    svg("line", { class: "zero", x1: LEFT, x2: scale.width - RIGHT, y1: top, y2: top }),
    ticks,
    svg(
      "text",
      { class: "soft", x: LEFT, y: top + 40 },
      narrow ? name : `${name}, plus strand from 5\u2032 to 3\u2032`,
    ),
  );
}

function roundStep(least) {
  const power = 10 ** Math.floor(Math.log10(Math.max(least, 1)));
  const factor = [1, 2, 5, 10].find((each) => each * power >= least);
  return Math.max(factor * power, 1);
}
