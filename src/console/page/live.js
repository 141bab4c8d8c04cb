// What pages show that changes by itself: asked for every few seconds while somebody looks and is there.

import { get } from './api.js';

const sources = {
  status: { target: '/v1/status', action: 'read-status' },
  alarms: { target: '/v1/alarms/count', action: 'read-status' },
  destinations: { target: '/v1/destinations', action: 'read-destinations' },
  devices: { target: '/v1/devices', action: 'read-devices', byWard: true },
  books: { target: '/v1/books', action: 'read-books' },
  traffic: { target: '/v1/traffic', action: 'read-books' },
  backups: { target: '/v1/backups', action: 'read-backups' },
};
const every = 5_000;          // milliseconds
const away = 10 * 60 * 1000;  // without a sign of life nothing is asked any more, so that the session can end

// `may(action)`; `ward`: the one an account is for, or nothing; `changed(refusal)` after each round, with nothing when it went well.
export class Live {
  constructor({ may, ward, changed }) {
    this.may = may;
    this.ward = ward;
    this.changed = changed;
    this.data = {};
    this.wanted = [];
    this.denied = new Set();  // asked for once: each denial leaves an audit record
    this.seen = Date.now();
    for (const sign of ['pointerdown', 'pointermove', 'keydown', 'focus']) {
      window.addEventListener(sign, () => this.there(), { passive: true });
    }
    document.addEventListener('visibilitychange', () => this.there());
  }

  // An account with a ward may ask for what is of its ward, and for nothing else.
  target({ target, byWard }) {
    return byWard && this.ward ? `${target}?ward=${encodeURIComponent(this.ward)}` : target;
  }

  get resting() {
    return document.hidden || Date.now() - this.seen > away;
  }

  there() {
    const rested = this.resting;
    this.seen = Date.now();
    if (rested && this.timer && !document.hidden) this.look();
  }

  // What the page at hand needs; asked for at once.
  async want(names) {
    this.wanted = names;
    await this.look();
  }

  stop() {
    clearTimeout(this.timer);
    this.timer = null;
    this.stopped = true;
  }

  async look() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.look(), every);
    if (this.resting || this.stopped) return;
    const round = (this.round = (this.round ?? 0) + 1);
    const names = this.wanted.filter((name) => this.may(sources[name].action) && !this.denied.has(name));
    const answers = await Promise.allSettled(names.map((name) => get(this.target(sources[name]))));
    if (this.stopped || round !== this.round) return;
    let trouble = null;
    answers.forEach(({ value, reason }, i) => {
      if (value) this.data[names[i]] = value;
      else if (reason.kind === 'denied') this.denied.add(names[i]);
      else trouble = reason;
    });
    this.changed(trouble);
  }
}
