// The rows of a batch: sorted, filtered, each with a link to its own page.

import * as address from "./address.js";
import { html } from "./elements.js";
import * as sorting from "./sorting.js";
import * as words from "./words.js";

const SIZES = ["max_delta", "DS_AG", "DS_AL", "DS_DG", "DS_DL"];
const TITLES = {
  max_delta: "Largest",
  DS_AG: "Acceptor gain",
  DS_AL: "Acceptor loss",
  DS_DG: "Donor gain",
  DS_DL: "Donor loss",
  P_ALTERED: "P altered",
};
const MOST = 2000;

/** Return the value of a cell: a number where it is one. */
function valued(cell) {
  if (cell === null || cell === "" || cell === ".") return null;
  if (typeof cell === "number") return cell;
  return cell !== "" && Number.isFinite(Number(cell)) ? Number(cell) : cell;
}

/** Return rows as objects, by the columns' names, with each one's allele. */
function records({ columns, rows }) {
  return rows.map((row) => {
    const named = Object.fromEntries(columns.map((column, place) => [column, row[place] ?? null]));
    const pick = (...names) =>
      names.map((name) => named[name]).find((value) => value !== null && value !== undefined);
    const place = [
      pick("chrom", "CHROM"),
      pick("pos", "POS"),
      pick("ref", "REF"),
      pick("alt", "ALT"),
    ];
    const allele = place.every((part) => part !== undefined) ? place.join("-") : null;
    const written = pick("name");
    return {
      allele,
      asked: allele ?? written,
      shown: allele
        ? `${place[0]}-${place[1]}-${words.allele(String(place[2]))}-${words.allele(String(place[3]))}`
        : (written ?? words.DASH),
      gene: pick("gene", "GENE", "symbol", "SYMBOL") ?? "",
      name: pick("hgvs_c") ?? "",
      reason: pick("skip_reason"),
      note: pick("note"),
      sizes: Object.fromEntries(
        [...SIZES, "P_ALTERED"].map((column) => [column, valued(named[column] ?? null)]),
      ),
      text: row
        .filter((cell) => cell !== null)
        .join(" ")
        .toLowerCase(),
    };
  });
}

function shownColumns(columns) {
  const sizes = [...SIZES, "P_ALTERED"].filter((column) => columns.includes(column));
  return [
    { title: "Variant", value: (row) => row.shown },
    { title: "Gene", value: (row) => row.gene },
    { title: "Name", named: true, value: (row) => row.name || row.reason },
    ...sizes.map((column) => ({
      title: TITLES[column],
      class: "number",
      down: true,
      size: column,
      value: (row) => row.sizes[column],
    })),
  ];
}

/** Return the table of a batch, with its filters. */
export function manyTable(batch, options, about) {
  const all = records(batch);
  const columns = shownColumns(batch.columns);
  const state = { sorted: all, text: "", least: 0, kind: "all" };
  const body = html("tbody");
  const count = html("p", { class: "hint", role: "status" });
  const fill = () => {
    const kept = state.sorted.filter((row) => matches(row, state));
    body.replaceChildren(...kept.slice(0, MOST).map((row) => line(row, columns, options, about)));
    const cut = kept.length > MOST ? `, the first ${MOST} shown` : "";
    count.textContent = `${words.grouped(kept.length)} of ${words.plural(all.length, "row")}${cut}`;
  };
  const largest = columns.findIndex((column) => column.size === "max_delta");
  const head = sorting.head(columns, (order) => {
    state.sorted = [...all].sort(order);
    fill();
  });
  fill();
  const table = html(
    "table",
    {},
    html("caption", { class: "unseen" }, "Scores of every variant and gene"),
    head,
    body,
  );
  return html(
    "div",
    {},
    filters(state, fill, largest >= 0),
    count,
    html("div", { class: "scrolls", tabindex: "0", role: "group", "aria-label": "Scores" }, table),
  );
}

function matches(row, { text, least, kind }) {
  if (text && !row.text.includes(text)) return false;
  if (kind === "scored" && row.reason) return false;
  if (kind === "unscored" && !row.reason) return false;
  return least <= 0 || (row.sizes.max_delta ?? -1) >= least;
}

function filters(state, fill, sized) {
  const input = (name, set) => (event) => {
    state[name] = set(event.target);
    fill();
  };
  const kinds = [
    ["all", "all rows"],
    ["scored", "with a score"],
    ["unscored", "without a score"],
  ];
  return html(
    "div",
    { class: "row filters", role: "search", "aria-label": "Filter the rows" },
    html(
      "label",
      {},
      "Find ",
      html("input", {
        type: "search",
        placeholder: "gene, name, position",
        oninput: input("text", (field) => field.value.trim().toLowerCase()),
      }),
    ),
    sized &&
      html(
        "label",
        {},
        "Largest from ",
        html("input", {
          type: "number",
          min: "0",
          max: "1",
          step: "0.05",
          value: "0",
          oninput: input("least", (field) => Number(field.value) || 0),
        }),
      ),
    html(
      "label",
      {},
      "Show ",
      html(
        "select",
        { onchange: input("kind", (field) => field.value) },
        ...kinds.map(([value, text]) => html("option", { value }, text)),
      ),
    ),
  );
}

function line(row, columns, options, about) {
  return html(
    "tr",
    {},
    ...columns.map((column, place) => cell(row, column, place, options, about)),
  );
}

function cell(row, column, place, options, about) {
  if (place === 0) {
    if (!row.asked) return html("td", {}, row.shown);
    const question = { ...options, variant: row.asked, gene: row.gene || null };
    return html(
      "td",
      {},
      html(
        "a",
        {
          href: `./${address.of(question)}`,
          target: "_blank",
          rel: "noopener",
          title: "opens in a new tab",
        },
        row.shown,
      ),
    );
  }
  const value = column.value(row);
  if (column.size) {
    const strong =
      column.size !== "P_ALTERED" && value !== null && value >= about.defaults.threshold;
    return html(
      "td",
      { class: `number${strong ? " strong" : ""}` },
      value === null ? words.DASH : words.size(value),
    );
  }
  if (column.named)
    return html(
      "td",
      {},
      row.name,
      row.reason && html("span", { class: "soft" }, `no score: ${row.reason.replaceAll("_", " ")}`),
      row.note && html("small", { class: "beside" }, row.note),
    );
  if (column.title === "Gene") return html("td", {}, html("em", {}, value));
  return html("td", {}, value);
}
