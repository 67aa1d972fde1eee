// A refusal, in place, with what may have been meant.

import { html } from "./elements.js";
import { link } from "./links.js";
import { titled } from "./words.js";

/**
 * Return a refusal's view.
 *
 * @param {Error} refusal What the server said, or what went wrong here.
 * @param {Function} question From a guess to the question it stands for.
 * @param {Function} go Follows a question.
 */
export function refusalView(refusal, question = null, go = null) {
  const message = refusal.message || "something went wrong on this page";
  const guesses = question ? (refusal.guesses ?? []) : [];
  return html(
    "div",
    { class: "refusal", role: "alert" },
    html("p", {}, titled(message)),
    guesses.length > 0 &&
      html(
        "p",
        { class: "guesses" },
        "Did you mean ",
        ...joined(guesses.map((guess) => link(question(guess), go, guess))),
        "?",
      ),
  );
}

function joined(links) {
  return links.flatMap((each, number) =>
    number === 0 ? [each] : [number === links.length - 1 ? " or " : ", ", each],
  );
}
