// What programs that drive the console in a real Chromium have in common.
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const require = createRequire(import.meta.url);
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

// What was seen: pages that were judged, what axe-core says of them, errors of the browser, addresses it went to.
export const seen = { pages: [], violations: [], trouble: [], addresses: [], stored: [] };

// RFC 6238 with the defaults of the otpauth address: SHA-1, six digits, 30 seconds.
export function totp(secret) {
  const bits = [...secret].map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((octet) => parseInt(octet, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const digest = createHmac('sha1', key).update(counter).digest();
  const at = digest[19] & 15;
  return String((digest.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

// `key`: the SPKI digest of the only certificate that is taken unseen.
export const launch = (key) => chromium.launch({ executablePath: process.env.EDGEWARD_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync', `--ignore-certificate-errors-spki-list=${key}`] });

// A person's browser. `expected`: addresses whose refusals, which Chromium reports as errors, belong to the test.
export async function visit(browser, url, { width = 1440, height = 900, scheme = 'light' } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: scheme, locale: 'de-DE',
    timezoneId: 'Europe/Berlin', reducedMotion: 'reduce' });
  const page = await context.newPage();
  page.expected = [/\/v1\/session$/];  // 401: nobody is signed in yet
  page.on('console', (message) => {
    if (message.type() !== 'error' && message.type() !== 'warning') return;
    if (page.expected.some((one) => one.test(message.location().url))) return;
    seen.trouble.push(`${message.text()} ${message.location().url}`);
  });
  page.on('pageerror', (error) => seen.trouble.push(String(error.stack)));
  page.on('framenavigated', (frame) => seen.addresses.push(frame.url()));
  page.on('request', (request) => seen.addresses.push(request.url()));
  await page.goto(url);
  await page.getByRole('heading', { level: 1 }).waitFor();
  return page;
}

export async function judge(page, name) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
  seen.pages.push(name);
  for (const one of violations) seen.violations.push({ page: name, id: one.id, impact: one.impact, nodes: one.nodes.map((node) => node.html) });
}

export const heading = (page, name) => page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
export const press = (page, name) => page.getByRole('button', { name }).first().click();

export async function go(page, link, title = link) {
  const menu = page.getByRole('button', { name: 'Menü' });
  if (await menu.isVisible() && await menu.getAttribute('aria-expanded') === 'false') await menu.click();
  await page.getByRole('navigation').getByRole('link', { name: link }).click();
  await heading(page, title);
}
