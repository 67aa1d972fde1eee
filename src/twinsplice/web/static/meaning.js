// What the numbers mean: the probabilities beside the scores, and what no score says.

import { html, section } from "./elements.js";
import * as words from "./words.js";

/** Return the section on what the numbers mean. */
export function meaning({ gene, about }) {
  const figures = [
    [
      gene.p_altered,
      "Probability that splicing is altered",
      "that a laboratory's minigene assay (MFASS) finds the exon lost, where 5% of variants are",
    ],
    [
      gene.exon_inclusion,
      "Exon-inclusion score",
      "for whether this exon is lost: the score, and the loss at the exon's own two sites",
    ],
    [
      gene.p_base,
      `Probability of ${about.defaults.threshold} or more`,
      "that the exact base model's largest score reaches it, too",
    ],
  ].filter(([value]) => value !== null && value !== undefined);
  return section(
    "meaning",
    "What the numbers mean",
    figures.length > 0 &&
      html(
        "dl",
        { class: "figures" },
        ...figures.map(([value, name, gloss]) =>
          html(
            "div",
            {},
            html("dt", {}, name),
            html("dd", {}, html("strong", {}, words.size(value)), html("span", {}, gloss)),
          ),
        ),
      ),
    html("p", {}, gene.sentence),
    figures.length > 0 &&
      gene.p_altered === null &&
      html(
        "p",
        { class: "hint" },
        "No annotated exon is near enough for a probability that splicing is altered.",
      ),
    caution(),
  );
}

function caution() {
  const line = (term, text) => html("li", {}, html("b", {}, `${term} `), text);
  return html(
    "details",
    { id: "interpretation" },
    html("summary", {}, "How to read a score, and what it does not say"),
    html(
      "ul",
      {},
      line(
        "A score",
        "is how much the model thinks the probability of a splice site changes: 0.50 may be a site that falls from 0.90 to 0.40. It is not the probability that splicing is altered, nor how much of the RNA is, nor that the variant is pathogenic.",
      ),
      line(
        "The interval",
        "is where the exact base model's own score lies, nine times in ten. A score whose interval reaches from little to much decides nothing.",
      ),
      line(
        "Thresholds",
        "are not those of SpliceAI. ClinGen's 0.2 (PP3) and 0.1 (BP4) were set for SpliceAI's scores; they do not hold for other models by themselves.",
      ),
      line(
        "A low score",
        "is little evidence against: deep-intronic pseudo-exons, branch points and splicing enhancers are often missed, and only the bases searched on each side are looked at.",
      ),
      line(
        "Consequences",
        "are worked out by rules from the four scores. They name the likeliest event, not its share of the RNA.",
      ),
    ),
    html(
      "p",
      { class: "hint" },
      "What laboratories found at each score, with intervals: the manual's page “What a score means” (docs/interpretation.md).",
    ),
  );
}
