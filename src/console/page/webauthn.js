// Security keys and passkeys by the browser (W3C Web Authentication): what the gateway says in base64url is octets
// here. Older browsers have no parseCreationOptionsFromJSON().

import { post, Refusal } from './api.js';

export const usable = () => typeof window.PublicKeyCredential === 'function' && navigator.credentials !== undefined;

const octets = (text) => Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (one) => one.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
  .replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
const references = (list) => list.map((one) => ({ ...one, id: octets(one.id) }));

// What the browser says by names of exceptions.
const kinds = { InvalidStateError: 'key_known', NotAllowedError: 'key_left', AbortError: 'key_left' };

async function byBrowser(work) {
  try {
    return await work();
  } catch (problem) {
    throw new Refusal(0, kinds[problem.name] ?? 'key_unusable', '');
  }
}

// Registers a key under a name that its owner gives it.
export async function addKey(name) {
  const { public_key: options } = await post('/v1/session/security-keys/registration');
  const made = await byBrowser(() => navigator.credentials.create({ publicKey: { ...options, challenge: octets(options.challenge),
    user: { ...options.user, id: octets(options.user.id) }, excludeCredentials: references(options.excludeCredentials) } }));
  return post('/v1/session/security-keys', { name, client_data: text(made.response.clientDataJSON),
    attestation: text(made.response.attestationObject) });
}

// Shows one as the second factor; gives what the gateway answers.
export async function showKey() {
  const { public_key: options } = await post('/v1/session/second-factor/challenge');
  const shown = await byBrowser(() => navigator.credentials.get({ publicKey: { ...options, challenge: octets(options.challenge),
    allowCredentials: references(options.allowCredentials) } }));
  const { response } = shown;
  return post('/v1/session/second-factor/security-key', { id: text(shown.rawId), client_data: text(response.clientDataJSON),
    authenticator_data: text(response.authenticatorData), signature: text(response.signature),
    ...(response.userHandle?.byteLength > 0 ? { user_handle: text(response.userHandle) } : {}) });
}
