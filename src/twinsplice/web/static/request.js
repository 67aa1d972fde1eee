// What the page asks its server. Addresses are relative: the page may lie under a prefix.

const RETRIES = 3;

/** The server's refusal, in its words. */
export class Refusal extends Error {
  constructor(body, status) {
    super(body.error ?? `the server answered ${status}`);
    this.reason = body.reason ?? "";
    this.guesses = body.guesses ?? [];
    this.elsewhere = body.elsewhere ?? [];
    this.status = status;
  }
}

/** Return an address of the API. */
export function address(path, query = {}) {
  const held = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== "") held.set(name, String(value));
  }
  const text = held.toString();
  return `api/v1/${path}${text ? `?${text}` : ""}`;
}

function pause(seconds, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, seconds * 1000);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}

async function refusalOf(response) {
  try {
    const body = await response.json();
    if (body && typeof body === "object") return new Refusal(body, response.status);
  } catch {
    // Not JSON: a proxy's page, say.
  }
  return new Refusal({}, response.status);
}

async function once(path, options) {
  try {
    return await fetch(path, options);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Refusal(
      {
        error: "the server must answer; it cannot be reached; look whether it still runs, and ask again",
        reason: "offline",
      },
      0,
    );
  }
}

/** Return the response to a request. A server that is busy is asked again, when it says. */
export async function response(path, { busy = () => {}, ...options } = {}) {
  for (let tries = 0; ; tries += 1) {
    const given = await once(path, options);
    if (given.ok) return given;
    if (given.status === 503 && tries < RETRIES) {
      const seconds = Math.min(Number(given.headers.get("Retry-After")) || 2, 30);
      busy(seconds);
      await pause(seconds, options.signal);
      continue;
    }
    throw await refusalOf(given);
  }
}

/** Return the JSON of an answer. */
export async function json(path, options) {
  return (await response(path, options)).json();
}

/** Return the bytes of an answer, for a download. */
export async function blob(path, options) {
  return (await response(path, options)).blob();
}
