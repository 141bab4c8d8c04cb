// The way in: password, then second factor; the first password by a one-time code.

import { get, post, remove, useToken } from './api.js';
import { h, s } from './dom.js';
import { words as refusalWords } from './refusal.js';
import { ask, button, form } from './ui.js';
import { showKey, usable } from './webauthn.js';
import { t } from './words.js';

// password, first (by a code), totp, enrol, recovery (codes are shown), offline
let step = 'password';
let problem = null;  // words for what was refused
let enrolment = null;
let recovery = [];
let hasKey = false;  // may show a security key instead of a code

// `found`: half a session, the refusal that there is none, or nothing of either.
export function begin(found) {
  problem = null;
  enrolment = null;
  recovery = [];
  hasKey = found.security_key === true;
  step = found.second_factor ?? (found.kind === 'offline' ? 'offline' : 'password');
}

const password = { name: 'password', kind: 'password', maxlength: 128, required: true };
const user = () => ({ name: 'user', label: t('sign_in.user'), autocomplete: 'username', required: true, maxlength: 32 });
const code = () => ({ name: 'code', label: t('sign_in.code'), autocomplete: 'one-time-code', required: true, maxlength: 64,
  inputmode: 'text', hint: t('sign_in.code_hint') });

// Draws the next step and puts the focus into it.
function turn(app, before) {
  app.draw();
  if (step !== before) (document.querySelector('.card input') ?? document.querySelector('.card h1'))?.focus();
}

// Goes on with what `work` gives; shows what was refused beside the form.
async function attempt(app, work) {
  const before = step;
  problem = null;
  try {
    await work();
  } catch (refusal) {
    if (refusal.kind === undefined) throw refusal;
    problem = refusal.kind === 'signed_out' ? t(passwordIsAsked() ? 'sign_in.wrong' : 'sign_in.over') : refusalWords(refusal);
    // A wrong code leaves half a session for another try, unless there were too many.
    if (refusal.kind === 'signed_out' && !passwordIsAsked()) {
      const left = await get('/v1/session').catch(() => null);
      step = left?.second_factor ?? 'password';
      useToken(left?.csrf);
    }
  }
  turn(app, before);
}

const passwordIsAsked = () => step === 'password' || step === 'first';

function choose(app, next) {
  const before = step;
  problem = null;
  step = next;
  turn(app, before);
}

async function half(answer) {
  useToken(answer.csrf);
  hasKey = answer.security_key;
  step = answer.second_factor;
  if (step === 'enrol') enrolment = await post('/v1/session/second-factor/enrolment');
}

async function whole(app, answer) {
  if (answer.recovery_codes?.length > 0) {
    recovery = answer.recovery_codes;
    step = 'recovery';
    useToken(answer.csrf);
    return;
  }
  await app.begin();
}

async function leave(app) {
  await remove('/v1/session').catch(() => null);
  begin({});
  app.draw();
}

// "ABCD EFGH …": easier to copy by hand.
const inFours = (text) => text.match(/.{1,4}/g)?.join(' ') ?? text;

function refused() {
  return problem ? h('p', { class: 'banner bad', role: 'alert' }, problem) : null;
}

function withPassword(app) {
  return [form({ key: 'password', label: t('sign_in.go'),
    list: [user(), { ...password, label: t('sign_in.password'), autocomplete: 'current-password' }],
    submit: (values) => attempt(app, async () => half(await post('/v1/session', values))) }),
  h('p', { class: 'aside' }, button(t('sign_in.have_code'), () => choose(app, 'first'), { kind: 'bare' }))];
}

function withFirstCode(app) {
  return [h('p', {}, t('sign_in.first')), form({ key: 'first', label: t('sign_in.go'),
    list: [{ name: 'code', label: t('sign_in.first_code'), required: true }, user(),
      { ...password, label: t('sign_in.new_password'), autocomplete: 'new-password', hint: t('sign_in.password_rule') }],
    submit: (values) => attempt(app, async () => half(await post('/v1/session/first', values))),
    extra: button(t('back'), () => choose(app, 'password')) })];
}

const withKey = (app) => button(t('sign_in.use_key'), () => attempt(app, async () => whole(app, await showKey())));

function withSecondFactor(app) {
  return [hasKey && usable() ? h('p', { class: 'aside' }, withKey(app)) : null, form({ key: 'totp', label: t('sign_in.confirm'), list: [code()],
    submit: (values) => attempt(app, async () => whole(app, await post('/v1/session/second-factor', values))),
    extra: button(t('back'), () => leave(app)) })];
}

// The code's modules as one path; four of quiet around it.
function picture(rows) {
  const size = rows.length + 8;
  const d = rows.flatMap((row, y) => [...row].map((one, x) => (one === '1' ? `M${x + 4} ${y + 4}h1v1h-1z` : ''))).join('');
  return s('svg', { class: 'qr', viewBox: `0 0 ${size} ${size}`, role: 'img', 'aria-label': t('sign_in.qr'), 'shape-rendering': 'crispEdges' },
    s('rect', { width: size, height: size }), s('path', { d }));
}

function enrolling(app) {
  if (!enrolment) {
    return [button(t('sign_in.set_up'), () => attempt(app, async () => {
      enrolment = await post('/v1/session/second-factor/enrolment');
    }), { kind: 'main' })];
  }
  return [h('p', {}, t('sign_in.enrol')), picture(enrolment.qr), h('p', { class: 'quiet' }, t('sign_in.or_type')),
    h('p', { class: 'secret' }, inFours(enrolment.secret)),
    h('p', {}, h('a', { href: enrolment.uri.startsWith('otpauth://') ? enrolment.uri : null }, t('sign_in.open_app'))),
    ...withSecondFactor(app)];
}

function recoveryCodes(app) {
  return [h('p', {}, t('sign_in.recovery')), h('ul', { class: 'codes' }, recovery.map((one) => h('li', {}, one))),
    button(t('sign_in.kept'), () => app.begin(), { kind: 'main' })];
}

function unreachable(app) {
  return [h('p', { class: 'banner bad', role: 'alert' }, t('offline')), button(t('try_again'), () => app.begin(), { kind: 'main' })];
}

const steps = { password: withPassword, first: withFirstCode, totp: withSecondFactor, enrol: enrolling, recovery: recoveryCodes,
  offline: unreachable };

export function signIn(app, preferences) {
  document.title = 'Edgeward';
  return h('div', { class: 'door' },
    h('main', { class: 'card' }, h('p', { class: 'brand' }, 'Edgeward'), h('h1', { tabindex: -1 }, t(`sign_in.title.${step}`)),
      refused(), h('div', { key: step }, (steps[step] ?? withPassword)(app))),
    h('footer', {}, preferences));
}

// Somebody who is signed in shows the second factor once more. A wrong code leaves the session as it is.
export async function proveAgain(app) {
  let wrong = null;
  while (app.user) {
    const other = app.user.security_key && usable() ? { label: t('sign_in.use_key'), answer: { key: true } } : null;
    const values = await ask({ title: t('sign_in.again'), text: [h('p', {}, t('sign_in.again_why')), wrong], list: [code()], label: t('sign_in.confirm'), other });
    if (!values) return false;
    try {
      await (values.key ? showKey() : post('/v1/session/second-factor', values));
    } catch (refusal) {
      if (refusal.kind?.startsWith('key_')) {
        wrong = h('p', { class: 'banner bad', role: 'alert' }, refusalWords(refusal));
        continue;
      }
      const left = refusal.kind === 'signed_out' ? await get('/v1/session').catch(() => null) : null;
      if (!left?.actions) throw refusal;
      wrong = h('p', { class: 'banner bad', role: 'alert' }, t('sign_in.over'));
      continue;
    }
    app.user = await get('/v1/session');
    useToken(app.user.csrf);
    return true;
  }
  return false;
}
