// Small curves beside a number. They say nothing the number does not: hidden from screen readers.

import { s } from './dom.js';

const width = 120;
const height = 24;

// `values` oldest first; `length`: how many fill the whole width.
export function spark(values, length = 90) {
  const curve = s('svg', { class: 'spark', viewBox: `0 0 ${width} ${height}`, 'aria-hidden': 'true', focusable: 'false' });
  const most = Math.max(...values, 0);
  curve.append(s('line', { class: 'spark-ground', x1: 0, x2: width, y1: height - 1, y2: height - 1 }));
  if (values.length < 2 || most === 0) return curve;
  const step = width / (Math.max(length, values.length) - 1);
  const begin = width - step * (values.length - 1);
  const points = values.map((value, i) =>
    `${(begin + i * step).toFixed(1)},${(height - 1.5 - (value / most) * (height - 4)).toFixed(1)}`);
  curve.append(s('polyline', { class: 'spark-line', points: points.join(' ') }));
  return curve;
}

// Messages a minute over the last minute, and in each interval; nothing while no interval is over.
export function rates(traffic, counts) {
  if (!traffic?.seconds?.length || !counts?.length) return null;
  const each = counts.map((count, i) => (count / traffic.seconds[i]) * 60);
  let messages = 0;
  let seconds = 0;
  for (let i = counts.length - 1; i >= 0 && seconds < 59; i -= 1) {
    messages += counts[i];
    seconds += traffic.seconds[i];
  }
  return { each, now: (messages / seconds) * 60 };
}
