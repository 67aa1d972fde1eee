// Links to questions, which the page itself follows where the reader just clicks.

import * as address from "./address.js";
import { html } from "./elements.js";

/** Return a link to a question; `go` follows it, with what it is to show first. */
export function link(question, go, children, { first, ...attributes } = {}) {
  const follow = (event) => {
    if (!address.isPlainClick(event)) return;
    event.preventDefault();
    go(question, first);
  };
  return html("a", { href: address.of(question), onclick: follow, ...attributes }, children);
}
