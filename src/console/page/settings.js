// What the gateway runs with, what proves it, and its backups.

import { get, post } from './api.js';
import { h } from './dom.js';
import { number, octets, span, time } from './format.js';
import { ask, button, facts, quiet, section, state, table, word } from './ui.js';
import { many, t } from './words.js';

export const name = 'settings';
export const actions = ['read-configuration', 'read-backups'];
export const needs = ['backups'];

const day = 86400;
const soon = 30;  // days a certificate may have left before it is said

function certificate(one) {
  const days = Math.floor(one.seconds_left / day);
  const words = days < 0 ? t('settings.expired') : many('days', days);
  return h('li', { key: one.credential }, `${one.credential}: `, days < soon ? state(days < 0 ? 'bad' : 'warn', words) : words);
}

// "/etc/edgeward/edgeward.toml:25:1" without the folder.
const where = (from) => (from ? from.split('/').at(-1).replace(/:\d+$/, '') : t('settings.default'));

// Settings by the table they are of: "mqtt.tls.ca" of mqtt, "device[3].id" of device.
function byTable(settings) {
  const tables = new Map();
  for (const one of settings) {
    const name = one.setting.split(/[.[]/)[0];
    tables.set(name, [...(tables.get(name) ?? []), one]);
  }
  return tables;
}

const listed = (caption, rows) => table({ caption, rows, key: (one) => one.setting, empty: t('settings.no_match'), shape: 'settings', columns: [
  { label: t('settings.setting'), head: true, cell: (one) => h('span', { class: 'code' }, one.setting) },
  { label: t('settings.value'), wide: true, cell: (one) => h('span', { class: 'code' }, one.value === '(not shown)' ? t('settings.secret') : one.value) },
  { label: t('settings.from'), cell: (one) => where(one.from) }] });

export function open(app) {
  let configuration = null;
  let evidence = null;
  let filter = '';

  const load = () => app.act(async () => {
    if (app.may('read-configuration')) configuration = await get('/v1/configuration');
    if (app.may('read-status')) evidence = await get('/v1/evidence');
    app.draw();
  });
  async function reload() {
    const values = await ask({ title: t('settings.reload'), label: t('settings.reload'), text: [h('p', {}, t('settings.reload_text'))] });
    if (values && await app.act(() => post('/v1/reload'), t('settings.reloaded'))) await load();
  }
  const backUp = () => app.act(() => post('/v1/backups'), (made) => t('backup.made', { name: made.name, size: octets(made.data_octets + made.persons_octets) }));
  const verify = () => app.act(() => post('/v1/backups/verify'), (proof) => t('backup.verified', { name: proof.name, n: number(proof.records) }));

  function proofs() {
    if (!evidence) return quiet(t('loading'));
    return facts([
      [t('settings.version'), app.data.status?.version],
      [t('settings.encryption'), evidence.encryption.holds ? state('plain', t('settings.proven')) : state('bad', evidence.encryption.reason)],
      [t('settings.policies'), [t('settings.policy_count', { n: number(evidence.policies.count) }), h('span', { class: 'sub code' }, `SHA-256 ${evidence.policies.sha256}`)]],
      [t('settings.certificates'), h('ul', { class: 'bare' }, evidence.certificates.map(certificate))]]);
  }
  function backups() {
    const kept = app.data.backups;
    if (!kept) return quiet(t('loading'));
    return [facts([
      [t('backup.schedule'), word('schedule', kept.schedule)],
      [t('backup.last'), kept.last_made ? [time(kept.last_made), h('span', { class: 'sub' }, kept.last_name)] : t('never')],
      [t('backup.proven'), kept.last_verified ? time(kept.last_verified) : t('never')],
      [t('backup.next'), kept.next_due ? time(kept.next_due) : '–'],
      [t('backup.kept'), t('backup.kept_words', { data: span(kept.data.hours * 3600), persons: span(kept.persons.hours * 3600) })],
      [t('backup.recovery'), kept.recovery_key ? t('yes') : t('no')],
      kept.trouble ? [t('backup.trouble'), state('warn', kept.trouble)] : null]),
    h('div', { class: 'buttons' }, app.may('create-backup') ? button(t('backup.now'), backUp) : null,
      app.may('verify-backup') && kept.last_made ? button(t('backup.verify'), verify) : null)];
  }
  function inForce() {
    if (!configuration) return quiet(t('loading'));
    const rows = configuration.settings.filter((one) => `${one.setting} ${one.value}`.toLowerCase().includes(filter));
    return [h('div', { class: 'tools' }, h('label', {}, h('span', {}, t('settings.filter')),
      h('input', { type: 'search', autocomplete: 'off', on: { input: (event) => { filter = event.target.value.toLowerCase(); app.draw(); } } })),
    app.may('reload-configuration') ? button(t('settings.reload'), reload) : null),
    filter !== '' || rows.length === 0 ? listed(t('settings.in_force'), rows) : [...byTable(rows)].map(([name, some]) =>
      h('details', { key: `table-${name}` }, h('summary', {}, h('span', { class: 'code' }, name), h('span', { class: 'quiet' }, ` ${number(some.length)}`)), listed(name, some)))];
  }
  function mappings() {
    return table({ caption: t('settings.mappings'), rows: configuration?.mappings ?? [], key: (one) => one.file, columns: [
      { label: t('settings.file'), head: true, cell: (one) => h('span', { class: 'code' }, one.file.split('/').at(-1)) },
      { label: 'SHA-256', wide: true, cell: (one) => h('span', { class: 'code' }, one.sha256) }] });
  }

  load();
  return { title: t('page.settings'), render: () => [
    app.may('read-status') ? section(t('settings.evidence'), proofs()) : null,
    app.may('read-backups') ? section(t('backup.title'), backups()) : null,
    app.may('read-configuration') ? section(t('settings.in_force'), inForce()) : null,
    app.may('read-configuration') ? section(t('settings.mappings'), mappings()) : null] };
}
