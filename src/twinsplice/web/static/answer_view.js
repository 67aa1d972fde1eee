// The answer to one variant, from what it is to what it does, as a clinician reads.

import { comparison } from "./comparison.js";
import { copying } from "./copying.js";
import { html } from "./elements.js";
import { heatmap } from "./heatmap.js";
import { link } from "./links.js";
import { meaning } from "./meaning.js";
import { positionsTable } from "./positions_table.js";
import { profilePicture } from "./profile_picture.js";
import { remedies, unguessed } from "./refusal_view.js";
import { scoresTable } from "./scores_table.js";
import { transcripts } from "./transcripts.js";
import * as words from "./words.js";

/** Return the gene that is shown: the one of the address, else the first. */
function shownGene(answer, question) {
  return answer.genes.find((gene) => gene.gene === question.gene) ?? answer.genes[0];
}

/** Return the transcript that is drawn: the one of the address, else the preferred. */
function shownTranscript(gene, question) {
  return (
    gene.transcripts.find((each) => each.transcript === question.transcript) ?? gene.transcripts[0]
  );
}

/** Return what stands in the window's title. */
export function title(answer, question) {
  const gene = shownGene(answer, question);
  return gene?.hgvs_c ? `${gene.gene} ${gene.hgvs_c.split(":").at(-1)}` : answer.variant.name;
}

/** Return what a screen reader says when the answer is there. */
export function announcement(answer, question) {
  const gene = shownGene(answer, question);
  if (!gene) return `${answer.variant.name}: ${answer.skip_words ?? "no score"}`;
  const sentence = shownTranscript(gene, question)?.sentence ?? gene.sentence;
  return `${title(answer, question)}: largest change ${words.size(gene.max_delta)}. ${sentence}`;
}

/**
 * Return an answer's view.
 *
 * @param {object} answer What the server answered.
 * @param {object} context about, question, signal and go (follows a question).
 */
export function view(answer, context) {
  const gene = shownGene(answer, context.question);
  if (!gene) return unscored(answer, context);
  const transcript = shownTranscript(gene, context.question);
  const picture = gene.profile ? profilePicture(answer, gene, transcript) : null;
  const here = { ...context, answer, gene, transcript, picture };
  return html(
    "article",
    { class: "answer", "aria-labelledby": "answer-title" },
    head(here),
    lead(here),
    copying(here),
    scoresTable(here),
    meaning(here),
    comparison(here),
    transcripts(here),
    picture?.element,
    picture && positionsTable(here),
    heatmap(here),
  );
}

function head({ answer, gene, transcript, question, go }) {
  const { variant } = answer;
  const name = gene.hgvs_c;
  const mane = gene.transcripts.find((each) => each.transcript === gene.transcript)?.mane;
  return html(
    "header",
    { class: "head" },
    html(
      "p",
      { class: "kicker" },
      html("em", {}, gene.gene),
      ` · ${words.strand(gene.strand)} · ${answer.query.build}`,
    ),
    html(
      "h2",
      { id: "answer-title", tabindex: "-1" },
      name ?? variant.name,
      " ",
      mane && html("span", { class: "tag" }, mane),
    ),
    name && html("p", { class: "allele" }, alleleName(variant)),
    variant.note && html("p", { class: "note" }, words.titled(variant.note)),
    others(answer, gene, question, go),
  );
}

function alleleName({ name, contig, position, ref, alt }) {
  return name.length <= 60
    ? name
    : `${contig}-${position}-${words.allele(ref)}-${words.allele(alt)}`;
}

/** Return links to the other genes that the variant lies in. */
function others(answer, gene, question, go) {
  const rest = answer.genes.filter((each) => each !== gene);
  if (rest.length === 0) return null;
  const links = rest.flatMap((each, number) => {
    const target = { ...question, gene: each.gene, transcript: null };
    const shown = link(target, go, html("em", {}, each.gene));
    return [number > 0 ? ", " : "", shown, ` (${words.size(each.max_delta)})`];
  });
  return html("p", { class: "others" }, "It lies in other genes, too: ", ...links, ".");
}

/** Return the one sentence of what the variant does. */
function lead({ transcript, gene, about }) {
  const name =
    transcript &&
    html(
      "span",
      { class: "of" },
      `On ${transcript.transcript}${transcript.mane ? ` (${transcript.mane})` : ""}, ${words.plural(transcript.exons, "exon")}`,
    );
  const sentence = transcript?.sentence ?? gene.sentence;
  const calm = gene.max_delta < about.defaults.threshold;
  return html(
    "div",
    { class: `lead${calm ? " calm" : ""}` },
    html("p", { class: "sentence" }, words.sentence(sentence)),
    name,
  );
}

function unscored(answer, context) {
  return html(
    "article",
    { class: "answer", "aria-labelledby": "answer-title" },
    html(
      "header",
      { class: "head" },
      html("p", { class: "kicker" }, answer.query.build),
      html("h2", { id: "answer-title", tabindex: "-1" }, alleleName(answer.variant)),
    ),
    html(
      "div",
      { class: "refusal" },
      html("p", {}, words.sentence(unguessed(answer.skip_words ?? answer.skip_reason, answer))),
      remedies(answer, context.question, context.go),
    ),
    answer.variant.note &&
      !answer.skip_words?.includes(answer.variant.note) &&
      html("p", { class: "note" }, words.titled(answer.variant.note)),
  );
}
