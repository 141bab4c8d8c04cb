// What a refusal means, in plain words.

import { h } from './dom.js';
import { t, has } from './words.js';
import { word } from './ui.js';

// The gateway says "the policies do not let you <action>: <policy>".
const denial = /the policies do not let you ([a-z-]+): (.+)$/;

export function words(refusal) {
  if (refusal.kind === undefined) return [String(refusal)];  // a mistake of this page
  const denied = denial.exec(refusal.message ?? '');
  if (denied) {
    return [t('denied_action', { action: word('action', denied[1]) }), ' ',
      h('span', { class: 'quiet' }, t('denied_rule', { rule: denied[2] }))];
  }
  const key = `refusal.${refusal.kind ?? 'unavailable'}`;
  const own = has(key) ? t(key) : t('refusal.unavailable');
  return refusal.message ? [own, ' ', h('span', { class: 'quiet', lang: 'en' }, refusal.message)] : [own];
}
