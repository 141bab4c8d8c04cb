// Devices that ask to enrol: who it says it is, and a person's yes or no.

import { get, path, post } from './api.js';
import { h } from './dom.js';
import { time } from './format.js';
import { ask, button, facts, quiet, state, table, word } from './ui.js';
import { t } from './words.js';

export const name = 'enrolment';
export const actions = ['approve-device', 'reject-device'];
export const needs = [];

const levels = { waiting: 'note', approved: 'plain', rejected: 'warn' };
// The key's digest as it is read out: two people compare it in pieces.
const inPieces = (digest) => digest.match(/.{1,8}/g).join(' ');

// "approval": nothing but its name; "manufacturer NAME": the certificate it was made with.
const shown = ({ origin }) => (origin === 'approval' ? t('enrolment.by_nothing') : origin.replace(/^manufacturer /, `${t('enrolment.by_manufacturer')} `));

export function open(app) {
  let list = null;
  let off = false;
  const load = async () => {
    try {
      list = (await get('/v1/device-requests')).requests;
    } catch (refusal) {
      if (refusal.status !== 409) throw refusal;
      off = true;
    }
    app.draw();
  };
  const who = (one) => facts([[t('enrolment.name'), one.device], [t('enrolment.class'), one.class || '–'],
    [t('enrolment.serial'), one.serial || '–'], [t('enrolment.origin'), shown(one)], [t('enrolment.key'), h('code', {}, inPieces(one.key))], [t('enrolment.first'), time(one.first)]]);
  async function change(work, done) {
    if (await app.act(work)) await app.act(load, done);
  }
  async function approve(one) {
    const place = ['ward', 'room', 'bed'].map((field) => ({ name: field, label: t(`enrolment.${field}`), maxlength: 128 }));
    const values = await ask({ title: t('enrolment.approve_title', { device: one.device }), label: t('enrolment.approve'),
      text: [h('p', {}, t(one.known ? 'enrolment.known_text' : 'enrolment.approve_text')), who(one)],
      list: [{ name: 'class', label: t('enrolment.class'), value: one.class, required: true, maxlength: 128 }, ...place,
        ...(one.known ? [{ name: 'again', label: t('enrolment.again'), kind: 'check', required: true }] : [])] });
    if (values) await change(() => post(path`/v1/device-requests/${one.request}/approve`, values), t('enrolment.approved'));
  }
  async function reject(one) {
    const values = await ask({ title: t('enrolment.reject_title', { device: one.device }), label: t('enrolment.reject'),
      text: [h('p', {}, t('enrolment.reject_text')), who(one)] });
    if (values) await change(() => post(path`/v1/device-requests/${one.request}/reject`), t('enrolment.rejected'));
  }
  const tools = (one) => (one.state === 'waiting' ? [
    app.may('approve-device') ? button(t('enrolment.approve_ask'), () => approve(one), { about: one.device }) : null,
    app.may('reject-device') ? button(t('enrolment.reject_ask'), () => reject(one), { about: one.device }) : null] : null);

  app.act(load);
  return { title: t('page.enrolment'), render() {
    const intro = quiet(t('enrolment.intro'));
    if (off) return [intro, quiet(t('enrolment.off'))];
    if (!list) return [intro, quiet(t('loading'))];
    return [intro, h('div', { class: 'tools' }, button(t('renew'), () => app.act(load))), table({ caption: t('page.enrolment'), rows: list,
      key: (one) => one.request, empty: t('enrolment.none'), columns: [
        { label: t('column.device'), head: true, cell: (one) => [one.device, h('span', { class: 'sub' }, [one.class, one.serial].filter(Boolean).join(', '))] },
        { label: t('column.state'), cell: (one) => state(levels[one.state] ?? 'plain', word('enrolment_state', one.state)) },
        { label: t('enrolment.origin'), wide: true, cell: (one) => [shown(one), one.known ? h('span', { class: 'sub' }, t('enrolment.known')) : null] },
        { label: t('enrolment.last'), cell: (one) => time(one.last) },
        { label: t('column.actions'), hidden: true, actions: true, cell: tools }] })];
  } };
}
