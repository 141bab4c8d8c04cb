// Where reports go: what is stuck where and why, what was refused for good, and who may hold it or let it go on.

import { get, path, post } from './api.js';
import { h } from './dom.js';
import { number, secondsSince, span, time } from './format.js';
import { destinationState, destinationTable } from './overview.js';
import { rates, spark } from './spark.js';
import { ask, button, facts, quiet, section, show, table, word } from './ui.js';
import { many, t } from './words.js';

export const name = 'destinations';
export const actions = ['read-destinations'];
export const needs = ['destinations', 'traffic'];

const reasons = ['maintenance', 'receiver_fault', 'network', 'misdelivery', 'decommissioning', 'other'];
const changes = { pause: 'destination_paused', drain: 'destination_draining', resume: 'destination_resumed' };

function all(app) {
  return { title: t('page.destinations'), render: () => (app.data.destinations
    ? [quiet(t('destinations.intro')), destinationTable(app.data)] : [quiet(t('loading'))]) };
}

async function steer(app, destination, verb) {
  const values = await ask({ title: t(`steer.${verb}.title`, { name: destination }), text: [h('p', {}, t(`steer.${verb}.text`))],
    list: [{ name: 'reason', label: t('reason'), kind: 'select', options: reasons.map((one) => [one, word('steer_reason', one)]) }],
    label: t(`steer.${verb}`) });
  if (values) await app.act(() => post(path`/v1/destinations/${destination}/${verb}`, values), t(`steer.${changes[verb]}`, { name: destination }));
}

function steering(app, one) {
  if (!one.active || !app.may('steer-destination')) return null;
  const verbs = one.mode === 'running' ? ['pause', 'drain'] : ['resume'];
  return h('div', { class: 'buttons' }, verbs.map((verb) =>
    button(t(`steer.${verb}`), () => steer(app, one.name, verb), { about: one.name })));
}

// Why reports wait, as far as the gateway can tell.
function why(one) {
  if (!one.active) return t('why.removed');
  if (one.mode === 'paused') return t('why.paused', { reason: word('steer_reason', one.reason), actor: one.actor });
  if (one.mode === 'draining') return t('why.draining', { reason: word('steer_reason', one.reason), actor: one.actor });
  if (one.answering === false) return [t('why.silent'), ' ', h('span', { class: 'quiet', lang: 'en' }, one.trouble)];
  if (one.parked > 0) return many('why.parked', one.parked);
  return one.pending > 0 ? t('why.working') : t('why.nothing');
}

function one(app, destination) {
  let letters = null;  // nothing: not asked for yet. Each look at the list is recorded, so it is not renewed by itself.
  const load = () => app.act(async () => {
    letters = (await get(path`/v1/dead-letters/${destination}` + '?most=200')).dead_letters;
    app.draw();
  });
  const retry = async (reports) => {
    const values = await ask({ title: t('dead.retry_title'), label: t('dead.retry'),
      text: [h('p', {}, reports ? many('dead.retry_text', reports.length) : t('dead.retry_all_text'))] });
    if (!values) return;
    const done = await app.act(() => post(path`/v1/dead-letters/${destination}/retry`, reports ? { reports } : {}),
      (answer) => many('dead.retried', answer.retried));
    if (done && app.may('list-dead-letters')) {
      letters = (await get(path`/v1/dead-letters/${destination}` + '?most=200')).dead_letters;
      app.draw();
    }
  };
  const words = (report) => app.act(async () => {
    const letter = await get(path`/v1/dead-letters/${destination}/${report}`);
    show({ title: t('dead.answer_title', { report }), content: [
      facts([[t('column.device'), letter.device], [t('column.reason'), word('dead', letter.reason)], [t('column.attempts'), number(letter.attempts)]]),
      letter.answer ? h('pre', { tabindex: 0 }, letter.answer) : quiet(t('dead.no_answer'))] });
  });

  function deadLetters(known) {
    if (!known.dead_lettered && !letters) return quiet(t('dead.none'));
    if (!app.may('list-dead-letters')) return quiet(many('dead.count', known.dead_lettered));
    const buttons = h('div', { class: 'buttons' },
      button(letters ? t('renew') : t('dead.list'), load),
      known.dead_lettered > 0 && app.may('retry-dead-letters') ? button(t('dead.retry_all'), () => retry(null)) : null);
    return [quiet(many('dead.count', known.dead_lettered)), buttons, letters ? table({
      caption: t('dead.title'), rows: letters, key: (letter) => letter.report, empty: t('dead.none'),
      columns: [
        { label: t('column.report'), head: true, cell: (letter) => String(letter.report) },
        { label: t('column.device'), cell: (letter) => letter.device },
        { label: t('column.reason'), wide: true, cell: (letter) => word('dead', letter.reason) },
        { label: t('column.attempts'), number: true, cell: (letter) => number(letter.attempts) },
        { label: t('column.settled'), cell: (letter) => time(letter.settled) },
        { label: t('column.actions'), hidden: true, actions: true, cell: (letter) => [
          app.may('show-dead-letter') ? button(t('dead.answer'), () => words(letter.report), { about: String(letter.report) }) : null,
          app.may('retry-dead-letters') ? button(t('dead.retry'), () => retry([letter.report]), { about: String(letter.report) }) : null] },
      ],
    }) : null];
  }

  return { title: destination, render() {
    const back = h('p', { class: 'back' }, h('a', { href: '#/destinations' }, t('back_to', { page: t('page.destinations') })));
    if (!app.data.destinations) return [back, quiet(t('loading'))];
    const known = app.data.destinations.destinations.find((each) => each.name === destination);
    if (!known) return [back, quiet(t('no_such_destination'))];
    const flow = app.data.traffic?.destinations?.[destination];
    const rate = rates(app.data.traffic, flow?.delivered);
    return [back,
      section(t('destination.now'), h('p', { class: 'lead' }, destinationState(known)), h('p', {}, why(known)), known.answering === false && known.mode === 'running' ? h('p', {}, t('todo.silent_destination')) : null, facts([
        [t('column.waiting'), [number(known.pending ?? 0), ' ', flow ? spark(flow.pending) : null]],
        [t('column.oldest'), known.oldest_pending ? time(known.oldest_pending, (text) => span(secondsSince(text))) : '–'],
        [t('column.parked'), number(known.parked ?? 0)],
        [t('column.delivered'), [number(known.delivered ?? 0), ' ', rate ? spark(rate.each) : null]],
        [t('column.mode'), word('mode', known.mode)],
        known.since ? [t('column.since'), time(known.since)] : null,
        known.kind ? [t('column.kind'), known.kind.toUpperCase()] : null]), steering(app, known)),
      section(t('dead.title'), deadLetters(known))];
  } };
}

export const open = (app, [destination]) => (destination ? one(app, destination) : all(app));
