// What is wrong first; then what comes in, and what goes out.

import { h } from './dom.js';
import { findings, sinceWords } from './findings.js';
import { ago, number, octets, reserve, secondsSince, span, time } from './format.js';
import { rates, spark } from './spark.js';
import { mark, quiet, section, state, table, word } from './ui.js';
import { many, t } from './words.js';

export const name = 'overview';
export const actions = ['read-status'];
export const needs = ['destinations', 'devices', 'books', 'traffic', 'backups'];

const address = (names) => `#/${names.map(encodeURIComponent).join('/')}`;

function finding(one) {
  const what = one.link ? h('a', { href: address(one.link) }, one.what) : one.what;
  return h('li', { class: one.level, key: `${one.what}${one.detail ?? ''}` }, mark(one.level),
    h('div', {}, h('p', { class: 'what' }, h('span', { class: 'unseen' }, `${t(`level.${one.level}`)}: `), what,
      one.since ? h('span', { class: 'since' }, ' ', time(one.since, sinceWords)) : null),
    one.detail ? h('p', { class: 'quiet' }, one.detail) : null,
    h('p', {}, one.todo)));
}

function verdict(found) {
  const level = found[0]?.level ?? 'good';
  const counts = ['bad', 'warn'].map((each) => [each, found.filter((one) => one.level === each).length]).filter(([, count]) => count > 0);
  const words = counts.length > 0 ? counts.map(([each, count]) => many(`verdict.${each}`, count)).join(', ') : t(`verdict.${level}`);
  return h('section', { class: `verdict ${level}`, 'aria-labelledby': 'verdict', key: 'verdict' },
    h('h2', { id: 'verdict' }, mark(level), words),
    found.length > 0 ? h('ul', { class: 'findings' }, found.map(finding)) : null);
}

function sum(traffic) {
  const all = Object.values(traffic?.received ?? {});
  return (traffic?.seconds ?? []).map((_, i) => all.reduce((total, one) => total + (one[i] ?? 0), 0));
}

function figures({ status, traffic, destinations, alarms }) {
  const rate = rates(traffic, sum(traffic));
  const known = destinations?.destinations ?? [];
  const waiting = known.reduce((total, one) => total + (one.pending ?? 0), 0);
  const oldest = known.map((one) => one.oldest_pending).filter(Boolean).sort()[0];
  const left = status?.disk.seconds_left;
  const figure = (term, value, more) => h('div', { key: term }, h('dt', {}, term), h('dd', {}, h('strong', {}, value), h('span', { class: 'quiet' }, more)));
  const active = alarms ? Object.values(alarms.active).reduce((a, b) => a + b) : 0;
  return h('dl', { class: 'figures', key: 'figures' },
    figure(t('figure.incoming'), rate ? number(rate.now) : '–', t('figure.per_minute')),
    destinations ? figure(t('figure.waiting'), number(waiting), oldest ? t('figure.oldest', { span: span(secondsSince(oldest)) }) : t('figure.nothing_waits')) : null,
    alarms?.enabled ? figure(t('figure.alarms'), number(active), t('figure.acknowledged', { n: number(alarms.acknowledged) })) : null,
    status ? figure(t('figure.buffer'), left === null ? t('figure.not_known') : reserve(left),
      t('figure.room', { room: octets(status.disk.room - status.disk.stops_below) })) : null);
}

export function destinationState(one) {
  if (!one.active) return state('plain', t('destination.removed'));
  if (one.mode !== 'running') return state('warn', word('mode', one.mode));
  if (one.answering === false) return state(one.pending > 0 ? 'bad' : 'warn', t('destination.silent'));
  return state('plain', t('destination.answering'));
}

export function destinationTable({ destinations, traffic, status }) {
  const level = new Map((status?.destinations ?? []).map((one) => [one.name, one.identity_level]));
  return table({
    caption: t('page.destinations'), rows: destinations.destinations, key: (one) => one.name, shape: 'destinations', empty: t('no_destinations'),
    columns: [
      { label: t('column.destination'), head: true, cell: (one) => [h('a', { href: address(['destinations', one.name]) }, one.name),
        h('span', { class: 'sub' }, [one.kind?.toUpperCase(), level.has(one.name) ? word('identity', level.get(one.name)) : null].filter(Boolean).join(', '))] },
      { label: t('column.state'), cell: destinationState },
      { label: t('column.waiting'), number: true, cell: (one) => number(one.pending ?? 0) },
      { label: t('column.oldest'), number: true, cell: (one) => (one.oldest_pending ? time(one.oldest_pending, (text) => span(secondsSince(text))) : '–') },
      { label: t('column.dead'), number: true, cell: (one) => (one.dead_lettered > 0 ? state('warn', number(one.dead_lettered)) : '0') },
      { label: t('column.rate'), number: true, cell: (one) => {
        const rate = rates(traffic, traffic?.destinations?.[one.name]?.delivered);
        return rate ? h('span', { class: 'rate' }, spark(rate.each), h('span', {}, number(rate.now))) : '–';
      } },
    ],
  });
}

const recent = 120;  // seconds

export function deviceState(one) {
  if (one.conditions.length > 0) {
    const lost = one.conditions.some((condition) => condition === 'silent' || condition === 'stale');
    return state(lost ? 'warn' : 'note', one.conditions.map((condition) => t(`condition.${condition}`)).join(', '));
  }
  if (!one.received) return state('plain', t('device.never'));
  return state('plain', secondsSince(one.received) < recent ? t('device.fine') : t('device.quiet'));
}

export const spot = (one) => [one.room ? t('room', { room: one.room }) : '', one.bed ? t('bed', { bed: one.bed }) : ''].filter(Boolean).join(', ');

export function deviceTable(caption, devices, traffic) {
  return table({
    caption, rows: devices, key: (one) => one.device, shape: 'devices',
    columns: [
      { label: t('column.device'), head: true, cell: (one) => h('a', { href: address(['devices', one.device]) }, one.device) },
      { label: t('column.place'), cell: (one) => spot(one) || '–' },
      { label: t('column.state'), cell: deviceState },
      { label: t('column.seen'), number: true, cell: (one) => (one.received ? ago(one.received) : '–') },
      { label: t('column.rate'), number: true, cell: (one) => {
        const rate = rates(traffic, traffic?.received?.[one.device]);
        return rate ? h('span', { class: 'rate' }, spark(rate.each), h('span', {}, number(rate.now, rate.now < 10 ? 1 : 0))) : '–';
      } },
    ],
  });
}

export function byWard(devices) {
  const wards = new Map();
  for (const one of devices) wards.set(one.ward ?? '', [...(wards.get(one.ward ?? '') ?? []), one]);
  return [...wards].sort(([a], [b]) => (a === '') - (b === '') || a.localeCompare(b));
}

export function open(app) {
  return { title: t('page.overview'), render() {
    const { data } = app;
    if (!data.status) return [quiet(t('loading'))];
    const made = [verdict(findings(data)), figures(data)];
    if (data.destinations) made.push(section(t('page.destinations'), destinationTable(data)));
    for (const [ward, devices] of byWard(data.devices?.devices ?? [])) {
      made.push(section(ward || t('no_ward'), deviceTable(ward || t('no_ward'), devices, data.traffic)));
    }
    return made;
  } };
}
