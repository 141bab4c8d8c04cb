// The data protection desk: what is held of a person and who got it, consent, restriction, and erasure by two people.
// Whom it is about stays in memory and is forgotten when the page is left.

import { get, path, post } from './api.js';
import { h, save } from './dom.js';
import { date, number, time } from './format.js';
import { authorities, patientFields, patientOf } from './patient.js';
import { ask, button, facts, form, quiet, section, show, state, table, word } from './ui.js';
import { many, t } from './words.js';

export const name = 'persons';
export const actions = ['list-erasures', 'access-person', 'show-consent', 'list-restrictions', 'list-legal-holds', 'list-recipients',
  'rectify-person', 'resolve-pseudonym'];
export const needs = [];

const words = {
  access: ['art15_request', 'correction', 'authority_order', 'other'],
  erasure: ['consent_withdrawn', 'no_longer_needed', 'objection', 'unlawful', 'legal_duty', 'child_services'],
  rejection: ['not_entitled', 'wrong_person', 'legal_hold', 'withdrawn', 'other'],
  restriction: ['accuracy_contested', 'unlawful', 'legal_claims', 'objection'],
  hold: ['retention_duty', 'legal_claims', 'court_order', 'public_health', 'archiving', 'free_expression'],
  resolution: ['incidental_finding', 'data_subject', 'withdrawal', 'data_quality', 'safety', 'authority', 'other'],
  purpose: ['research', 'quality', 'maintenance'],
};
const select = (field, label, group, options) => ({ name: field, label, kind: 'select', options: options.map((one) => [one, word(group, one)]) });
const instant = (local) => (local ? new Date(local).toISOString() : undefined);
const day = (text) => (text ? time(text, date) : t('open_end'));

function recipients(list) {
  return table({ caption: t('person.recipients'), rows: list, key: (one) => one.destination, empty: t('person.no_recipients'), columns: [
    { label: t('column.destination'), head: true, cell: (one) => one.destination },
    { label: t('person.purposes'), cell: (one) => (one.purposes ?? []).map((each) => word('purpose', each)).join(', ') },
    { label: t('person.levels'), cell: (one) => (one.levels ?? []).map((each) => word('identity', each)).join(', ') },
    { label: t('person.reports'), number: true, cell: (one) => number(one.reports ?? one.disclosed ?? 0) },
    { label: t('person.first'), cell: (one) => (one.first ? time(one.first) : '–') },
    { label: t('person.last'), cell: (one) => (one.last ? time(one.last) : '–') }] });
}

function fileOf(answer) {
  const { person } = answer;
  const named = (one) => `${one.value} (${one.authority})`;
  return [
    section(t('person.identity'), facts([[t('person.name'), [person.given, person.family].filter(Boolean).join(' ') || '–'],
      [t('person.birth'), person.birth_date ? date(person.birth_date) : '–'], [t('person.sex'), person.sex ? word('sex', person.sex) : '–'],
      [t('person.identifiers'), person.identifiers.map(named).join(', ')], [t('person.visit'), person.visit_number || '–']])),
    section(t('person.stays'), table({ caption: t('person.stays'), rows: [...answer.stays.map((one) => ({ ...one, what: one.bed })),
      ...answer.devices.map((one) => ({ ...one, what: one.device }))], key: (one) => `${one.what}${one.from}`, empty: t('person.no_stays'), columns: [
      { label: t('person.where'), head: true, cell: (one) => one.what }, { label: t('from'), cell: (one) => time(one.from) },
      { label: t('until'), cell: (one) => (one.until ? time(one.until) : t('still')) }] })),
    section(t('person.recipients'), recipients(answer.recipients)),
    section(t('person.keeping'), facts([[t('person.measurements'), many('days', answer.keeping.measurements_days)],
      [t('dead.title'), many('days', answer.keeping.dead_letters_days)], [t('page.quarantine'), many('days', answer.keeping.quarantine_days)]]))];
}

function consentOf(answer) {
  if (!answer.known) return quiet(t('person.unknown'));
  return [facts(Object.entries(answer.purposes).map(([purpose, one]) => [word('purpose', purpose),
    [word('consent', one.state), one.until ? h('span', { class: 'quiet' }, ` ${t('until')} `, day(one.until)) : null]])),
  table({ caption: t('consent.entries'), rows: answer.entries, key: (one) => `${one.purpose}${one.recorded}${one.from}`, empty: t('consent.none'), columns: [
    { label: t('consent.purpose'), head: true, cell: (one) => word('purpose', one.purpose) },
    { label: t('consent.decision'), cell: (one) => word('decision', one.decision) },
    { label: t('from'), cell: (one) => day(one.from) }, { label: t('until'), cell: (one) => day(one.until) },
    { label: t('consent.recorded'), cell: (one) => (one.recorded ? time(one.recorded) : '–') }] })];
}

function previewOf(answer) {
  const list = Object.entries(answer.undelivered).filter(([, one]) => one.waiting + one.dead_lettered > 0);
  return [facts([[t('erasure.reports'), number(answer.reports)], [t('erasure.held'), number(answer.held_messages.length)],
    [t('erasure.holds'), answer.legal_holds > 0 ? state('warn', number(answer.legal_holds)) : '0'],
    ...Object.entries(answer.vault).filter(([, count]) => count > 0).map(([place, count]) => [word('vault', place), number(count)]),
    ...list.map(([destination, one]) => [t('erasure.undelivered', { name: destination }), number(one.waiting + one.dead_lettered)])]),
  answer.obstacle ? h('p', {}, state('warn', [t('erasure.obstacle'), ' ', h('span', { lang: 'en' }, answer.obstacle)])) : null,
  section(t('person.recipients'), recipients(answer.recipients))];
}

export function open(app) {
  let patient = null;
  let names = null;  // of the authorities, once they are known
  let result = null;  // what the last question about the person gave: nodes
  let erasures = null;

  const loadErasures = async () => { erasures = (await get('/v1/erasures')).erasures; app.draw(); };
  const about = (body = {}) => ({ patient, ...body });
  const put = (...content) => { result = content; app.draw(); };
  const wording = (text) => [h('p', {}, text)];

  async function question(title, list, label, text) {
    return ask({ title, list, label, text: text ? wording(text) : [] });
  }
  async function access() {
    const values = await question(t('person.access_title'), [select('reason', t('reason'), 'access_reason', words.access)], t('person.access'), t('person.access_text'));
    if (!values) return;
    await app.act(async () => {
      const answer = await post('/v1/persons/access', about(values));
      if (!answer.known) return put(quiet(t('person.unknown')));
      return put(h('div', { class: 'buttons' }, button(t('person.save'), () => whole(values, answer)),
        button(t('person.show_reports'), () => reports(values))), fileOf(answer));
    });
  }
  async function page(values, next) {
    return post('/v1/persons/access/reports', about(next ? { ...values, ...next } : values));
  }
  const whole = (values, answer) => app.act(async () => {
    const all = [];
    let next = null;
    do {
      const part = await page(values, next);
      all.push(...part.reports);
      next = part.next;
    } while (next);
    save('edgeward-access.json', 'application/json', JSON.stringify({ ...answer, reports: all }, null, 2));
  }, t('person.saved'));
  const reports = (values) => app.act(async () => {
    const part = await page(values, null);
    const rows = part.reports.flatMap((report) => report.observations.map((one) => ({ ...one, device: report.device })));
    show({ title: t('person.measurements'), content: [part.next ? quiet(t('person.first_page')) : null, table({ caption: t('person.measurements'), rows,
      key: (one) => `${one.device}${one.time}${one.name}`, empty: t('person.no_reports'), columns: [
        { label: t('column.time'), head: true, cell: (one) => time(one.time) }, { label: t('person.parameter'), cell: (one) => one.name },
        { label: t('settings.value'), number: true, cell: (one) => (typeof one.value === 'object' && one.value !== null ? Object.values(one.value).join(' ') : String(one.value ?? one.withheld ?? '–')) },
        { label: t('column.device'), cell: (one) => one.device }] })] });
  });

  const consent = () => app.act(async () => put(section(t('person.consent'), consentOf(await post('/v1/consents/show', about())),
    app.may('record-consent') ? h('div', { class: 'buttons' }, button(t('consent.record'), record)) : null)));
  async function record() {
    const values = await question(t('consent.record'), [select('purpose', t('consent.purpose'), 'purpose', words.purpose),
      select('decision', t('consent.decision'), 'decision', ['permit', 'deny']),
      { name: 'from', label: t('from'), kind: 'datetime-local', required: true }, { name: 'until', label: t('until'), kind: 'datetime-local', required: true }], t('save'));
    if (values && await app.act(() => post('/v1/consents', about({ ...values, from: instant(values.from), until: instant(values.until) })), t('saved'))) await consent();
  }

  const restrictions = () => app.act(async () => put(section(t('person.restriction'), table({ caption: t('person.restriction'),
    rows: (await post('/v1/persons/restrictions', about())).restrictions, key: (one) => one.restriction, empty: t('restriction.none'), columns: [
      { label: t('reason'), head: true, cell: (one) => word('restriction_reason', one.reason) }, { label: t('restriction.reach'), cell: (one) => word('reach', one.reach) },
      { label: t('restriction.set'), cell: (one) => time(one.set) },
      { label: t('column.state'), cell: (one) => (one.in_force ? state('warn', t('restriction.in_force')) : [t('restriction.lifted'), ' ', one.lifted ? time(one.lifted) : null]) },
      { label: t('column.actions'), hidden: true, actions: true, cell: (one) => (one.in_force && app.may('restrict-person')
        ? button(t('restriction.lift'), () => lift(one), { about: word('restriction_reason', one.reason) }) : null) }] }),
  app.may('restrict-person') ? h('div', { class: 'buttons' }, button(t('restriction.begin'), restrict)) : null)));
  async function restrict() {
    const values = await question(t('restriction.begin'), [select('reason', t('reason'), 'restriction_reason', words.restriction),
      select('reach', t('restriction.reach'), 'reach', ['secondary', 'all'])], t('restriction.begin'), t('restriction.text'));
    if (values && await app.act(() => post('/v1/persons/restrict', about(values)), t('saved'))) await restrictions();
  }
  async function lift(one) {
    const values = await question(t('restriction.lift'), [], t('restriction.lift'), t('restriction.lift_text'));
    if (values && await app.act(() => post(path`/v1/restrictions/${one.restriction}/lift`), t('saved'))) await restrictions();
  }

  async function rectify() {
    const fields = ['family', 'given', 'birth_date', 'visit_number'].map((field) => ({ name: field, label: t(`person.${field}`), hint: field === 'birth_date' ? t('person.date_hint') : null }));
    const values = await question(t('person.rectify'), fields, t('save'), t('person.rectify_text'));
    const changed = values && Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''));
    if (!changed || Object.keys(changed).length === 0) return;
    await app.act(async () => {
      const answer = await post('/v1/persons/rectify', about(changed));
      put(section(t('person.rectify'), h('p', {}, answer.changed.length > 0 ? t('person.rectified', { names: answer.changed.map((one) => t(`person.${one}`)).join(', ') }) : t('person.same')), recipients(answer.recipients)));
    });
  }
  const whoGot = () => app.act(async () => put(section(t('person.recipients'), recipients((await post('/v1/consents/recipients', about())).recipients))));

  const holds = () => app.act(async () => put(section(t('person.holds'), table({ caption: t('person.holds'), rows: (await post('/v1/holds/list', about())).holds,
    key: (one) => one.hold, empty: t('hold.none'), columns: [
      { label: t('reason'), head: true, cell: (one) => word('hold_reason', one.reason) }, { label: t('restriction.set'), cell: (one) => time(one.set) },
      { label: t('until'), cell: (one) => day(one.until) }, { label: t('column.state'), cell: (one) => (one.in_force ? t('restriction.in_force') : t('hold.over')) },
      { label: t('column.actions'), hidden: true, actions: true, cell: (one) => (one.in_force && app.may('release-legal-hold')
        ? button(t('hold.release'), () => release(one), { about: word('hold_reason', one.reason) }) : null) }] }),
  app.may('set-legal-hold') ? h('div', { class: 'buttons' }, button(t('hold.set'), hold)) : null)));
  async function hold() {
    const values = await question(t('hold.set'), [select('reason', t('reason'), 'hold_reason', words.hold), { name: 'until', label: t('hold.until'), kind: 'datetime-local' }], t('hold.set'), t('hold.text'));
    if (values && await app.act(() => post('/v1/holds', about({ reason: values.reason, until: instant(values.until) })), t('saved'))) await holds();
  }
  async function release(one) {
    const values = await question(t('hold.release'), [], t('hold.release'), t('hold.release_text'));
    if (values && await app.act(() => post(path`/v1/holds/${one.hold}/release`), t('saved'))) await holds();
  }

  const erasure = () => app.act(async () => put(section(t('erasure.preview'), quiet(t('erasure.preview_text')), previewOf(await post('/v1/erasures/preview', about())),
    app.may('request-erasure') ? h('div', { class: 'buttons' }, button(t('erasure.request'), request, { kind: 'danger' })) : null)));
  async function request() {
    const values = await question(t('erasure.request'), [select('reason', t('reason'), 'erasure_reason', words.erasure)], t('erasure.request'), t('erasure.request_text'));
    if (!values) return;
    let number_ = 0;
    const done = await app.act(async () => { number_ = (await post('/v1/erasures', about(values))).request; });
    if (!done) return;
    result = null;
    await app.act(loadErasures, t('erasure.requested', { n: number(number_) }));
  }
  async function approve(one) {
    const values = await ask({ title: t('erasure.approve_title', { n: number(one.request) }), kind: 'danger', label: t('erasure.approve'),
      text: wording(t('erasure.approve_text')), list: [{ name: 'give_up', kind: 'check', label: t('erasure.give_up') }] });
    if (!values) return;
    let certificate = '';
    const done = await app.act(async () => { certificate = (await post(path`/v1/erasures/${one.request}/approve`, { give_up_undelivered: values.give_up })).certificate; });
    if (!done) return;
    await app.act(loadErasures, t('erasure.done', { n: number(one.request) }));
    showCertificate(one, certificate);
  }
  async function reject(one) {
    const values = await question(t('erasure.reject_title', { n: number(one.request) }), [select('reason', t('reason'), 'rejection', words.rejection)], t('erasure.reject'));
    if (values && await app.act(() => post(path`/v1/erasures/${one.request}/reject`, values), t('saved'))) await app.act(loadErasures, t('saved'));
  }
  function showCertificate(one, text) {
    show({ title: t('erasure.certificate_title', { n: number(one.request) }), content: [h('pre', { tabindex: 0 }, text),
      h('div', { class: 'buttons' }, button(t('person.save'), () => save(`edgeward-erasure-${one.request}.txt`, 'text/plain', text)))] });
  }
  const certificate = (one) => app.act(async () => showCertificate(one, (await get(path`/v1/erasures/${one.request}/certificate`)).certificate));

  async function resolve() {
    const values = await question(t('pseudonym.title'), [{ name: 'destination', label: t('column.destination'), required: true }, { name: 'pseudonym', label: t('pseudonym.name'), required: true },
      select('reason', t('reason'), 'resolution', words.resolution)], t('pseudonym.resolve'), t('pseudonym.text'));
    if (!values) return;
    await app.act(async () => {
      const answer = await post('/v1/pseudonyms/resolve', values);
      show({ title: t('pseudonym.title'), content: [facts([[t('column.destination'), answer.destination],
        [t('person.identifiers'), answer.identifiers.map((one) => `${one.value} (${one.authority})`).join(', ')]])] });
    });
  }

  const mine = (one) => one.requester === `account:${app.user.user}`;  // never decided by who asked
  const requestStates = { open: 'warn', approved: 'warn', done: 'plain', rejected: 'plain' };
  function requests() {
    if (!erasures) return quiet(t('loading'));
    return table({ caption: t('erasure.requests'), rows: [...erasures].reverse(), key: (one) => one.request, empty: t('erasure.none'), columns: [
      { label: t('erasure.number'), head: true, cell: (one) => t('erasure.request_n', { n: number(one.request) }) },
      { label: t('column.state'), cell: (one) => [state(requestStates[one.state] ?? 'plain', word('erasure_state', one.state)), one.rejection ? h('span', { class: 'sub' }, word('rejection', one.rejection)) : null] },
      { label: t('reason'), cell: (one) => word('erasure_reason', one.reason) },
      { label: t('erasure.requester'), cell: (one) => [one.requester, h('span', { class: 'sub' }, time(one.requested))] },
      { label: t('erasure.decider'), cell: (one) => (one.decider ? [one.decider, h('span', { class: 'sub' }, time(one.decided))] : mine(one) && one.state === 'open' ? h('span', { class: 'quiet' }, t('erasure.own')) : '–') },
      { label: t('column.actions'), hidden: true, actions: true, cell: (one) => [
        one.state === 'open' && app.may('approve-erasure') && !mine(one) ? button(t('erasure.approve'), () => approve(one), { kind: 'danger', about: number(one.request) }) : null,
        one.state === 'open' && app.may('reject-erasure') ? button(t('erasure.reject'), () => reject(one), { about: number(one.request) }) : null,
        one.state === 'done' ? button(t('erasure.certificate'), () => certificate(one), { about: number(one.request) }) : null] }] });
  }

  const tasks = [['access-person', 'access', access], ['show-consent', 'consent', consent], ['list-restrictions', 'restriction', restrictions],
    ['rectify-person', 'rectify', rectify], ['list-recipients', 'recipients', whoGot], ['list-legal-holds', 'holds', holds], ['preview-erasure', 'erasure', erasure]];

  function person() {
    if (!patient) {
      // Not before its fields are known: a form that changes loses what is typed in it.
      if (!names) return quiet(t('loading'));
      return [quiet(t('person.intro')), form({ key: 'patient', list: patientFields(names), label: t('person.choose'), kind: 'main', submit: async (values) => {
        patient = patientOf(values);
        app.draw();
      } })];
    }
    return [h('p', { class: 'lead' }, `${patient.value} (${patient.authority}) `, button(t('person.other'), () => { patient = null; result = null; app.draw(); })),
      h('div', { class: 'tasks', role: 'group', 'aria-label': t('person.tasks') }, tasks.filter(([action]) => app.may(action)).map(([, task, run]) => button(t(`person.${task}`), run)))];
  }

  if (app.may('list-erasures')) app.act(loadErasures);
  authorities(app).then((found) => { names = found; app.draw(); });
  return { title: t('page.persons'), render: () => [
    app.may('list-erasures') ? section(t('erasure.requests'), quiet(t('erasure.four_eyes')), requests()) : null,
    section(t('person.title'), person()),
    h('div', { class: 'result', key: 'result', 'aria-live': 'polite' }, result),
    app.may('resolve-pseudonym') ? section(t('pseudonym.title'), quiet(t('pseudonym.intro')), h('div', { class: 'buttons' }, button(t('pseudonym.resolve'), resolve))) : null],
  close: () => { patient = result = null; } };
}
