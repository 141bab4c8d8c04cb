// Requests to the gateway. Where somebody is not signed in, not allowed, or the gateway does not answer, says so by
// the error's kind; `message` holds the gateway's own words.

const patience = 30_000;  // milliseconds

export class Refusal extends Error {
  constructor(status, kind, message, remedy) {
    super(message);
    this.status = status;
    this.kind = kind;  // offline, signed_out, and the kinds of docs/control-api.md
    this.remedy = remedy;
  }
}

let token = '';
let prove = null;

// What proves that a change was asked for by this page.
export function useToken(value) {
  token = value ?? '';
}

// `ask()` has the person show the second factor again; true when it was shown. What only a fresh one opens is then
// asked for once more.
export function whenSecondFactorIsWanted(ask) {
  prove = ask;
}

function kindOf(status, body) {
  if (status === 401) return 'signed_out';
  return typeof body?.error === 'string' ? body.error : 'unavailable';
}

async function send(method, target, body) {
  const headers = { Accept: 'application/json' };
  if (method !== 'GET') headers['Edgeward-CSRF'] = token;
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  const options = { method, headers, credentials: 'same-origin', cache: 'no-store', redirect: 'error',
    signal: AbortSignal.timeout(patience) };
  if (body !== undefined) options.body = JSON.stringify(body);
  try {
    const response = await fetch(target, options);
    return { status: response.status, text: await response.text() };
  } catch {
    throw new Refusal(0, 'offline', '');
  }
}

async function askOnce(method, target, body) {
  const { status, text } = await send(method, target, body);
  let answer = null;
  try {
    answer = JSON.parse(text);
  } catch {
    if (status < 400) throw new Refusal(status, 'unavailable', '');
  }
  if (status >= 400) throw new Refusal(status, kindOf(status, answer), answer?.message ?? '', answer?.remedy);
  return answer;
}

async function ask(method, target, body) {
  try {
    return await askOnce(method, target, body);
  } catch (refusal) {
    if (refusal.remedy !== 'second_factor' || !prove || !(await prove())) throw refusal;
    return askOnce(method, target, body);
  }
}

// A path of segments that may hold anything: path`/v1/devices/${id}`.
export function path(texts, ...values) {
  return String.raw({ raw: texts }, ...values.map((value) => encodeURIComponent(value)));
}

export const get = (target) => ask('GET', target);
export const post = (target, body = {}) => ask('POST', target, body);
export const remove = (target) => ask('DELETE', target);
