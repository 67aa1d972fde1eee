// The transcript as it is, and as it is after each event: exons, introns, direction.

import { svg } from "./elements.js";
import { LEFT, RIGHT } from "./scales.js";
import * as words from "./words.js";

const LANE = 46;
const MOST = 3;

/** Return the lanes and their height. */
export function drawn({ columns, gene, transcript }, scale, top) {
  const blocks = transcript?.blocks;
  if (!blocks || blocks.exons.length === 0) return { element: svg("g", {}), height: 8 };
  const minus = gene.strand === "-";
  const exons = numbered(blocks, transcript, minus);
  const inside = [
    svg("title", {}, `${transcript.transcript}, ${words.strand(gene.strand)}`),
    lane(laneName(gene, transcript, minus), exons, [], blocks.cds, minus, columns, scale, top),
  ];
  let height = LANE;
  for (const event of transcript.events.slice(0, MOST)) {
    const after = applied(event, exons, minus);
    if (after === null) continue;
    inside.push(
      lane(
        `After: ${after.words}`,
        after.exons,
        after.marks,
        blocks.cds,
        minus,
        columns,
        scale,
        top + height,
      ),
    );
    height += LANE;
  }
  return { element: svg("g", { class: "gene" }, inside), height: height + 4 };
}

function laneName(gene, transcript, minus) {
  const arrow = minus ? "\u2190" : "\u2192";
  return `${gene.gene}, ${transcript.transcript} ${arrow}`;
}

/** Return exons with their numbers, as transcribed, where these are known. */
function numbered(blocks, transcript, minus) {
  const known = Number.isInteger(blocks.first);
  return blocks.exons.map(([start, end], place) => ({
    start,
    end,
    number: known ? blocks.first + (minus ? -place : place) : null,
    state: "same",
  }));
}

/**
 * Return the exons after an event, with what is added or lost; null where it cannot be
 * told from these exons.
 */
function applied(event, exons, minus) {
  const kind = event.event;
  const of = (number) => exons.find((exon) => exon.number === number);
  if (/skip/.test(kind)) {
    const lost = exons.filter(
      (exon) => exon.number !== null && exon.number >= event.exon && exon.number <= event.last_exon,
    );
    if (lost.length === 0) return null;
    const several = event.last_exon > event.exon;
    return {
      words: several
        ? `exons ${event.exon} to ${event.last_exon} skipped`
        : `exon ${event.exon} skipped`,
      exons: exons.filter((exon) => !lost.includes(exon)),
      marks: lost.map((exon) => ({ ...exon, state: "lost" })),
    };
  }
  if (/pseudo/.test(kind)) {
    if (!event.acceptor_pos || !event.donor_pos) return null;
    const ends = [event.acceptor_pos, event.donor_pos].sort((one, other) => one - other);
    return {
      words: `a pseudo-exon of ${words.grouped(Math.abs(event.bases))} bases`,
      exons,
      marks: [{ start: ends[0], end: ends[1], number: null, state: "new" }],
    };
  }
  if (/retain|retention/.test(kind)) {
    const [one, other] = [of(event.exon), of(event.exon + 1)].sort(
      (a, b) => (a?.start ?? 0) - (b?.start ?? 0),
    );
    if (!one || !other) return null;
    return {
      words: `intron ${event.exon} retained`,
      exons,
      marks: [{ start: one.end + 1, end: other.start - 1, number: null, state: "new" }],
    };
  }
  return moved(event, of(event.exon), exons, minus);
}

/** Return the exons where one's start or end moves. */
function moved(event, exon, exons, minus) {
  const site = event.acceptor_pos ?? event.donor_pos;
  if (!exon || !site) return null;
  const atLeft = event.acceptor_pos ? !minus : minus;
  const after = { ...exon, [atLeft ? "start" : "end"]: site };
  const grows = after.end - after.start > exon.end - exon.start;
  const change = atLeft
    ? { start: Math.min(exon.start, site), end: Math.max(exon.start, site) - 1 }
    : { start: Math.min(exon.end, site) + 1, end: Math.max(exon.end, site) };
  const kept = grows ? exon : after;
  const count = words.grouped(Math.abs(event.bases));
  return {
    words: `exon ${event.exon} ${grows ? "extended by" : "loses"} ${count} ${count === "1" ? "base" : "bases"}`,
    exons: exons.map((each) => (each === exon ? kept : each)),
    marks: [{ ...change, number: null, state: grows ? "new" : "lost" }],
  };
}

function lane(name, exons, marks, coding, minus, columns, scale, top) {
  const middle = top + 31;
  const all = [...exons, ...marks];
  const clip = (x) => Math.min(Math.max(x, LEFT), scale.width - RIGHT);
  const column = (position) => columns.columnOf(position);
  const low = clip(scale.x(column(Math.min(...all.map((each) => each.start)))));
  const high = clip(scale.x(column(Math.max(...all.map((each) => each.end))) + 1));
  const box = (start, end, height, state) => {
    const left = clip(scale.x(column(start)));
    const right = clip(scale.x(column(end) + 1));
    return right <= left
      ? null
      : svg("rect", {
          class: `exon ${state}`,
          x: left,
          y: middle - height / 2,
          width: Math.max(right - left, 1),
          height,
        });
  };
  const boxes = all.flatMap((each) => [
    box(each.start, each.end, 9, each.state),
    coding && each.end >= coding[0] && each.start <= coding[1]
      ? box(Math.max(each.start, coding[0]), Math.min(each.end, coding[1]), 20, each.state)
      : coding
        ? null
        : box(each.start, each.end, 14, each.state),
  ]);
  return svg(
    "g",
    {},
    svg("text", { class: "lane-name", x: LEFT, y: top + 15 }, name),
    high > low && svg("line", { class: "intron", x1: low, x2: high, y1: middle, y2: middle }),
    high > low && chevrons(low, high, middle, minus),
    boxes,
    all.map((each) =>
      exonNumber(
        each,
        clip(scale.x(column(each.start))),
        clip(scale.x(column(each.end) + 1)),
        middle,
      ),
    ),
  );
}

function exonNumber(exon, left, right, middle) {
  if (exon.number === null || right - left < 22) return null;
  return svg(
    "text",
    {
      class: `exon-number ${exon.state}`,
      x: (left + right) / 2,
      y: middle + 5,
      "text-anchor": "middle",
    },
    String(exon.number),
  );
}

/** Draw small arrows along the introns, as the gene is transcribed. */
function chevrons(low, high, middle, minus) {
  const step = 46;
  const turn = minus ? -1 : 1;
  const parts = [];
  for (let x = low + step / 2; x < high - 6; x += step) {
    parts.push(
      svg("path", {
        class: "chevron",
        d: `M${x - 3 * turn} ${middle - 4}L${x + 2 * turn} ${middle}L${x - 3 * turn} ${middle + 4}`,
      }),
    );
  }
  return parts;
}
