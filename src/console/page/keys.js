// One's own security keys and passkeys: everybody who signs in may have some, where the gateway takes them.

import { get, path, remove } from './api.js';
import { h } from './dom.js';
import { time } from './format.js';
import { ask, button, quiet, table } from './ui.js';
import { addKey, usable } from './webauthn.js';
import { t } from './words.js';

export const name = 'keys';
export const actions = [];
export const needs = [];
export const offered = (user) => user?.security_keys_offered === true;

export function open(app) {
  let list = null;
  const load = async () => {
    list = (await get('/v1/session/security-keys')).security_keys;
    app.user.security_key = list.length > 0;
    app.draw();
  };

  async function add() {
    const values = await ask({ title: t('keys.add'), label: t('keys.go'), text: [h('p', {}, t('keys.add_text'))],
      list: [{ name: 'name', label: t('keys.name'), hint: t('keys.name_hint'), required: true, maxlength: 64 }] });
    if (values && await app.act(async () => { await addKey(values.name); await load(); }, t('keys.added'))) app.draw();
  }
  async function take(one) {
    const values = await ask({ title: t('keys.remove_title', { name: one.name }), label: t('keys.remove'), text: [h('p', {}, t('keys.remove_text'))] });
    if (values) await app.act(async () => { await remove(path`/v1/session/security-keys/${one.security_key}`); await load(); }, t('keys.removed'));
  }

  app.act(load);
  return { title: t('page.keys'), render: () => [quiet(t('keys.intro')),
    usable() ? h('div', { class: 'buttons' }, button(t('keys.add'), add, { kind: 'main' })) : quiet(t('keys.unusable')),
    list ? table({ caption: t('page.keys'), rows: list, key: (one) => one.security_key, empty: t('keys.none'), columns: [
      { label: t('keys.name'), head: true, wide: true, cell: (one) => one.name },
      { label: t('keys.created'), cell: (one) => time(one.created) },
      { label: t('keys.last'), cell: (one) => (one.last_used ? time(one.last_used) : t('never')) },
      { label: t('column.actions'), hidden: true, actions: true, cell: (one) => button(t('keys.remove'), () => take(one), { about: one.name }) }] })
      : quiet(t('loading'))] };
}
