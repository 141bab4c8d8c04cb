// Alarms, as additional information: the page says so as long as it shows one.

import { get, path, post } from './api.js';
import { h } from './dom.js';
import { number, time, ago } from './format.js';
import { spot } from './overview.js';
import { ask, button, quiet, state, table } from './ui.js';
import { language, t } from './words.js';

export const name = 'alarms';
export const actions = ['list-alarms'];
export const needs = [];

const levels = { high: 'bad', medium: 'warn', low: 'note' };
const silences = [[300, '5 min'], [900, '15 min'], [1800, '30 min'], [3600, '1 h']];

export function open(app) {
  let list = null;
  let counts = '';
  let off = false;

  async function load() {
    try {
      const ward = app.user.ward ? `&ward=${encodeURIComponent(app.user.ward)}` : '';
      list = (await get(`/v1/alarms?language=${language()}${ward}`)).alarms;
    } catch (refusal) {
      if (refusal.kind !== 'invalid_input') throw refusal;
      off = true;
    }
    app.draw();
  }
  // Every look at the list is recorded: it is taken again when the counts have changed, which are not.
  function follow() {
    const now = JSON.stringify(app.data.alarms ?? null);
    if (now === counts || !app.data.alarms) return;
    counts = now;
    off = !app.data.alarms.enabled;
    if (!off) app.act(load);
  }
  async function acknowledge(one) {
    const done = await app.act(() => post(path`/v1/alarms/${one.alarm}/acknowledge`), t('alarms.acknowledged', { text: one.text }));
    if (done) await app.act(load, t('alarms.acknowledged', { text: one.text }));
  }
  async function silence(one) {
    const values = await ask({ title: t('alarms.silence_title'), label: t('alarms.silence'), text: [h('p', {}, t('alarms.silence_text'))],
      list: [{ name: 'seconds', label: t('alarms.how_long'), kind: 'select', value: 900, options: silences }] });
    if (!values) return;
    const said = t('alarms.silenced', { text: one.text });
    const done = await app.act(() => post(path`/v1/alarms/${one.alarm}/silence`, { seconds: Number(values.seconds) }), said);
    if (done) await app.act(load, said);
  }
  const place = (one) => [one.ward, spot(one)].filter(Boolean).join(', ');
  const mayHandle = app.may('acknowledge-alarm');
  // Who is at the bed may see alarms and nothing else: without the counts, the list is renewed by hand.
  const followed = app.may('read-status');
  if (!followed) app.act(load);

  return { title: t('page.alarms'), render() {
    follow();
    const note = h('p', { class: 'banner plain', key: 'note' }, t('alarms.not_primary'));
    if (off) return [note, quiet(t('alarms.off'))];
    if (!list) return [note, quiet(t('loading'))];
    return [note, followed ? null : h('div', { class: 'buttons' }, button(t('renew'), () => app.act(load))), table({
      caption: t('page.alarms'), rows: list, key: (one) => one.alarm, empty: t('alarms.none'),
      columns: [
        { label: t('column.alarm'), head: true, wide: true, cell: (one) => [
          one.state === 'active' ? state(levels[one.priority] ?? 'note', one.text) : state('plain', one.text),
          h('span', { class: 'sub' }, one.values.map((value) => `${value.parameter} ${value.value} ${value.unit}`).join(', '))] },
        { label: t('column.priority'), cell: (one) => t(`priority.${one.priority}`) },
        { label: t('column.place'), cell: (one) => [place(one), h('span', { class: 'sub' }, one.device)] },
        { label: t('column.begun'), cell: (one) => ago(one.onset) },
        { label: t('column.state'), cell: (one) => (one.state === 'acknowledged'
          ? [t('alarms.in_hand'), h('span', { class: 'sub' }, one.by)]
          : [t('alarms.stage', { n: number(one.stage) }), one.silent_until ? h('span', { class: 'sub' }, t('alarms.silent_until'), ' ', time(one.silent_until)) : null]) },
        { label: t('column.actions'), hidden: true, actions: true, cell: (one) => (mayHandle && one.state === 'active' ? [
          button(t('alarms.acknowledge'), () => acknowledge(one), { kind: 'main', about: `${one.text}, ${place(one)}` }),
          button(t('alarms.silence'), () => silence(one), { about: `${one.text}, ${place(one)}` })] : null) },
      ],
    })];
  } };
}
