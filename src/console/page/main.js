// Who is signed in, which page is shown, and what stands around it.

import { get, remove, useToken, whenSecondFactorIsWanted } from './api.js';
import { h, renew } from './dom.js';
import { Live } from './live.js';
import { words as refusalWords } from './refusal.js';
import { begin as beginSignIn, proveAgain, signIn } from './session.js';
import { button } from './ui.js';
import { chooseLanguage, language, t } from './words.js';
import * as alarms from './alarms.js';
import * as audit from './audit.js';
import * as dataflow from './dataflow.js';
import * as destinations from './destinations.js';
import * as devices from './devices.js';
import * as enrolment from './enrolment.js';
import * as keys from './keys.js';
import * as overview from './overview.js';
import * as persons from './persons.js';
import * as quarantine from './quarantine.js';
import * as settings from './settings.js';
import * as users from './users.js';

// Each: `name` in the address, `actions` of which one is enough to see it, or `offered(user)`, `needs` of Live,
// `open(app, rest)` giving {title, render()} and perhaps close().
const pages = [overview, devices, enrolment, destinations, alarms, quarantine, persons, audit, dataflow, settings, users, keys];

const app = {
  user: null,
  live: null,
  data: {},
  // Now, or once the second factor was shown again.
  may: (action) => app.user?.actions.includes(action) || app.user?.actions_with_second_factor?.includes(action) || false,
  draw,
  act,
  say,
  go: (...names) => { location.hash = `#/${names.map(encodeURIComponent).join('/')}`; },
};
let page = null;
let notice = null;  // {level, content}: what came of the last thing somebody did
let trouble = null;
let menuOpen = false;

function say(level, ...content) {
  notice = { level, content };
  draw();
}

// Does what somebody asked for and says what came of it; true when it was done.
async function act(work, done) {
  notice = null;
  try {
    const result = await work();
    if (done) say('good', typeof done === 'function' ? done(result) : done);
    await app.live?.look();
    return true;
  } catch (refusal) {
    if (refusal.kind === undefined) throw refusal;
    if (refusal.kind === 'signed_out') signedOut();
    else say('bad', refusalWords(refusal));
    return false;
  }
}

const allowed = () => pages.filter((one) => one.actions.some(app.may) || one.offered?.(app.user));

function route() {
  const names = location.hash.replace(/^#\/?/, '').split('/').filter(Boolean).map(decodeURIComponent);
  const found = allowed().find((one) => one.name === names[0]);
  return { found: found ?? allowed()[0], rest: found ? names.slice(1) : [] };
}

async function open({ focus = true } = {}) {
  if (!app.user) return;
  page?.close?.();
  const { found, rest } = route();
  notice = null;
  menuOpen = false;
  page = found ? { ...found.open(app, rest), name: found.name } : { title: t('nothing_allowed'), render: () => [], name: '' };
  document.title = `${page.title} – Edgeward`;
  draw();
  if (focus) document.querySelector('h1')?.focus();
  await app.live.want([...new Set(['status', 'alarms', ...(found?.needs ?? [])])]);
}

function navigation() {
  const counts = app.data.alarms?.active;
  const active = counts ? counts.high + counts.medium + counts.low : 0;
  return h('nav', { 'aria-label': t('pages') }, h('ul', {}, allowed().map((one) =>
    h('li', { key: one.name }, h('a', { href: `#/${one.name}`, 'aria-current': page.name === one.name ? 'page' : null },
      t(`page.${one.name}`),
      one.name === 'alarms' && active > 0
        ? h('span', { class: `count ${counts.high > 0 ? 'bad' : 'warn'}`, 'aria-label': t('open_alarms', { n: active }) }, active)
        : null)))));
}

const themes = ['auto', 'light', 'dark'];

function chosenTheme() {
  const chosen = localStorage.getItem('edgeward-theme');
  return themes.includes(chosen) ? chosen : 'auto';
}

function useTheme(theme) {
  localStorage.setItem('edgeward-theme', theme);
  document.documentElement.dataset.theme = theme;
}

function preferences() {
  const select = (label, options, value, change) => h('label', { class: 'preference' }, h('span', {}, label),
    h('select', { on: { change: (event) => change(event.target.value) } }, options.map(([name, text]) =>
      h('option', { value: name, selected: name === value }, text))));
  return h('div', { class: 'preferences' },
    select(t('language'), [['de', 'Deutsch'], ['en', 'English']], language(), (value) => {
      chooseLanguage(value);
      if (app.user) open({ focus: false });
      else draw();
    }),
    select(t('theme'), themes.map((name) => [name, t(`theme.${name}`)]), chosenTheme(), useTheme));
}

function banner() {
  if (!trouble) return null;
  return h('p', { class: 'banner bad', role: 'alert', key: 'banner' },
    trouble.kind === 'offline' ? t('offline') : refusalWords(trouble));
}

function said() {
  return h('div', { role: 'status', class: 'notices', key: 'notices' }, notice
    ? h('div', { class: `banner ${notice.level}` }, h('span', {}, notice.content),
      button(t('close'), () => { notice = null; draw(); }, { kind: 'bare' }))
    : null);
}

function side() {
  return h('header', { class: 'side' },
    h('div', { class: 'head' }, h('a', { class: 'brand', href: '#/overview' }, 'Edgeward'),
      h('button', { type: 'button', class: 'menu', 'aria-expanded': String(menuOpen), 'aria-controls': 'pages',
        on: { click: () => { menuOpen = !menuOpen; draw(); } } }, t('menu'))),
    h('div', { id: 'pages', class: menuOpen ? 'drawer open' : 'drawer' }, navigation(), preferences(),
      h('div', { class: 'who' }, h('span', {}, h('span', { class: 'unseen' }, `${t('signed_in_as')} `), app.user.user),
        button(t('sign_out'), signOut))));
}

function frame() {
  return [
    h('a', { class: 'skip', href: '#content', on: { click: (event) => {
      event.preventDefault();
      document.querySelector('h1')?.focus();
    } } }, t('skip')),
    side(),
    h('main', { id: 'content' }, h('h1', { tabindex: -1 }, page.title), banner(), said(),
      h('div', { class: 'page', key: `page-${page.name}` }, page.render())),
  ];
}

// Dialogs stand beside it, so that renewing the page leaves them alone.
const root = h('div', { id: 'app' });

function draw() {
  document.documentElement.lang = language();
  root.className = app.user ? 'inside' : 'outside';
  if (!app.user) renew(root, [signIn(app, preferences())]);
  else if (page) renew(root, frame());
}

async function signOut() {
  try {
    await remove('/v1/session');
  } catch {
    // Gone already, or unreachable; either way nothing of the session stays here.
  }
  signedOut();
}

function signedOut() {
  app.live?.stop();
  page?.close?.();
  app.user = app.live = page = notice = trouble = null;
  app.data = {};
  useToken('');
  beginSignIn({});
  document.title = 'Edgeward';
  document.querySelectorAll('dialog').forEach((dialog) => dialog.remove());
  draw();
}

// With a whole session the pages, else the way to one.
async function begin() {
  const found = await get('/v1/session').catch((refusal) => refusal);
  useToken(found.csrf);
  if (!found.actions) {
    beginSignIn(found);
    draw();
    return;
  }
  app.user = found;
  app.live = new Live({ may: app.may, ward: app.user.ward, changed: (refusal) => {
    if (refusal?.kind === 'signed_out') return signedOut();
    trouble = refusal;
    app.data = app.live.data;
    return draw();
  } });
  await open();
}

app.begin = begin;
whenSecondFactorIsWanted(() => proveAgain(app));
document.documentElement.dataset.theme = chosenTheme();
document.body.append(root);
window.addEventListener('hashchange', () => open());
begin();
