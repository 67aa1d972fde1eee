// All substitutions of the neighbourhood as a map of colours; each is a link to itself.

import * as address from "./address.js";
import { html, section } from "./elements.js";
import * as request from "./request.js";
import * as words from "./words.js";

const BASES = ["A", "C", "G", "T"];
const WIDTH = 61;

/** Return the section of the map; it is asked for when it comes near the window. */
export function heatmap(context) {
  const { answer, about } = context;
  const wide = Math.min(WIDTH, about.limits.scan_bases);
  if (wide < 1) return null;
  const state = { start: Math.max(answer.variant.position - Math.floor(wide / 2), 1), wide };
  const holder = html("div", { class: "holder" });
  const status = html(
    "p",
    { class: "hint", role: "status" },
    "Each square is a substitution; blue gains a site, orange loses one.",
  );
  const load = () => fill(holder, status, state, context);
  const shift = (by) => () => {
    state.start = Math.max(state.start + by, 1);
    load();
  };
  const element = section(
    "heat",
    "All substitutions nearby",
    status,
    holder,
    html(
      "div",
      { class: "row tools" },
      html(
        "button",
        { type: "button", class: "quiet", onclick: shift(-wide) },
        `\u2190 ${wide} bases`,
      ),
      html(
        "button",
        { type: "button", class: "quiet", onclick: shift(wide) },
        `${wide} bases \u2192`,
      ),
      scaleKey(),
    ),
  );
  const watcher = new IntersectionObserver(
    ([entry]) => {
      if (!entry.isIntersecting) return;
      watcher.disconnect();
      load();
    },
    { rootMargin: "200px" },
  );
  watcher.observe(element);
  return element;
}

async function fill(holder, status, state, context) {
  const { answer, gene, question, signal } = context;
  const { start } = state;
  const query = {
    build: question.build,
    model: question.model,
    mask: question.mask,
    contig: answer.variant.contig,
    start,
    end: start + state.wide - 1,
    gene: gene.gene,
  };
  holder.setAttribute("aria-busy", "true");
  const before = status.textContent;
  status.textContent = "Every substitution is being scored…";
  try {
    const scan = await request.json(request.address("scan", query), { signal });
    if (state.start !== start) return;
    holder.replaceChildren(grid(scan, context));
    centre(holder);
    status.textContent =
      "Each square is a substitution; blue gains a site, orange loses one. Choose one to look it up.";
  } catch (error) {
    if (error.name === "AbortError") return;
    status.textContent = words.titled(error.message ?? before);
  } finally {
    holder.removeAttribute("aria-busy");
  }
}

/** Scroll to the variant, where not all of the map can be seen. */
function centre(holder) {
  const here = holder.querySelector("td.here");
  const scroller = holder.querySelector(".scrolls");
  if (here) scroller.scrollLeft = here.offsetLeft - scroller.clientWidth / 2;
}

/** Return the larger change of a substitution, losses negative; null of the own base. */
function larger(scan, base, column) {
  const gain = scan.gain[base][column];
  const loss = scan.loss[base][column];
  if (gain === null || gain === undefined) return null;
  return gain >= loss ? gain : -loss;
}

function grid(scan, context) {
  const cells = [];
  const rows = BASES.map((base, row) => {
    const line = [...scan.sequence].map((own, column) => cell(scan, base, own, column, context));
    cells[row] = line;
    return html(
      "tr",
      { role: "row" },
      html("th", { scope: "row", role: "rowheader" }, base),
      ...line,
    );
  });
  const own = html(
    "tr",
    { role: "row", class: "own" },
    html("th", { scope: "row", role: "rowheader" }, "ref"),
    ...[...scan.sequence].map((base, column) =>
      html(
        "td",
        {
          role: "gridcell",
          class: scan.start + column === context.answer.variant.position ? "here" : null,
        },
        base,
      ),
    ),
  );
  const table = html(
    "table",
    {
      class: "heat-grid",
      role: "grid",
      "aria-label": `Largest change of each substitution, ${scan.contig}:${words.grouped(scan.start)} to ${words.grouped(scan.end)}; arrows move, Enter looks it up`,
    },
    html("tbody", { role: "rowgroup" }, ...rows, own),
  );
  const tip = html(
    "p",
    { class: "readout", "aria-hidden": "true" },
    `${scan.contig}:${words.grouped(scan.start)} to ${words.grouped(scan.end)}, plus strand`,
  );
  roving(table, cells, context, (text) => {
    tip.textContent = text;
  });
  const scroller = html("div", { class: "scrolls" }, table);
  return html("div", {}, tip, scroller);
}

function cell(scan, base, own, column, { question }) {
  const value = larger(scan, base, column);
  if (base === own)
    return html("td", {
      role: "gridcell",
      class: "own-base",
      "aria-label": "the reference's base",
    });
  const position = scan.start + column;
  const name = `${scan.contig}-${position}-${own}-${base}`;
  const text =
    value === null ? "no score" : `${value < 0 ? "loss" : "gain"} ${words.size(Math.abs(value))}`;
  const link = html("a", {
    href: address.of({ ...question, variant: name, transcript: null }),
    tabindex: "-1",
    "data-variant": name,
    "data-said": `${words.grouped(position)} ${own} ${words.ARROW} ${base}: ${text}`,
    "aria-label": `${position} ${own} to ${base}, ${text}`,
  });
  const each = html(
    "td",
    { role: "gridcell", class: value !== null && value < 0 ? "loss" : "gain" },
    link,
  );
  each.style.setProperty("--share", `${Math.round(Math.abs(value ?? 0) * 100)}%`);
  return each;
}

/** Let one cell be in the order of tabs; arrows move it. */
function roving(table, cells, { question, go, answer }, tell) {
  const link = (row, column) => cells[row]?.[column]?.querySelector("a") ?? null;
  const places = new Map();
  cells.forEach((line, row) =>
    line.forEach((each, column) => places.set(each.querySelector("a"), [row, column])),
  );
  const middle = Math.floor(cells[0].length / 2);
  const first =
    [0, 1, 2, 3].map((row) => link(row, middle)).find((each) => each) ?? table.querySelector("a");
  first?.setAttribute("tabindex", "0");
  const focus = (target) => {
    table.querySelector("a[tabindex='0']")?.setAttribute("tabindex", "-1");
    target.setAttribute("tabindex", "0");
    target.focus();
  };
  const turns = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
  table.addEventListener("keydown", (event) => {
    const turn = turns[event.key];
    const place = places.get(event.target);
    if (!turn || !place) return;
    event.preventDefault();
    let [row, column] = place;
    // The own base's square has no link: it is passed over.
    for (let steps = 0; steps < 3; steps += 1) {
      row += turn[0];
      column += turn[1];
      const target = link(row, column);
      if (target) return focus(target);
      if (turn[0] === 0 && cells[row]?.[column]) {
        const beside = link(row + 1, column) ?? link(row - 1, column);
        if (beside) return focus(beside);
      }
    }
  });
  for (const kind of ["pointerover", "focusin"]) {
    table.addEventListener(kind, (event) => {
      const said = event.target.closest("a")?.dataset.said;
      if (said) tell(said);
    });
  }
  table.addEventListener("click", (event) => {
    const chosen = event.target.closest("a");
    if (!chosen || !address.isPlainClick(event)) return;
    event.preventDefault();
    go({ ...question, variant: chosen.dataset.variant, transcript: null });
  });
  const here = [...table.querySelectorAll("a")].find(
    (each) => each.dataset.variant === answer.variant.name,
  );
  here?.parentElement.classList.add("here");
}

function scaleKey() {
  return html("span", { class: "scale-key" }, "loss 1 ", html("i", { class: "ramp" }), " 1 gain");
}
