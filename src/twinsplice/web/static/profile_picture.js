// The picture of a variant: drawn, zoomed, moved, and read out base by base.

import * as columnSets from "./columns.js";
import { html, section, svg } from "./elements.js";
import { symbol } from "./marks.js";
import * as panels from "./profile_panels.js";
import { gestures } from "./picture_gestures.js";
import { savePicture } from "./picture_image.js";
import { LEFT, RIGHT } from "./scales.js";
import * as views from "./views.js";
import * as words from "./words.js";

const NOTED = 0.05;
const SHOWN = 0.01;

/** Return the picture: its element, `centre(position, number)`, and `save(name)`. */
export function profilePicture(answer, gene, transcript) {
  const { variant } = answer;
  const columns = columnSets.of(gene.profile, variant);
  const stops = columnSets.moved(columns, SHOWN);
  const start = views.first(columns, columnSets.moved(columns, NOTED));
  const state = { view: start, width: 0, cursor: null, scale: null, bottom: 0 };
  const drawing = svg("svg", {
    class: "profile",
    tabindex: "0",
    role: "application",
    "aria-roledescription": "picture that zooms and moves",
    "aria-label": `Probability of splice sites about ${variant.name} before and after it. Plus and minus zoom, arrows move, N and P go to the next and previous base that changes, 0 shows all.`,
  });
  const cursor = svg("g", { class: "cursor" });
  const readout = html("p", { class: "readout", "aria-live": "off" });
  const extent = html("span", { class: "extent" });

  function draw() {
    if (state.width === 0) return;
    const { parts, height, bottom, scale } = panels.drawn(
      { columns, gene, transcript, variant },
      state.view,
      state.width,
    );
    Object.assign(state, { scale, bottom });
    drawing.setAttribute("viewBox", `0 0 ${state.width} ${height}`);
    drawing.setAttribute("width", state.width);
    drawing.setAttribute("height", height);
    drawing.replaceChildren(...parts, cursor);
    const shown = Math.round(state.view[1] - state.view[0]);
    extent.textContent = `${words.grouped(shown)} of ${words.plural(columns.width, "base")}`;
    point(state.cursor);
  }

  function show(view) {
    state.view = view;
    draw();
  }

  /** Point at a column, and read it out: aloud, where a key has led there. */
  function point(column, { aloud = false } = {}) {
    state.cursor = column;
    readout.setAttribute("aria-live", aloud ? "polite" : "off");
    const visible = column !== null && column >= state.view[0] - 0.5 && column < state.view[1];
    if (!visible) {
      cursor.replaceChildren();
      if (column === null) readout.textContent = hint(gene);
      return;
    }
    const x = state.scale.middle(column);
    cursor.replaceChildren(svg("line", { x1: x, x2: x, y1: 12, y2: state.bottom }));
    readout.replaceChildren(...reading(columns, column, variant, gene));
  }

  const middle = () => (state.view[0] + state.view[1]) / 2;
  const actions = {
    zoom: (factor, about = middle()) =>
      show(views.zoomed(state.view, factor, about, columns.width)),
    move: (by) => show(views.shifted(state.view, by, columns.width)),
    fit: () => show(start),
    all: () => show([0, columns.width]),
    bases: () =>
      show(
        views.around(
          (columns.changed[0] + columns.changed[1]) / 2,
          lettered(state.width),
          columns.width,
        ),
      ),
    step: (turn) => {
      const next = following(stops, state.cursor ?? columns.changed[0] - 0.5, turn);
      if (next === undefined) return;
      state.view = views.showing(state.view, next, columns.width);
      draw();
      point(next, { aloud: true });
    },
    point,
    state,
  };
  gestures(drawing, actions);
  const holder = html("div", { class: "holder" }, drawing);
  new ResizeObserver(([entry]) => {
    const width = Math.round(entry.contentRect.width);
    if (width === state.width || width === 0) return;
    state.width = width;
    draw();
  }).observe(holder);
  point(null);
  return {
    element: section(
      "picture",
      "Picture",
      key(Boolean(transcript?.events.length)),
      toolbar(actions, extent),
      readout,
      holder,
      use(),
    ),
    centre: (position, number) => {
      const column = columns.columnOf(position, number ?? 0);
      state.cursor = column;
      show(
        views.around(
          column + 0.5,
          Math.min(lettered(state.width), state.view[1] - state.view[0]),
          columns.width,
        ),
      );
      drawing.scrollIntoView({ block: "nearest" });
      drawing.focus({ preventScroll: true });
    },
    save: (name) => savePicture(drawing, name),
  };
}

/** Return so many columns that their letters are shown. */
function lettered(width) {
  return Math.max(Math.floor((width - LEFT - RIGHT) / 11), 16);
}

function following(stops, from, turn) {
  return turn > 0
    ? (stops.find((stop) => stop > from) ?? stops[0])
    : ([...stops].reverse().find((stop) => stop < from) ?? stops.at(-1));
}

function hint(gene) {
  const largest = [...gene.changes].sort((one, other) => other.size - one.size)[0];
  if (!largest || largest.size < SHOWN)
    return "Nothing changes by 0.01 or more. Point at a base to read it.";
  return `Largest: ${words.siteOf(largest.kind)} ${words.turnOf(largest.kind)} ${words.size(largest.size)} at ${words.grouped(largest.position)}. Point at a base to read it.`;
}

/** Return what is at a column, in words. */
function reading(columns, column, variant) {
  const { position, number } = columns.baseOf(column);
  const { ref, alt, kind } = columns.letters(column);
  const base = {
    same: ref,
    replaced: `${ref} ${words.ARROW} ${alt}`,
    inserted: `${alt} inserted (${number})`,
    deleted: `${ref} deleted`,
  }[kind];
  const site = (name) => {
    const [before, after] = [columns.ref[name][column], columns.alt[name][column]];
    return html(
      "span",
      {},
      symbol(name),
      ` ${name} ${words.size(before)} ${words.ARROW} ${words.size(after)}`,
    );
  };
  const where = number > 0 ? `after ${words.grouped(position)}` : words.grouped(position);
  return [
    html("b", {}, where),
    html("span", {}, words.offset(position - variant.position)),
    html("span", { class: "base" }, base),
    site("acceptor"),
    site("donor"),
  ];
}

function key(events) {
  return html(
    "p",
    { class: "key" },
    html("span", {}, symbol("acceptor"), " acceptor"),
    html("span", {}, symbol("donor"), " donor"),
    html("span", {}, html("i", { class: "swatch band" }), " variant"),
    events && html("span", {}, html("i", { class: "swatch lost" }), " exon lost"),
    events && html("span", {}, html("i", { class: "swatch new" }), " exon new"),
  );
}

function toolbar(actions, extent) {
  const button = (text, label, work) =>
    html(
      "button",
      { type: "button", class: "quiet", "aria-label": label, title: label, onclick: work },
      text,
    );
  return html(
    "div",
    { class: "row tools", role: "toolbar", "aria-label": "Zoom and move the picture" },
    button("+", "Zoom in", () => actions.zoom(1.6)),
    button("\u2212", "Zoom out", () => actions.zoom(1 / 1.6)),
    button("\u2190", "Move left", () => actions.move(-0.3 * width(actions))),
    button("\u2192", "Move right", () => actions.move(0.3 * width(actions))),
    button("Bases", "Zoom in to the variant's bases", actions.bases),
    button("Changes", "Show all that changes", actions.fit),
    button("All", "Show all bases searched", actions.all),
    extent,
  );
}

function width({ state }) {
  return state.view[1] - state.view[0];
}

function use() {
  return html(
    "p",
    { class: "hint use" },
    html(
      "span",
      { class: "by-mouse" },
      "Drag to move; click, then scroll, to zoom; or keys: + and \u2212, \u2190 and \u2192, N and P for the next and previous base that changes, 0 for all.",
    ),
    html("span", { class: "by-finger" }, "Drag to move, pinch to zoom, tap a base to read it."),
  );
}
