// The log: how far it is, how far it is signed, its newest records, and the whole of it to verify elsewhere.

import { get, post } from './api.js';
import { h, save } from './dom.js';
import { number, time } from './format.js';
import { button, facts, quiet, section, state, table } from './ui.js';
import { t } from './words.js';

export const name = 'audit';
export const actions = ['export-audit', 'read-audit-key'];
export const needs = ['books'];

const page = 20_000;
const shown = 100;

// A record's line of the export format: tab-separated, see docs/audit-format.md.
function recordOf(line) {
  const [, sequence, when, actor, action, outcome, count, , object, rule, , octets, digest] = line.split('\t');
  return { sequence, when, actor, action, outcome, count, object, rule, octets, digest };
}

const octetsOf = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const hexOf = (octets) => [...octets].map((octet) => octet.toString(16).padStart(2, '0')).join('');

// Whether each record's digest is that of docs/audit-format.md over the one before it.
async function linked(records) {
  for (let i = 1; i < records.length; i += 1) {
    const sequence = new Uint8Array(8);
    new DataView(sequence.buffer).setBigUint64(0, BigInt(records[i].sequence));
    const input = [octetsOf(records[i - 1].digest), sequence, octetsOf(records[i].octets)];
    const digest = await crypto.subtle.digest('SHA-256', await new Blob(input).arrayBuffer());
    if (hexOf(new Uint8Array(digest)) !== records[i].digest) return false;
  }
  return true;
}

export function open(app) {
  let newest = null;
  let records = null;
  let sound = false;
  let progress = null;

  const announce = async () => { newest = await post('/v1/audit/export'); };
  const look = () => app.act(async () => {
    await announce();
    const first = Math.max(1, newest.newest - shown + 1);
    const { text } = await get(`/v1/audit/export?first=${first}&most=${shown}`);
    records = text.split('\n').filter((line) => line.startsWith('record\t')).map(recordOf);
    sound = await linked(records);
    records.reverse();
    app.draw();
  });

  // Pages joined as the command line joins them: the first header, the last end line.
  const exported = () => app.act(async () => {
    await announce();
    const lines = [];
    let end = '';
    for (let first = 1; first <= newest.newest;) {
      const { text, last } = await get(`/v1/audit/export?first=${first}&most=${page}`);
      if (last === 0) break;
      const all = text.split('\n').filter(Boolean);
      lines.push(...all.slice(first === 1 ? 0 : 1, -1));
      end = all.at(-1);
      first = last + 1;
      progress = last / newest.newest;
      app.draw();
    }
    save('edgeward-audit.txt', 'text/plain', `${[...lines, end].join('\n')}\n`);
    progress = null;
  }, () => t('audit.exported', { n: number(newest.newest) }));

  const key = () => app.act(async () => save('edgeward-audit-key.pem', 'application/x-pem-file', (await get('/v1/audit/key')).public_key));

  function chain() {
    const known = app.data.status?.audit;
    if (!known) return quiet(t('loading'));
    const behind = known.sequence - known.checkpoint;
    const kept = app.data.books;
    return facts([
      [t('audit.sequence'), number(known.sequence)],
      [t('audit.checkpoint'), [number(known.checkpoint), ' ', h('span', { class: 'quiet' }, behind === 0 ? t('audit.all_signed') : t('audit.behind', { n: number(behind) }))]],
      kept ? [t('audit.books'), kept.balanced ? state('plain', t('audit.books_agree', { n: number(kept.as_of) })) : state('bad', t('audit.books_differ'))] : null,
      newest ? [t('audit.origin'), newest.origin] : null]);
  }

  return { title: t('page.audit'), render: () => [
    section(t('audit.chain'), chain(), quiet(t('audit.verify_text')),
      h('pre', { tabindex: 0 }, 'edgeward audit verify edgeward-audit.txt --key edgeward-audit-key.pem'),
      h('div', { class: 'buttons' },
        app.may('export-audit') ? button(t('audit.export'), exported, { kind: 'main' }) : null,
        app.may('read-audit-key') ? button(t('audit.key'), key) : null,
        progress === null ? null : h('progress', { value: progress, max: 1, 'aria-label': t('audit.export') }))),
    app.may('export-audit') ? section(t('audit.newest'), quiet(t('audit.look_text')), h('div', { class: 'buttons' }, button(records ? t('renew') : t('audit.look'), look)),
      records ? h('p', {}, sound ? state('plain', t('audit.linked', { n: number(records.length) })) : state('bad', t('audit.not_linked'))) : null,
      records ? table({ caption: t('audit.newest'), rows: records, key: (one) => one.sequence, columns: [
        { label: t('audit.number'), number: true, head: true, cell: (one) => one.sequence },
        { label: t('column.time'), cell: (one) => time(one.when) },
        { label: t('audit.actor'), cell: (one) => one.actor },
        { label: t('audit.action'), cell: (one) => [one.action, one.outcome === 'success' ? null : h('span', { class: 'sub' }, state('warn', one.outcome))] },
        { label: t('audit.object'), wide: true, cell: (one) => [one.object, one.rule && one.rule !== '-' ? h('span', { class: 'sub' }, one.rule) : null] },
      ] }) : null) : null] };
}
