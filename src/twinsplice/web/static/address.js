// The page's address holds the question, so that a link gives the same page.

const NAMES = ["variant", "build", "model", "distance", "mask", "gene", "transcript"];

/** Return the question in the address; what is missing is null. */
export function read(search = location.search) {
  const held = new URLSearchParams(search);
  const question = Object.fromEntries(NAMES.map((name) => [name, held.get(name)]));
  question.mask = question.mask === null ? null : ["true", "1"].includes(question.mask);
  return question;
}

/** Return the address of a question, relative to the page. */
export function of(question) {
  const held = new URLSearchParams();
  for (const name of NAMES) {
    const value = question[name];
    if (value === null || value === undefined || value === "" || value === false) continue;
    held.set(name, String(value));
  }
  return `?${held}`;
}

/** Enter a question as a new page of the history, or in place of the present one. */
export function enter(question, { replace = false } = {}) {
  const address = of(question);
  if (address === location.search) return;
  history[replace ? "replaceState" : "pushState"](null, "", address);
}

/** Return what a link's click should do: true if the page itself may follow it. */
export function isPlainClick(event) {
  return event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
}
