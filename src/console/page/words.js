// What the page says, German and English side by side. {n} and the like stand for values.

import { texts } from './texts.js';

const languages = ['de', 'en'];

function preferred() {
  const chosen = localStorage.getItem('edgeward-language');
  if (languages.includes(chosen)) return chosen;
  return navigator.languages.map((one) => one.slice(0, 2)).find((one) => languages.includes(one)) ?? 'en';
}

let current = preferred();

export const language = () => current;

export function chooseLanguage(name) {
  current = name;
  localStorage.setItem('edgeward-language', name);
}

export const has = (key) => key in texts;

// The text for so many: `key.one` for one, else `key`; {n} is the number as it is written.
export const many = (key, count, values = {}) =>
  t(count === 1 ? `${key}.one` : key, { n: new Intl.NumberFormat(current).format(count), ...values });

export function t(key, values = {}) {
  const pair = texts[key];
  if (!pair) throw new Error(`no text for ${key}`);
  return pair[languages.indexOf(current)].replace(/\{(\w+)\}/g, (_, name) => values[name] ?? '');
}
