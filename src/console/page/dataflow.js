// Where data comes from and where it goes, as the configuration in force says. Drawn with lists, so that it is read
// aloud in the order it flows.

import { get } from './api.js';
import { h } from './dom.js';
import { quiet, word } from './ui.js';
import { language, t } from './words.js';

export const name = 'dataflow';
export const actions = ['read-configuration'];
export const needs = ['status'];

const stages = ['intake', 'mapping', 'pseudonyms', 'store', 'policy', 'inspection'];

function end(title, sub, lines, open) {
  return h('li', { class: open ? 'box open' : 'box', key: title }, h('strong', {}, title), h('span', { class: 'sub' }, sub),
    h('ul', {}, lines.filter(Boolean).map((line) => h('li', {}, line))));
}

const source = (one) => end(t(`source.${one.name}`), one.transport, [one.address, one.encryption], !one.encrypted && !one.inside_this_machine);

const destination = (one) => end(one.name, one.transport, [one.address, `${word('purpose', one.purpose)}, ${word('identity', one.identity_level)}`,
  one.legal_basis_text, one.data_classes.map((each) => word('class', each)).join(', '),
  one.wards.length > 0 ? t('dataflow.wards', { wards: one.wards.join(', ') }) : null,
  one.encrypted ? (one.client_certificate ? t('dataflow.mutual') : t('dataflow.encrypted')) : t('dataflow.open')], !one.encrypted);

export function open(app) {
  let flow = null;
  app.act(async () => {
    flow = await get(`/v1/dataflow?language=${language()}`);
    app.draw();
  });
  return { title: t('page.dataflow'), render() {
    if (!flow) return [quiet(t('loading'))];
    return [quiet(t('dataflow.intro')), h('div', { class: 'flow' },
      h('section', { 'aria-labelledby': 'flow-sources' }, h('h2', { id: 'flow-sources' }, t('dataflow.sources')), h('ul', { class: 'boxes' }, flow.sources.map(source))),
      h('section', { class: 'gate', 'aria-labelledby': 'flow-gateway' }, h('h2', { id: 'flow-gateway' }, t('dataflow.gateway')),
        h('ol', { class: 'stages' }, stages.map((one) => h('li', {}, h('strong', {}, t(`stage.${one}`)), h('span', { class: 'sub' }, t(`stage.${one}.text`))))),
        quiet(t('dataflow.vault'))),
      h('section', { 'aria-labelledby': 'flow-destinations' }, h('h2', { id: 'flow-destinations' }, t('page.destinations')),
        flow.destinations.length > 0 ? h('ul', { class: 'boxes' }, flow.destinations.map(destination)) : quiet(t('no_destinations')))),
    quiet(t('dataflow.paper'))];
  } };
}
