// Calls to the server that the page came from.

/** Milliseconds until a call is given up. */
const PATIENCE = 30_000;

/** A refusal by the server, with its own words, or why there is no answer; status 0 without one. */
export class Refusal extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }

  /** Whether another token may help. */
  get isAboutToken() { return this.status === 401 || this.status === 403; }
}

let token = null;

/** Whether the caller has shown a token. */
export const hasToken = () => token !== null;

/** Takes a token for the calls to come, or says what is wrong with it. */
export function useToken(text) {
  const trimmed = text.trim();
  if (!/^[\x21-\x7e]+$/.test(trimmed)) return "A token has letters, digits and signs, and no blanks within.";
  token = trimmed;
  return null;
}

/** The content of an answer; `signal` ends a call that nobody waits for. */
export async function call(path, body, signal) {
  const headers = body ? { "Content-Type": "application/json" } : {};
  const options = { method: body ? "POST" : "GET", headers, body: body && JSON.stringify(body) };
  const [answer, content] = await answered(path, options, signal);
  if (answer.ok && content) return content;
  throw new Refusal(answer.status, refusalOf(answer, content));
}

/** A document as it is, of a type. */
export async function documentAt(path, type) {
  const [answer, content] = await answered(path, { headers: { Accept: type } }, null, (answer) => answer.blob());
  if (answer.ok && content instanceof Blob) return content;
  throw new Refusal(answer.status, refusalOf(answer, content));
}

/** An answer with its content: what `read` makes of one that succeeds, and else an object, or null. */
async function answered(path, options, signal, read = (answer) => answer.json()) {
  const late = AbortSignal.timeout(PATIENCE);
  const headers = token ? { ...options.headers, Authorization: `Bearer ${token}` } : options.headers;
  try {
    const answer = await fetch(path, {
      ...options, headers, cache: "no-store", signal: signal ? AbortSignal.any([signal, late]) : late,
    });
    const content = await (answer.ok ? read(answer) : answer.json()).catch((error) => {
      if (error instanceof SyntaxError) return null;
      throw error;
    });
    return [answer, content];
  } catch {
    throw new Refusal(0, late.aborted ? `The server did not answer within ${PATIENCE / 1000} seconds.`
      : "The server cannot be reached.");
  }
}

/** What an answer without success says. */
function refusalOf(answer, content) {
  if (answer.status === 401) {
    return token ? "The server does not accept this token: it is mistyped, expired or withdrawn. Enter a valid one."
      : "The server asks for a token that allows predictions.";
  }
  if (answer.status === 403) {
    const scope = answer.headers.get("WWW-Authenticate")?.match(/\bscope="([^"]+)"/)?.[1];
    return `The token is valid but lacks the scope ${scope ?? "that this call needs"}. Enter one that has it.`;
  }
  const detail = content?.error ?? content?.detail?.[0]?.msg ?? content?.detail;
  return typeof detail === "string" ? sentence(detail) : `The server answered with status ${answer.status} and no reason.`;
}

const sentence = (text) => {
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
};
