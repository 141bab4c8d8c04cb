// Accounts: who has which role, one-time codes for the first password, and who is kept out.

import { get, path, post } from './api.js';
import { h } from './dom.js';
import { time } from './format.js';
import { ask, button, quiet, show, state, table, word } from './ui.js';
import { t } from './words.js';

export const name = 'users';
export const actions = ['list-accounts', 'manage-accounts'];
export const needs = [];

const levels = { invited: 'note', enrolling: 'note', active: 'plain', disabled: 'warn' };
const namesIn = (text) => text.split(/[\s,]+/).filter(Boolean);
const wardOf = (ward) => (ward ? { ward } : {});

export function open(app) {
  let list = null;
  const mayManage = app.may('manage-accounts');
  const load = async () => { list = (await get('/v1/users')).users; app.draw(); };
  const fields = (one) => [{ name: 'roles', label: t('users.roles'), hint: t('users.roles_hint'), value: one?.roles.join(', '), required: true },
    { name: 'ward', label: t('users.ward'), value: one?.ward, hint: t('users.ward_hint') }];

  // Shown this once; afterwards only a new one can be made.
  function showCode(answer) {
    show({ title: t('users.code_title', { user: answer.user }), content: [h('p', {}, t('users.code_text')),
      h('p', { class: 'secret' }, answer.code), h('p', { class: 'quiet' }, t('users.expires'), ' ', time(answer.expires))] });
  }
  async function change(work, then) {
    let answer = null;
    if (!(await app.act(async () => { answer = await work(); }))) return;
    await app.act(load, t('saved'));
    then?.(answer);
  }
  async function invite() {
    const values = await ask({ title: t('users.invite'), label: t('users.invite'), list: [{ name: 'user', label: t('sign_in.user'), required: true, maxlength: 32 }, ...fields()] });
    if (values) await change(() => post('/v1/users', { user: values.user, roles: namesIn(values.roles), ...wardOf(values.ward) }), showCode);
  }
  async function roles(one) {
    const values = await ask({ title: t('users.change_title', { user: one.user }), label: t('save'), text: [h('p', {}, t('users.change_text'))], list: fields(one) });
    if (values) await change(() => post(path`/v1/users/${one.user}/roles`, { roles: namesIn(values.roles), ...wardOf(values.ward) }));
  }
  async function confirm(one, verb, then) {
    const values = await ask({ title: t(`users.${verb}_title`, { user: one.user }), label: t(`users.${verb}`), text: [h('p', {}, t(`users.${verb}_text`))] });
    if (values) await change(() => post(path`/v1/users/${one.user}/${verb}`), then);
  }
  const tools = (one) => [button(t('users.change'), () => roles(one), { about: one.user }),
    button(t('users.reset'), () => confirm(one, 'reset', showCode), { about: one.user }),
    one.state === 'disabled' ? button(t('users.enable'), () => confirm(one, 'enable'), { about: one.user })
      : button(t('users.disable'), () => confirm(one, 'disable'), { about: one.user })];

  app.act(load);
  return { title: t('page.users'), render: () => [quiet(t('users.intro')),
    mayManage ? h('div', { class: 'buttons' }, button(t('users.invite'), invite, { kind: 'main' })) : null,
    list ? table({ caption: t('page.users'), rows: list, key: (one) => one.user, columns: [
      { label: t('sign_in.user'), head: true, cell: (one) => one.user },
      { label: t('column.state'), cell: (one) => state(levels[one.state] ?? 'plain', word('user_state', one.state)) },
      { label: t('users.roles'), wide: true, cell: (one) => [one.roles.map((role) => word('role', role)).join(', '), one.ward ? h('span', { class: 'sub' }, one.ward) : null] },
      { label: t('users.last'), cell: (one) => (one.last_sign_in ? time(one.last_sign_in) : t('never')) },
      { label: t('column.actions'), hidden: true, actions: true, cell: (one) => (mayManage ? tools(one) : null) }] }) : quiet(t('loading'))] };
}
