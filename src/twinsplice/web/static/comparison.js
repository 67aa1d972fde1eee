// The same variant by the other models that are installed; asked for after the answer.

import { html, section } from "./elements.js";
import * as request from "./request.js";
import * as words from "./words.js";

const NOTED = 0.05;
const KINDS = ["AG", "AL", "DG", "DL"];
const TITLES = { AG: "Acceptor gain", AL: "Acceptor loss", DG: "Donor gain", DL: "Donor loss" };

/** Return the section that compares models, filled as their answers come. */
export function comparison({ about, question, gene, answer, signal }) {
  const others = about.models.filter((model) => model.name !== answer.model.name);
  if (others.length === 0) return null;
  const body = html("tbody", {}, row(answer.model, gene), ...others.map((model) => waiting(model)));
  const table = html("table", {}, header(), body);
  const element = section(
    "comparison",
    "Other models",
    html(
      "div",
      { class: "scrolls", tabindex: "0", role: "group", "aria-label": "Scores of each model" },
      table,
    ),
  );
  element.setAttribute("aria-busy", "true");
  load({ question, gene, answer, signal })
    .then((found) =>
      body.replaceChildren(row(answer.model, gene), ...found.map((each) => rowOf(each, gene))),
    )
    .catch((error) => {
      if (error.name === "AbortError") return;
      body.replaceChildren(
        row(answer.model, gene),
        ...others.map((model) => failed(model, error.message)),
      );
    })
    .finally(() => element.removeAttribute("aria-busy"));
  return element;
}

async function load({ question, answer, signal }) {
  const query = {
    variant: question.variant,
    build: question.build,
    distance: question.distance,
    mask: question.mask,
    models: "all",
  };
  const { models } = await request.json(request.address("scores", query), { signal });
  return models.filter((each) => each.model.name !== answer.model.name);
}

function header() {
  const titles = ["Model", "Largest", ...KINDS.map((kind) => TITLES[kind]), "Licence"];
  return html(
    "thead",
    {},
    html("tr", {}, ...titles.map((title) => html("th", { scope: "col" }, title))),
  );
}

function name(model) {
  return html("th", { scope: "row" }, model.title);
}

function licence(model) {
  return html("td", { class: "licence" }, model.licence);
}

function row(model, scored) {
  // A model that does not tell acceptors from donors has two kinds of change, not four.
  const undivided = scored.changes.filter((change) => change.kind[0] === "S");
  const cells =
    undivided.length > 0
      ? undivided.map((change) => cell(change, 2))
      : KINDS.map((kind) => cell(scored.changes.find((each) => each.kind === kind)));
  return html(
    "tr",
    {},
    name(model),
    html("td", { class: "number" }, html("b", {}, words.size(scored.max_delta))),
    ...cells,
    licence(model),
  );
}

function cell(change, span = 1) {
  if (!change) return html("td", { class: "number" }, words.DASH);
  const where = change.size >= NOTED ? html("small", {}, words.offset(change.relative)) : null;
  const name = span > 1 ? `${change.title} ` : "";
  return html(
    "td",
    { class: "number", colspan: span > 1 ? span : null },
    name,
    words.size(change.size),
    " ",
    where,
  );
}

function rowOf(found, gene) {
  if (found.error) return failed(found.model, found.error);
  const scored = found.genes.find((each) => each.gene === gene.gene) ?? found.genes[0];
  return scored ? row(found.model, scored) : failed(found.model, "no score in this gene");
}

function waiting(model) {
  return html(
    "tr",
    { class: "waiting" },
    name(model),
    html("td", { colspan: "5" }, "is being asked…"),
    licence(model),
  );
}

function failed(model, message) {
  return html(
    "tr",
    {},
    name(model),
    html("td", { colspan: "5", class: "failed" }, words.titled(message)),
    licence(model),
  );
}
