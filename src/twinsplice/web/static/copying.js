// The answer to take along: text for a report, TSV, JSON, a picture.

import { html } from "./elements.js";
import * as download from "./download.js";
import * as request from "./request.js";

/** Return the row of buttons. */
export function copying({ answer, gene, question, picture }) {
  const said = html("span", { class: "said", role: "status" });
  const query = {
    variant: answer.query.variant,
    build: answer.query.build,
    model: answer.query.model,
    distance: answer.query.distance,
    mask: answer.query.mask,
  };
  const name = fileName(answer.variant.name, gene.gene);
  const tell = async (work, done) => {
    try {
      await work();
      said.textContent = done;
    } catch (error) {
      said.textContent = error.message;
    }
  };
  const button = (text, work, done) =>
    html("button", { type: "button", class: "quiet", onclick: () => tell(work, done) }, text);
  return html(
    "div",
    { class: "row copying", role: "group", "aria-label": "Take this answer along" },
    button("Copy for a report", () => download.copy(`${answer.text.trimEnd()}\n`), "Copied."),
    button("Copy the link", () => download.copy(location.href), "Copied."),
    button(
      "TSV",
      () => download.fetched(request.address("variant.tsv", query), `${name}.tsv`),
      "Saved.",
    ),
    button(
      "JSON",
      () => download.fetched(request.address("variant", query), `${name}.json`),
      "Saved.",
    ),
    picture &&
      button(
        "Picture",
        () =>
          download.fetched(
            request.address("picture.png", { ...query, gene: gene.gene }),
            `${name}.png`,
          ),
        "Saved.",
      ),
    picture && button("Picture as shown", () => picture.save(`${name}.view.png`), "Saved."),
    said,
  );
}

function fileName(variant, gene) {
  return `${gene}_${variant}`.replaceAll(/[^A-Za-z0-9._-]+/g, "-").slice(0, 80);
}
