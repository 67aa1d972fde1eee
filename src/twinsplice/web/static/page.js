// The page of one variant: question in the address, answer below the box.

import * as address from "./address.js";
import * as answerView from "./answer_view.js";
import { byId, html, show } from "./elements.js";
import { refusalView } from "./refusal_view.js";
import * as request from "./request.js";
import * as switches from "./switches.js";

const TITLE = document.title;
const PATIENCE = 3000;
const form = byId("ask");
let about;
let running = null;

/** Return the question that the form holds. */
function asked() {
  return { variant: form.elements.variant.value.trim(), ...switches.read(form) };
}

/** Say how far things are; `quietly` to screen readers alone. */
function say(text, { quietly = false } = {}) {
  byId("status").textContent = text;
  byId("status").classList.toggle("unseen", quietly);
}

/** Show nothing but the box. */
function empty() {
  running?.abort();
  show(byId("answer"));
  show(byId("refusal"));
  form.classList.remove("answered");
  say("");
  document.title = TITLE;
}

/** Ask the server what the address asks, and show what it answers. */
async function answer({ toAnswer = false } = {}) {
  const question = address.read();
  switches.set(form, question, about);
  form.elements.variant.value = question.variant ?? "";
  if (!question.variant) return empty();
  running?.abort();
  running = new AbortController();
  const { signal } = running;
  const complete = { ...question, ...switches.read(form) };
  byId("answer").classList.add("stale");
  byId("answer").setAttribute("aria-busy", "true");
  say("Looking it up…");
  const patience = setTimeout(
    () => say("Looking it up… The first question about a genome takes longer."),
    PATIENCE,
  );
  try {
    const busy = (seconds) => say(`The server is busy; trying again in ${seconds} s…`);
    const query = { ...complete, gene: null, transcript: null };
    const found = await request.json(request.address("variant", query), { signal, busy });
    show(byId("refusal"));
    show(byId("answer"), answerView.view(found, { about, question: complete, signal, go }));
    say(answerView.announcement(found, complete), { quietly: true });
    form.classList.add("answered");
    document.title = `${answerView.title(found, complete)} · TwinSplice`;
    if (toAnswer) reveal(byId("answer"));
  } catch (error) {
    if (error.name === "AbortError") return;
    show(byId("answer"));
    show(
      byId("refusal"),
      refusalView(error, complete, go),
    );
    say("");
    document.title = TITLE;
    if (!(error instanceof request.Refusal)) throw error;
  } finally {
    clearTimeout(patience);
    if (!signal.aborted) {
      byId("answer").classList.remove("stale");
      byId("answer").removeAttribute("aria-busy");
    }
  }
}

/** Scroll to the answer where it is out of sight. */
function reveal(element) {
  const top = element.getBoundingClientRect().top;
  if (top > innerHeight * 0.6) {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    element.scrollIntoView({ behavior: calm ? "auto" : "smooth", block: "start" });
  }
}

/** Go to another question, as a link does, and show what is asked for of its answer. */
async function go(question, first = "h2") {
  address.enter(question);
  await answer();
  const target = byId("answer").querySelector(first) ?? byId("answer").querySelector("h2");
  if (!target) return;
  target.setAttribute("tabindex", "-1");
  target.focus({ preventScroll: true });
  if (first === "h2") scrollTo({ top: 0 });
  reveal(target);
}

function examples() {
  if (about.examples.length === 0) return;
  const items = about.examples.map((example) => {
    const question = { variant: example.text, ...switches.read(form), build: example.build };
    const link = html("a", { href: address.of(question) }, html("code", {}, example.text));
    link.addEventListener("click", (event) => {
      if (!address.isPlainClick(event)) return;
      event.preventDefault();
      // The switches as they are now, not as they were when the page was loaded.
      address.enter({ variant: example.text, ...switches.read(form), build: example.build });
      answer({ toAnswer: true });
    });
    return html("li", {}, link, " ", html("span", {}, example.says));
  });
  show(
    byId("examples"),
    html("p", { id: "examples-title" }, "For example"),
    html("ul", { "aria-labelledby": "examples-title" }, ...items),
  );
}

function listen() {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!asked().variant) return;
    address.enter(asked());
    answer({ toAnswer: true });
  });
  form.addEventListener("change", (event) => {
    if (!event.target.hasAttribute("data-switch") || !address.read().variant) return;
    if (!form.reportValidity()) return;
    const { gene, transcript } = address.read();
    address.enter({ ...asked(), gene, transcript });
    answer();
  });
  addEventListener("popstate", () => answer());
}

async function begin() {
  // What is typed while the server is asked what it has is not lost.
  let isAsked = false;
  const keep = (event) => {
    event.preventDefault();
    isAsked = true;
  };
  form.noValidate = true;
  form.addEventListener("submit", keep);
  if (!address.read().variant) form.elements.variant.focus({ preventScroll: true });
  try {
    about = await request.json(request.address("about"));
  } catch (error) {
    show(byId("refusal"), refusalView(error));
    return;
  }
  form.elements.variant.placeholder = about.examples[0]?.text ?? "";
  switches.set(form, address.read(), about);
  examples();
  form.noValidate = false;
  form.removeEventListener("submit", keep);
  listen();
  if (isAsked) form.requestSubmit();
  else if (address.read().variant) await answer();
}

begin();
