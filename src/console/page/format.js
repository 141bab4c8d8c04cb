// Numbers, times and spans as people of the chosen language write them.

import { h } from './dom.js';
import { language, many, t } from './words.js';

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

export const number = (value, digits = 0) =>
  new Intl.NumberFormat(language(), { maximumFractionDigits: digits }).format(value);

export const secondsSince = (text) => (Date.now() - Date.parse(text)) / 1000;

// "3 min", "5 h 20 min", "12 d".
export function span(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < minute) return `${whole} s`;
  if (whole < hour) return `${Math.floor(whole / minute)} min`;
  if (whole < day) {
    const rest = Math.floor((whole % hour) / minute);
    return `${Math.floor(whole / hour)} h${rest > 0 ? ` ${rest} min` : ''}`;
  }
  if (whole < 3 * day) {
    const rest = Math.floor((whole % day) / hour);
    return `${Math.floor(whole / day)} d${rest > 0 ? ` ${rest} h` : ''}`;
  }
  return `${number(Math.floor(whole / day))} d`;
}

// How long the buffer lasts: rounded the more, the longer it is.
export function reserve(seconds) {
  if (seconds > 365 * day) return t('more_than_a_year');
  if (seconds >= 2 * day) return many('days', Math.floor(seconds / day));
  return span(seconds);
}

export function octets(value) {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let step = 0;
  let size = value;
  while (size >= 1024 && step < units.length - 1) {
    size /= 1024;
    step += 1;
  }
  return `${number(size, size < 10 && step > 0 ? 1 : 0)} ${units[step]}`;
}

export function moment(text) {
  const when = new Date(text);
  const today = new Date().toDateString() === when.toDateString();
  return new Intl.DateTimeFormat(language(), today ? { timeStyle: 'medium' } : { dateStyle: 'medium', timeStyle: 'short' })
    .format(when);
}

export const date = (text) => new Intl.DateTimeFormat(language(), { dateStyle: 'medium' }).format(new Date(text));

// A moment as text; with its exact value for machines and for the pointer.
export function time(text, words = moment) {
  if (!text) return '–';
  return h('time', { datetime: text, title: text }, words(text));
}

export const ago = (text) => time(text, (value) => t('ago', { span: span(secondsSince(value)) }));
