// What is wrong, worst first: {level (bad, warn, note), what, since, todo, link}. From what Live has at hand; what
// somebody may not see makes no finding.

import { number, reserve, secondsSince, span } from './format.js';
import { many, t } from './words.js';
import { word } from './ui.js';

const order = ['bad', 'warn', 'note'];
const short_reserve = 24 * 3600;  // seconds

function parts({ status }) {
  return (status?.parts ?? []).filter((part) => !part.ready).map((part) => ({
    level: 'bad', what: t('finding.part', { part: word('part', part.part) }), detail: part.reason,
    todo: t(`todo.part.${['store', 'disk', 'pipeline', 'mqtt'].includes(part.part) ? part.part : 'other'}`),
  }));
}

function disk({ status }) {
  const room = status?.disk;
  if (!room || room.intake_stopped || room.seconds_left === null || room.seconds_left > short_reserve) return [];
  return [{ level: 'warn', what: t('finding.disk', { span: reserve(room.seconds_left) }), todo: t('todo.disk') }];
}

function destination(one) {
  const found = [];
  const link = ['destinations', one.name];
  const waiting = many('finding.waiting', one.pending ?? 0);
  if (one.active && one.mode !== 'running') {
    found.push({ level: 'warn', what: t(`finding.${one.mode}`, { name: one.name }), since: one.since, link,
      detail: one.pending > 0 ? waiting : '', todo: t('todo.resume') });
  } else if (one.active && one.answering === false) {
    found.push({ level: one.pending > 0 ? 'bad' : 'warn', what: t('finding.silent_destination', { name: one.name }), link,
      since: one.oldest_pending, detail: [one.pending > 0 ? waiting : '', one.trouble].filter(Boolean).join(' · '),
      todo: t('todo.silent_destination') });
  } else if (one.oldest_pending && secondsSince(one.oldest_pending) > 15 * 60) {
    found.push({ level: 'warn', what: t('finding.slow_destination', { name: one.name }), since: one.oldest_pending, link,
      detail: waiting, todo: t('todo.slow_destination') });
  }
  if (one.dead_lettered > 0) {
    found.push({ level: 'warn', what: many('finding.dead', one.dead_lettered, { name: one.name }), link,
      todo: t('todo.dead') });
  }
  return found;
}

// Devices with the same trouble on the same ward are one finding.
function devices({ devices: known }) {
  const groups = new Map();
  for (const one of known?.devices ?? []) {
    for (const condition of one.conditions) {
      const group = `${condition}\n${one.ward ?? ''}`;
      groups.set(group, [...(groups.get(group) ?? []), one]);
    }
  }
  return [...groups].map(([group, members]) => {
    const [condition, ward] = group.split('\n');
    const lost = condition === 'silent' || condition === 'stale';
    const names = members.slice(0, 4).map((one) => one.device).join(', ') + (members.length > 4 ? ' …' : '');
    const since = members.map((one) => one.received).filter(Boolean).sort()[0];
    return { level: lost ? 'warn' : 'note', detail: t(`condition.${condition}`), todo: t(`todo.condition.${condition}`),
      what: ward ? t('finding.devices_on', { names, ward }) : names, since: lost ? since : null,
      link: members.length === 1 ? ['devices', members[0].device] : ['devices'] };
  });
}

function alarms({ alarms: counts }) {
  const active = counts ? counts.active.high + counts.active.medium + counts.active.low : 0;
  if (active === 0) return [];
  return [{ level: counts.active.high > 0 ? 'bad' : 'warn', what: many('finding.alarms', active),
    since: counts.oldest_active, todo: t('todo.alarms'), link: ['alarms'] }];
}

function books({ books: kept }) {
  if (!kept) return [];
  const found = kept.balanced ? [] : [{ level: 'bad', what: t('finding.books'), todo: t('todo.books') }];
  if (kept.inbound.quarantined > 0) {
    const reasons = Object.entries(kept.inbound.quarantined_by_reason).filter(([, count]) => count > 0)
      .map(([reason, count]) => `${number(count)} × ${word('quarantine', reason)}`);
    found.push({ level: 'warn', what: many('finding.quarantine', kept.inbound.quarantined), detail: reasons.join(' · '),
      todo: t('todo.quarantine'), link: ['quarantine'] });
  }
  return found;
}

function backups({ backups: kept }) {
  if (!kept?.trouble) return [];
  return [{ level: 'warn', what: t('finding.backup'), detail: kept.trouble, since: kept.last_made, todo: t('todo.backup'),
    link: ['settings'] }];
}

export function findings(data) {
  const all = [...parts(data), ...disk(data), ...(data.destinations?.destinations ?? []).flatMap(destination), ...alarms(data),
    ...books(data), ...devices(data), ...backups(data)];
  return all.sort((a, b) => order.indexOf(a.level) - order.indexOf(b.level));
}

export const sinceWords = (text) => t('since', { span: span(secondsSince(text)) });
