// The pieces pages are made of: tables, marks, notices and questions.

import { h, s } from './dom.js';
import { t, has } from './words.js';

// The shape says it as well as the colour.
const shapes = {
  bad: 'M8 1.5 15 14H1Z',
  warn: 'M8 1 15 8 8 15 1 8Z',
  note: 'M8 2a6 6 0 1 0 .01 0Z',
  good: 'M2.5 8.5 6.5 12.5 13.5 4',
};

export function mark(level) {
  return s('svg', { class: `mark ${level}`, viewBox: '0 0 16 16', 'aria-hidden': 'true', focusable: 'false' },
    s('path', { d: shapes[level] }));
}

// A state in words, with its mark when it is a trouble.
export function state(level, words) {
  return h('span', { class: `state ${level}` }, level === 'plain' ? null : mark(level), words);
}

// The word for a fixed word of the gateway; the word itself when we have none.
export function word(group, value) {
  const key = `${group}.${value}`;
  return has(key) ? t(key) : value;
}

export function section(title, ...content) {
  const id = `section-${title.replace(/[^a-z0-9]+/gi, '-').toLowerCase()}`;
  return h('section', { 'aria-labelledby': id, key: id }, h('h2', { id }, title), content);
}

export const quiet = (...content) => h('p', { class: 'quiet' }, content);

export function facts(rows) {
  return h('dl', { class: 'facts' }, rows.filter(Boolean).map(([term, value]) =>
    h('div', { key: term }, h('dt', {}, term), h('dd', {}, value ?? '–'))));
}

// `columns`: {label, cell(row), number, head, wide}; `key(row)` names a row; `shape`: a class for its widths. On a narrow screen each row becomes a
// block; the roles keep it a table for those who hear it.
export function table({ caption, columns, rows, key, empty, shape }) {
  if (rows.length === 0) return quiet(empty ?? t('nothing_here'));
  const header = h('tr', { role: 'row' }, columns.map((column) =>
    h('th', { role: 'columnheader', scope: 'col', class: column.number ? 'number' : null },
      column.hidden ? h('span', { class: 'unseen' }, column.label) : column.label)));
  const cell = (column, row) => h(column.head ? 'th' : 'td', {
    role: column.head ? 'rowheader' : 'cell', scope: column.head ? 'row' : null,
    class: [column.number ? 'number' : '', column.wide ? 'wide' : '', column.actions ? 'actions' : ''].join(' ').trim() || null,
    'data-label': column.head || column.hidden ? null : column.label,
  }, column.cell(row));
  return h('table', { role: 'table', class: shape },
    h('caption', { class: 'unseen' }, caption),
    h('thead', { role: 'rowgroup' }, header),
    h('tbody', { role: 'rowgroup' }, rows.map((row) =>
      h('tr', { role: 'row', key: String(key(row)) }, columns.map((column) => cell(column, row))))));
}

export function button(label, click, { kind = 'plain', about, pressed, disabled } = {}) {
  return h('button', { type: 'button', class: kind, disabled, 'aria-label': about ? `${label}: ${about}` : null,
    'aria-pressed': pressed === undefined ? null : String(pressed), on: { click } }, label);
}

// ---- Forms. A field: {name, label, kind (text, select, number, datetime-local, date, check, password), options
// [[value, label]], value, required, hint, …further attributes}.

let fields = 0;

function control(field, id, described) {
  const shared = { id, name: field.name, required: field.required, 'aria-describedby': described,
    autocomplete: field.autocomplete ?? 'off', spellcheck: 'false' };
  if (field.kind === 'select') {
    return h('select', shared, field.options.map(([value, label]) =>
      h('option', { value, selected: value === field.value }, label)));
  }
  return h('input', { ...shared, type: field.kind === 'check' ? 'checkbox' : field.kind ?? 'text', value: field.value,
    min: field.min, max: field.max, inputmode: field.inputmode, maxlength: field.maxlength ?? 256 });
}

function labelled(field) {
  fields += 1;
  const id = `field-${fields}`;
  const hint = field.hint ? h('span', { class: 'hint', id: `${id}-hint` }, field.hint) : null;
  const made = control(field, id, hint?.id);
  const label = h('label', { for: id }, field.label);
  return h('div', { class: `field ${field.kind === 'check' ? 'check' : ''}` },
    field.kind === 'check' ? [made, label] : [label, made], hint);
}

function valuesOf(form, list) {
  return Object.fromEntries(list.map((field) => {
    const made = form.elements.namedItem(field.name);
    return [field.name, field.kind === 'check' ? made.checked : made.value.trim()];
  }));
}

// A form that calls submit(values); what it throws is for whoever calls. `key` keeps what is typed in it when the page
// is renewed: the element that stands there is then an earlier one than the last that was made here.
export function form({ key, list, label, submit, kind = 'main', extra }) {
  return h('form', { class: 'form', novalidate: false, key, on: {
    submit: async (event) => {
      event.preventDefault();
      const shown = event.currentTarget;
      if (shown.busy) return;
      shown.busy = true;
      try {
        await submit(valuesOf(shown, list));
      } finally {
        shown.busy = false;
      }
    },
  } }, list.map(labelled), h('div', { class: 'buttons' }, h('button', { type: 'submit', class: kind }, label), extra));
}

// Asks in a dialog. Gives the values of its fields, null when it was left, or `other.answer` for the button `other.label`.
export function ask({ title, text = [], list = [], label, kind = 'main', other }) {
  return new Promise((resolve) => {
    let answer = null;
    const dialog = h('dialog', { 'aria-labelledby': 'question' }, h('h2', { id: 'question' }, title), text,
      form({ list, label, kind,
        submit: async (values) => { answer = values; dialog.close(); },
        extra: [other ? button(other.label, () => { answer = other.answer; dialog.close(); }) : null,
          button(t('cancel'), () => dialog.close())] }));
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(answer);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

// Shows something in a dialog until it is closed.
export function show({ title, content }) {
  const dialog = h('dialog', { class: 'wide', 'aria-labelledby': 'shown' }, h('h2', { id: 'shown' }, title), content,
    h('div', { class: 'buttons' }, button(t('close'), () => dialog.close(), { kind: 'main' })));
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
