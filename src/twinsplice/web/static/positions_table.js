// Every base whose probability changes, inserted ones included.

import { html, section } from "./elements.js";
import { symbol } from "./marks.js";
import * as sorting from "./sorting.js";
import * as words from "./words.js";

const FEW = 12;

/** Return the section of all positions that change. */
export function positionsTable({ gene, picture }) {
  if (gene.positions.length === 0) {
    return section(
      "positions",
      "Every position that changes",
      html("p", { class: "hint" }, "No position changes by 0.01 or more."),
    );
  }
  const columns = [
    {
      title: "Position",
      class: "number",
      value: (row) => row.position + (row.inserted ?? 0) / 1e6,
    },
    {
      title: "From the variant",
      class: "number",
      value: (row) => row.relative + (row.inserted ?? 0) / 1e6,
    },
    { title: "Base", value: (row) => row.base },
    { title: "Site", value: (row) => row.site },
    { title: "Reference", class: "number", down: true, value: (row) => row.ref },
    { title: "Alternate", class: "number", down: true, value: (row) => row.alt },
    { title: "Change", class: "number", down: true, value: (row) => Math.abs(row.delta) },
    { title: "Annotated", value: (row) => (row.annotated ? "yes" : "no") },
  ];
  const state = { rows: gene.positions, all: gene.positions.length <= FEW };
  const body = html("tbody");
  const fill = () =>
    body.replaceChildren(
      ...state.rows.slice(0, state.all ? undefined : FEW).map((row) => line(row, picture)),
    );
  const head = sorting.head(
    columns,
    (order) => {
      state.rows = [...gene.positions].sort(order);
      fill();
    },
    { column: 6, down: true },
  );
  const more = html(
    "button",
    { type: "button", class: "quiet", hidden: state.all },
    `Show all ${gene.positions.length}`,
  );
  more.addEventListener("click", () => {
    state.all = true;
    more.hidden = true;
    fill();
  });
  fill();
  return section(
    "positions",
    "Every position that changes",
    html(
      "p",
      { class: "hint" },
      "By 0.01 or more; on the plus strand. A position shows its place in the picture.",
    ),
    html(
      "div",
      { class: "scrolls", tabindex: "0", role: "group", "aria-label": "Positions that change" },
      html("table", {}, head, body),
    ),
    more,
  );
}

function line(row, picture) {
  const name = row.inserted
    ? `${words.grouped(row.position)} + ${row.inserted}`
    : words.grouped(row.position);
  const label = `Show ${name} in the picture`;
  return html(
    "tr",
    {},
    html(
      "td",
      { class: "number" },
      html(
        "button",
        {
          type: "button",
          class: "link",
          "aria-label": label,
          onclick: () => picture.centre(row.position, row.inserted),
        },
        name,
      ),
    ),
    html(
      "td",
      { class: "number" },
      words.offset(row.relative),
      row.inserted ? ` + ${row.inserted}` : "",
    ),
    html(
      "td",
      { class: "mono" },
      row.base,
      row.inserted ? html("span", { class: "tag" }, "inserted") : null,
    ),
    html("td", {}, symbol(row.site), ` ${row.site}`),
    html("td", { class: "number" }, words.size(row.ref)),
    html("td", { class: "number" }, words.size(row.alt)),
    html("td", { class: "number" }, html("b", {}, words.signed(row.delta))),
    html("td", {}, row.annotated ? "yes" : html("span", { class: "soft" }, "no")),
  );
}
