// Messages that are held: why, and how they go on.

import { get, path, post } from './api.js';
import { h } from './dom.js';
import { number, time } from './format.js';
import { patientFields, patientOf, authorities } from './patient.js';
import { ask, button, facts, quiet, show, table, word } from './ui.js';
import { t } from './words.js';

export const name = 'quarantine';
export const actions = ['list-quarantine'];
export const needs = ['books'];

const whose = ['no_association', 'ambiguous_association'];
const most = 500;

const text = (base64) => new TextDecoder().decode(Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)));

export function open(app) {
  let list = null;
  let reason = '';

  const load = async () => {
    list = (await get(`/v1/quarantine?most=${most}`)).quarantine;
    app.draw();
  };
  function outcome({ replayed }) {
    const stored = replayed.filter((one) => one.outcome === 'stored').length;
    const held = replayed.filter((one) => one.outcome === 'quarantined').length;
    return t('quarantine.replayed', { stored: number(stored), refused: number(replayed.length - stored - held), held: number(held) });
  }
  async function run(work) {
    let said = '';
    const done = await app.act(async () => { said = outcome(await work()); });
    if (done) await app.act(load, said);
  }
  async function replay(ids, title) {
    const values = await ask({ title, label: t('quarantine.replay'), text: [h('p', {}, t('quarantine.replay_text'))] });
    if (values) await run(() => post('/v1/quarantine/replay', { ids }));
  }
  async function assign(one) {
    const values = await ask({ title: t('quarantine.assign_title'), label: t('quarantine.assign'),
      text: [h('p', {}, t('quarantine.assign_text', { device: one.device }))], list: patientFields(await authorities(app)) });
    if (values) await run(() => post(path`/v1/quarantine/${one.id}/assign`, { patient: patientOf(values) }));
  }
  const look = (one) => app.act(async () => {
    const shown = await get(path`/v1/quarantine/${one.id}`);
    show({ title: t('quarantine.content_title', { id: one.id }), content: [
      facts([[t('column.device'), shown.device], [t('quarantine.topic'), shown.topic || '–']]),
      h('pre', { tabindex: 0 }, text(shown.payload_base64))] });
  });

  function tools(rows, reasons) {
    return h('div', { class: 'tools', key: 'tools' },
      h('label', {}, h('span', {}, t('column.reason')), h('select', { on: { change: (event) => { reason = event.target.value; app.draw(); } } },
        [['', t('quarantine.all_reasons')], ...reasons.map((one) => [one, word('quarantine', one)])].map(([value, label]) =>
          h('option', { value, selected: value === reason }, label)))),
      app.may('replay-quarantine') && rows.length > 0
        ? button(t('quarantine.replay_shown', { n: number(rows.length) }), () => replay(rows.map((one) => one.id), t('quarantine.replay_many', { n: number(rows.length) })))
        : null,
      button(t('renew'), () => app.act(load)));
  }

  app.act(load);
  return { title: t('page.quarantine'), render() {
    const intro = quiet(t('quarantine.intro'));
    if (!list) return [intro, quiet(t('loading'))];
    const rows = list.filter((one) => reason === '' || one.reason === reason);
    const reasons = [...new Set(list.map((one) => one.reason))].sort();
    const more = app.data.books?.inbound.quarantined > list.length && list.length === most;
    return [intro, tools(rows, reasons), more ? quiet(t('quarantine.more', { n: number(most) })) : null, table({
      caption: t('page.quarantine'), rows, key: (one) => one.id, empty: t('quarantine.none'),
      columns: [
        { label: t('column.device'), head: true, cell: (one) => one.device || t('quarantine.unknown_device') },
        { label: t('column.reason'), wide: true, cell: (one) => [word('quarantine', one.reason), h('span', { class: 'sub', lang: 'en' }, one.detail)] },
        { label: t('column.received'), cell: (one) => time(one.received) },
        { label: t('column.actions'), hidden: true, actions: true, cell: (one) => [
          whose.includes(one.reason) && app.may('assign-measurement')
            ? button(t('quarantine.assign'), () => assign(one), { about: `${one.device}, ${one.id}` }) : null,
          app.may('replay-quarantine') ? button(t('quarantine.replay'), () => replay([one.id], t('quarantine.replay_one', { device: one.device })), { about: `${one.device}, ${one.id}` }) : null,
          app.may('show-quarantine') ? button(t('quarantine.content'), () => look(one), { about: `${one.device}, ${one.id}` }) : null] },
      ],
    })];
  } };
}
