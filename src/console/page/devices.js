// Wards and their devices; of one device how it is, where it stands and whose it is.

import { get, path, post } from './api.js';
import { h } from './dom.js';
import { ago, number, time } from './format.js';
import { byWard, deviceState, deviceTable, spot } from './overview.js';
import { authorities, patientFields, patientOf } from './patient.js';
import { rates, spark } from './spark.js';
import { ask, button, facts, quiet, section, table } from './ui.js';
import { t } from './words.js';

export const name = 'devices';
export const actions = ['read-devices'];
export const needs = ['devices', 'traffic', 'books'];

const fromField = (label) => ({ name: 'from', label, kind: 'datetime-local', required: true });
const rfc3339 = (local) => new Date(local).toISOString();

function all(app) {
  return { title: t('page.devices'), render() {
    const devices = app.data.devices?.devices;
    if (!devices) return [quiet(t('loading'))];
    const troubled = devices.filter((one) => one.conditions.length > 0).length;
    return [quiet(t('devices.count', { n: number(devices.length), troubled: number(troubled) })),
      ...byWard(devices).map(([ward, members]) => section(ward || t('no_ward'), deviceTable(ward || t('no_ward'), members, app.data.traffic))),
      devices.length === 0 ? quiet(t('devices.none')) : null];
  } };
}

function watched(one, app) {
  const rate = rates(app.data.traffic, app.data.traffic?.received?.[one.device]);
  const book = app.data.books?.devices[one.device];
  return [h('p', { class: 'lead' }, deviceState(one)),
    one.conditions.length > 0 ? h('ul', {}, one.conditions.map((condition) => h('li', {}, t(`todo.condition.${condition}`)))) : null,
    facts([
      [t('column.place'), [one.ward, spot(one)].filter(Boolean).join(', ') || '–'],
      [t('device.mapping'), one.mapping ?? '–'],
      [t('device.proof'), t(`device.proof.${one.proof}`)],
      [t('column.seen'), one.received ? ago(one.received) : t('device.never')],
      [t('column.rate'), rate ? [t('per_minute', { n: number(rate.now, 1) }), ' ', spark(rate.each)] : '–'],
      [t('device.usual'), one.learned_rate === null ? t('device.not_learned') : number(one.learned_rate, 1)],
      [t('device.sequence'), t('device.sequence_words', { missing: number(one.missing), duplicates: number(one.duplicates), late: number(one.out_of_order) })],
      [t('device.clock'), one.clock_offset_ms === null ? '–' : t('device.clock_words', { n: number(one.clock_offset_ms / 1000, 1) })],
      book ? [t('device.messages'), t('device.messages_words', { received: number(book.received), stored: number(book.stored), held: number(book.quarantined), refused: number(book.refused) })] : null,
      [t('device.restarts'), number(one.restarts)]])];
}

function one(app, device) {
  let placements = null;
  let associations = null;
  const loadPlacements = async () => { placements = (await get(path`/v1/placements/${device}`)).placements; app.draw(); };
  const loadAssociations = async () => { associations = (await get(path`/v1/associations/${device}`)).associations; app.draw(); };
  if (app.may('list-placements')) app.act(loadPlacements);

  // Both lists change the same way: begin, end, list again.
  async function change(kind, load, title, list, bodyOf) {
    const values = await ask({ title, list, label: t('save') });
    if (values && await app.act(() => post(kind, bodyOf(values)), t('saved'))) await app.act(load, t('saved'));
  }
  const place = () => change('/v1/placements', loadPlacements, t('device.place_title', { device }),
    [{ name: 'bed', label: t('device.bed'), hint: t('device.bed_hint'), required: true }, fromField(t('from'))],
    ({ bed, from }) => ({ device, bed, from: rfc3339(from) }));
  const associate = async () => change('/v1/associations', loadAssociations, t('device.associate_title', { device }),
    [...patientFields(await authorities(app)), fromField(t('from'))],
    (values) => ({ device, patient: patientOf(values), from: rfc3339(values.from) }));
  const end = (kind, load) => change(`${kind}/end`, load, t('device.end_title', { device }),
    [{ ...fromField(t('until')), name: 'until' }], ({ until }) => ({ device, until: rfc3339(until) }));

  const times = [{ label: t('from'), cell: (row) => time(row.from) }, { label: t('until'), cell: (row) => (row.until ? time(row.until) : t('still')) }];
  const tools = (kind, load, begin, allowed) => (allowed ? h('div', { class: 'buttons' }, button(t('device.begin'), begin), button(t('device.end'), () => end(kind, load))) : null);

  return { title: device, render() {
    const back = h('p', { class: 'back' }, h('a', { href: '#/devices' }, t('back_to', { page: t('page.devices') })));
    if (!app.data.devices) return [back, quiet(t('loading'))];
    const known = app.data.devices.devices.find((each) => each.device === device);
    if (!known) return [back, quiet(t('no_such_device'))];
    const made = [back, section(t('device.now'), watched(known, app))];
    if (app.may('list-placements')) {
      made.push(section(t('device.placements'), placements ? table({ caption: t('device.placements'), rows: placements, key: (row) => row.placement,
        empty: t('device.no_placements'), columns: [{ label: t('device.bed'), head: true, cell: (row) => row.bed }, ...times] }) : quiet(t('loading')),
      tools('/v1/placements', loadPlacements, place, app.may('place-device'))));
    }
    if (app.may('list-associations')) {
      made.push(section(t('device.associations'), quiet(t('device.associations_text')), associations ? table({ caption: t('device.associations'), rows: associations,
        key: (row) => row.association, empty: t('device.no_associations'),
        columns: [{ label: t('patient.identifier'), head: true, cell: (row) => `${row.patient.value} (${row.patient.authority})` }, ...times] })
        : h('div', { class: 'buttons' }, button(t('device.show_associations'), () => app.act(loadAssociations))),
      tools('/v1/associations', loadAssociations, associate, app.may('associate-device'))));
    }
    return made;
  } };
}

export const open = (app, [device]) => (device ? one(app, device) : all(app));
