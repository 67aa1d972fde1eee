// What the variant does to each transcript: MANE's first, the others on request.

import { html, section } from "./elements.js";
import { link } from "./links.js";
import * as words from "./words.js";

const FEW = 12;

/** Return a list of transcripts, with a field that finds one where there are many. */
function searchable(members, item) {
  const items = members.map((each) => [each.transcript.toLowerCase(), item(each)]);
  const list = html("ul", { class: "members" }, ...items.map(([, each]) => each));
  if (members.length <= FEW) return [list];
  const find = (event) => {
    const text = event.target.value.trim().toLowerCase();
    for (const [name, each] of items) each.hidden = !name.includes(text);
  };
  return [
    html(
      "label",
      { class: "find" },
      "Find ",
      html("input", { type: "search", placeholder: "NM_ or ENST", oninput: find }),
    ),
    list,
  ];
}

/** Return the section of transcripts; choosing one draws it. */
export function transcripts({ gene, transcript, question, go }) {
  if (gene.transcripts.length === 0) return null;
  const preferred = gene.transcripts.filter((each) => each.mane);
  const first = preferred.length > 0 ? preferred : gene.transcripts.slice(0, 1);
  const rest = gene.transcripts.filter((each) => !first.includes(each));
  const item = (each) =>
    member(
      each,
      each === transcript,
      { ...question, transcript: each.transcript, gene: gene.gene },
      go,
    );
  return section(
    "transcripts",
    "Transcripts",
    html("ul", { class: "members" }, ...first.map(item)),
    rest.length > 0 &&
      html(
        "details",
        { open: rest.includes(transcript) },
        html("summary", {}, `${words.plural(rest.length, "more transcript")} of ${gene.gene}`),
        ...searchable(rest, item),
      ),
  );
}

function member(each, shown, question, go) {
  return html(
    "li",
    { "aria-current": shown ? "true" : null },
    html(
      "p",
      { class: "name" },
      html("b", {}, each.transcript),
      " ",
      each.mane && html("span", { class: "tag" }, each.mane),
      html(
        "span",
        { class: "soft" },
        ` ${words.plural(each.exons, "exon")}${each.coding ? "" : ", not translated"} `,
      ),
      shown
        ? html("span", { class: "soft" }, "(drawn below)")
        : link(question, go, "Show this one", { first: ".picture h3" }),
    ),
    ...(each.events.length > 0
      ? each.events.map((event) => html("p", { class: "event" }, words.sentence(event.words)))
      : [html("p", { class: "event" }, words.sentence(each.sentence))]),
  );
}
