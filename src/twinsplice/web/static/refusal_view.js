// A refusal, in place, with what may have been meant.

import { html } from "./elements.js";
import { link } from "./links.js";
import { titled } from "./words.js";

/**
 * Return a refusal's view.
 *
 * @param {Error} refusal What the server said, or what went wrong here.
 * @param {object} question The question, if links may ask another in its place.
 * @param {Function} go Follows a question.
 */
export function refusalView(refusal, question = null, go = null) {
  const message = refusal.message || "something went wrong on this page";
  return html(
    "div",
    { class: "refusal", role: "alert" },
    html("p", {}, titled(question ? unguessed(message, refusal) : message)),
    question && remedies(refusal, question, go),
  );
}

/** Return a message without the guesses that have links below it. */
export function unguessed(message, { guesses = [] }) {
  if (guesses.length === 0) return message;
  return message.replace(/[;:]? ?did you mean [^?]+\?/g, "").replace(/ \(\)/g, "");
}

/** Return links to what may have been meant, and to other genomes that have the variant. */
export function remedies({ guesses = [], elsewhere = [] }, question, go) {
  const asked = (changed) => ({ ...question, gene: null, transcript: null, ...changed });
  return [
    guesses.length > 0 &&
      html(
        "p",
        { class: "guesses" },
        "Did you mean ",
        ...joined(guesses.map((guess) => link(asked({ variant: guess }), go, guess))),
        "?",
      ),
    elsewhere.length > 0 &&
      html(
        "p",
        { class: "guesses" },
        "It fits another genome: ",
        ...joined(
          elsewhere.map((build) => link(asked({ build }), go, `Look it up on ${build}`)),
        ),
        ".",
      ),
  ];
}

function joined(links) {
  return links.flatMap((each, number) =>
    number === 0 ? [each] : [number === links.length - 1 ? " or " : ", ", each],
  );
}
