// The page of many variants: lines or a VCF in, a table out.

import * as download from "./download.js";
import { byId, html, show } from "./elements.js";
import { manyTable } from "./many_table.js";
import { refusalView } from "./refusal_view.js";
import * as request from "./request.js";
import * as switches from "./switches.js";
import * as words from "./words.js";

const FIRST_PAUSE = 300;
const LONGEST_PAUSE = 3000;
const form = byId("ask");
let about;
let file = null;
let running = null;

function say(text) {
  byId("status").textContent = text;
}

/** Choose a file, or none. */
function choose(chosen) {
  file = chosen;
  const shown = byId("chosen");
  if (!file) return show(shown);
  if (file.size > about.limits.body_bytes) {
    refuse(
      new Error(
        `a file must have at most ${words.grouped(about.limits.body_bytes)} bytes; it has ${words.grouped(file.size)}; send a part of it`,
      ),
    );
    file = null;
    byId("file").value = "";
    return show(shown);
  }
  show(byId("refusal"));
  const remove = html(
    "button",
    {
      type: "button",
      class: "link",
      onclick: () => {
        byId("file").value = "";
        choose(null);
      },
    },
    "remove",
  );
  show(shown, `${file.name}, ${words.grouped(Math.ceil(file.size / 1000))} kB `, remove);
}

function refuse(error) {
  show(byId("progress"));
  show(byId("refusal"), refusalView(error));
  say("");
}

function pause(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}

/** Send what is to be scored, and follow it to its end. */
async function score() {
  const lines = form.elements.lines.value.trim();
  if (!file && !lines) {
    refuse(new Error("a list must hold variants; it is empty; write some, one a line, or choose a VCF"));
    form.elements.lines.focus();
    return;
  }
  running?.abort();
  running = new AbortController();
  const { signal } = running;
  const options = switches.read(form);
  show(byId("refusal"));
  show(byId("answer"));
  say("Sending…");
  try {
    const busy = (seconds) => say(`The server is busy; trying again in ${seconds} s…`);
    const posted = await request.json(request.address("batches", options), {
      method: "POST",
      body: file ?? `${lines}\n`,
      headers: { "Content-Type": file ? "application/octet-stream" : "text/plain; charset=utf-8" },
      signal,
      busy,
    });
    await follow(posted.id, options, signal);
  } catch (error) {
    if (error.name === "AbortError") return;
    refuse(error);
    if (!(error instanceof request.Refusal)) throw error;
  }
}

/** Ask how far a batch is until it is done. */
async function follow(id, options, signal) {
  history.replaceState(null, "", `?batch=${encodeURIComponent(id)}`);
  const bar = progressView(() => stop(id));
  show(byId("progress"), ...bar.parts);
  for (let wait = FIRST_PAUSE; ; wait = Math.min(wait * 1.4, LONGEST_PAUSE)) {
    const batch = await request.json(request.address(`batches/${id}`), { signal });
    if (batch.state === "failed") {
      refuse(new Error(batch.error ?? "the batch failed"));
      return;
    }
    if (batch.state === "done") {
      show(byId("progress"));
      finish(batch, options);
      return;
    }
    bar.tell(batch);
    await pause(wait, signal);
  }
}

async function stop(id) {
  running?.abort();
  show(byId("progress"));
  say("Stopped.");
  history.replaceState(null, "", location.pathname);
  await request.response(request.address(`batches/${id}`), { method: "DELETE" }).catch(() => {});
}

function progressView(stopping) {
  const progress = html("progress", { "aria-label": "Variants scored" });
  const text = html("span", {}, "Waiting for its turn…");
  const button = html("button", { type: "button", class: "quiet", onclick: stopping }, "Stop");
  say("");
  return {
    parts: [progress, html("div", { class: "row" }, text, button)],
    tell: ({ state, done, total, rate }) => {
      if (total) {
        progress.max = total;
        progress.value = done;
      }
      const count = total
        ? `${words.grouped(done)} of ${words.plural(total, "variant")}`
        : words.plural(done, "variant");
      text.textContent =
        state === "waiting"
          ? "Waiting for its turn…"
          : `${count}${rate ? `, ${Math.round(rate)} a second` : ""}`;
    },
  };
}

function finish(batch, options) {
  const scored = batch.done ?? batch.rows.length;
  say(`Done: ${words.plural(scored, "variant")}, ${words.plural(batch.rows.length, "row")}.`);
  const button = (name, text) =>
    html("button", { type: "button", class: "quiet", onclick: () => save(batch.id, name) }, text);
  const files = html(
    "div",
    { class: "row copying", role: "group", "aria-label": "Take the scores along" },
    button("scores.vcf", "Download VCF"),
    button("scores.tsv", "Download TSV"),
  );
  show(
    byId("answer"),
    html(
      "div",
      { class: "many" },
      html("h2", { class: "unseen" }, "Scores"),
      files,
      manyTable(batch, options, about),
    ),
  );
}

async function save(id, name) {
  try {
    await download.fetched(request.address(`batches/${id}/${name}`), name);
  } catch (error) {
    refuse(error);
  }
}

function listenToFiles() {
  const drop = byId("drop");
  byId("file").addEventListener("change", (event) => choose(event.target.files[0] ?? null));
  // Anywhere on the page: a file dropped beside the field must not replace the page.
  for (const kind of ["dragenter", "dragover"]) {
    addEventListener(kind, (event) => {
      event.preventDefault();
      drop.classList.add("over");
    });
  }
  for (const kind of ["dragleave", "drop"]) {
    addEventListener(kind, (event) => {
      event.preventDefault();
      if (kind === "drop" || event.relatedTarget === null) drop.classList.remove("over");
    });
  }
  addEventListener("drop", (event) => {
    const [first] = event.dataTransfer?.files ?? [];
    if (first) choose(first);
  });
}

function listen() {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    score();
  });
  byId("fill").addEventListener("click", () => {
    choose(null);
    const build = form.elements.build.value;
    const fitting = about.examples.filter((example) => example.build === build);
    const shown = fitting.length > 0 ? fitting : about.examples;
    if (fitting.length === 0 && shown.length > 0) form.elements.build.value = shown[0].build;
    form.elements.lines.value = shown.map((example) => example.text).join("\n");
    form.elements.lines.focus();
  });
  listenToFiles();
}

async function begin() {
  try {
    about = await request.json(request.address("about"));
  } catch (error) {
    refuse(error);
    return;
  }
  switches.fill(form, about);
  const { variants, body_bytes: bytes } = about.limits;
  byId("limits").textContent =
    ` At most ${words.plural(variants, "variant")}, ${words.grouped(Math.floor(bytes / 1e6))} MB.`;
  byId("fill").hidden = about.examples.length === 0;
  listen();
  const id = new URLSearchParams(location.search).get("batch");
  if (id) await resume(id);
}

/** Follow a batch that the address names, from before a reload. */
async function resume(id) {
  running = new AbortController();
  try {
    await follow(id, switches.read(form), running.signal);
  } catch (error) {
    if (error.name === "AbortError") return;
    history.replaceState(null, "", location.pathname);
    refuse(error);
  }
}

begin();
