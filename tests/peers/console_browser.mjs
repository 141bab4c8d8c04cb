// Drives the console in a real Chromium and says as JSON what it saw. What to do comes as JSON on standard input:
//
//   {"url", "key": SPKI digest of the server's certificate, "codes": {name: one-time code}, "patient", "authority",
//    "silent", "refusing": names of destinations, "keys": {device that asks to enrol: SHA-256 of its key},
//    "screenshots": folder or ""}
//
// The certificate is taken by its key, so that nothing else is let pass. Ends with 1 at the first thing that is not as
// it should be.
import { readFileSync } from 'node:fs';
import assert from 'node:assert/strict';
import { go, heading, judge, launch, press, seen, totp, visit as visitAs } from './console_page.mjs';

const task = JSON.parse(readFileSync(0, 'utf8'));
const password = 'ein langes Wort 4711 Leuchtturm';
const recovery = {};
const browser = await launch(task.key);
const visit = (options) => visitAs(browser, task.url, options);

async function picture(page, name) {
  if (task.screenshots) await page.screenshot({ path: `${task.screenshots}/${name}.png`, fullPage: true });
}

// The first time, with nothing but the keyboard: one-time code, password, second factor.
async function enrol(page, name, first = 'Übersicht') {
  const type = (text) => page.keyboard.type(text);
  const key = async (...keys) => { for (const one of keys) await page.keyboard.press(one); };
  const focused = () => page.evaluate(() => document.activeElement.textContent || document.activeElement.name);
  const reach = async (what) => {
    for (let i = 0; i < 40; i += 1) {
      if ((await focused()) === what) return;
      await key('Tab');
    }
    assert.fail(`the keyboard does not reach ${what}`);
  };
  await reach('Ich habe einen Einmalcode');
  await key('Enter');
  await heading(page, 'Zum ersten Mal anmelden');
  await reach('code');
  await type(task.codes[name]);
  await reach('user');
  await type(name);
  await reach('password');
  await type(password);
  await key('Enter');
  await heading(page, 'Zweiten Faktor einrichten');
  await judge(page, 'enrolment');
  await picture(page, 'second-factor');
  const secret = (await page.locator('.secret').textContent()).replaceAll(' ', '');
  await reach('code');
  await type(totp(secret));
  await key('Enter');
  await heading(page, 'Wiederherstellungscodes');
  recovery[name] = await page.locator('.codes li').allTextContents();
  assert.ok(recovery[name].length > 0);
  await reach('Aufbewahrt, weiter');
  await key('Enter');
  await heading(page, first);
}

async function signIn(page, name) {
  await page.getByLabel('Benutzername').fill(name);
  await page.getByLabel('Passwort').fill(password);
  await press(page, 'Weiter');
  await heading(page, 'Zweiter Faktor');
  await page.getByLabel('Code').fill(recovery[name].pop());
  await press(page, 'Bestätigen');
  await heading(page, 'Übersicht');
}

async function looksAtTheWard(page) {
  await page.getByText(`Ziel ${task.silent} antwortet nicht`).first().waitFor();
  await page.getByRole('table', { name: 'ITS1' }).waitFor();
  await page.locator('.spark-line').first().waitFor({ state: 'attached', timeout: 60_000 });
  await judge(page, 'overview');
  await picture(page, 'overview');
  await page.getByLabel('Sprache').selectOption('en');
  await heading(page, 'Overview');
  await page.getByText(`Destination ${task.silent} does not answer`).first().waitFor();
  assert.equal(await page.locator('html').getAttribute('lang'), 'en');
  await page.getByLabel('Language').selectOption('de');
  await heading(page, 'Übersicht');
}

async function acknowledges(page) {
  await go(page, /^Alarme/, 'Alarme');
  await page.getByText('nicht der primäre Alarm').waitFor();
  await judge(page, 'alarms');
  await press(page, /^Quittieren/);
  await page.getByText('Quittiert: SpO2 niedrig.').waitFor();
  await page.getByText('in Bearbeitung').first().waitFor();
}

// At the bed, with a ward: its alarms on the first page, and nothing else.
async function seesTheAlarm(page) {
  await page.getByText('SpO2 niedrig').waitFor();
  await page.getByText('in Bearbeitung').waitFor();
  assert.deepEqual(await page.getByRole('navigation', { includeHidden: true }).getByRole('link', { includeHidden: true }).allTextContents(), ['Alarme']);
  await judge(page, 'alarms of a ward, phone');
  await picture(page, 'alarms-phone');
}

async function retries(page) {
  await go(page, 'Ziele');
  await judge(page, 'destinations');
  await page.getByRole('link', { name: task.silent }).click();
  await heading(page, task.silent);
  await page.getByText('Der Empfänger nimmt nichts an').waitFor();
  await picture(page, 'destination');
  await go(page, 'Ziele');
  await page.getByRole('link', { name: task.refusing }).click();
  await heading(page, task.refusing);
  await press(page, 'Anzeigen');
  await page.getByRole('table', { name: 'Nicht zustellbar' }).waitFor();
  await judge(page, 'destination');
  await press(page, /^Erneut zustellen/);
  await judge(page, 'question');
  await page.getByRole('dialog').getByRole('button', { name: 'Erneut zustellen' }).click();
  await page.getByText('1 Meldung wird erneut zugestellt.').waitFor();
}

// Two devices ask: one is taken in, one is not.
async function decidesOnDevices(page) {
  await go(page, 'Aufnahme');
  await page.getByRole('table', { name: 'Aufnahme' }).waitFor();
  await judge(page, 'devices that ask');
  await picture(page, 'enrolment');
  await page.getByRole('button', { name: 'Aufnehmen …: pump-7' }).click();
  const question = page.getByRole('dialog');
  assert.equal((await question.getByText(/^([0-9a-f]{8} ?){8}$/).textContent()).replaceAll(' ', ''), task.keys['pump-7']);
  await question.getByLabel('Geräteklasse').fill('pump');
  await question.getByLabel('Station').fill('ITS1');
  await judge(page, 'a device is taken in');
  await picture(page, 'enrolment-question');
  await question.getByRole('button', { name: 'Aufnehmen', exact: true }).click();
  await page.getByText('Aufgenommen. Das Gerät bekommt sein Zertifikat').waitFor();
  await page.getByRole('button', { name: 'Ablehnen …: pump-8' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Ablehnen', exact: true }).click();
  await page.getByText('Abgelehnt.').waitFor();
  await picture(page, 'enrolment-decided');
}

async function choosesPerson(page) {
  await go(page, 'Datenschutz');
  await page.getByLabel('Patientenkennung').fill(task.patient);
  await press(page, 'Weiter');
}

// What wants a fresh second factor (the policy of the test: two seconds) asks for it and goes on.
async function reloads(page) {
  await go(page, 'Einstellungen');
  page.expected.push(/\/v1\/reload$/);  // 403 with its remedy
  await press(page, 'Konfiguration neu laden');
  await page.getByRole('dialog').getByRole('button', { name: 'Konfiguration neu laden' }).click();
  await page.getByRole('heading', { name: 'Bitte bestätigen Sie, dass Sie es sind' }).waitFor();
  await judge(page, 'second factor again');
  await page.getByLabel('Code').fill(recovery.anna.pop());
  await press(page, 'Bestätigen');
  await page.getByText('Die Konfiguration ist neu geladen.').waitFor();
}

async function asksForErasure(page) {
  await choosesPerson(page);
  await press(page, 'Auskunft');
  await page.getByRole('dialog').getByRole('button', { name: 'Auskunft' }).click();
  await page.getByRole('heading', { name: 'Angaben zur Person' }).waitFor();
  await judge(page, 'persons');
  await press(page, 'Löschung');
  await page.getByRole('heading', { name: 'Was eine Löschung nähme' }).waitFor();
  await press(page, 'Löschung beantragen');
  await page.getByRole('dialog').getByRole('button', { name: 'Löschung beantragen' }).click();
  await page.getByText('Antrag 1 ist gestellt.').waitFor();
  await picture(page, 'persons');
  // Her own: no button, and the gateway refuses it all the same.
  await page.getByText('Ihr Antrag: jemand anders entscheidet.').waitFor();
  assert.equal(await page.getByRole('button', { name: /^Freigeben/ }).count(), 0);
  page.expected.push(/\/approve$/);
  const status = await page.evaluate(async () => {
    const { csrf } = await (await fetch('/v1/session')).json();
    const headers = { 'Edgeward-CSRF': csrf, 'Content-Type': 'application/json' };
    return (await fetch('/v1/erasures/1/approve', { method: 'POST', headers, body: '{}' })).status;
  });
  assert.equal(status, 403);
}

async function approves(page) {
  await go(page, 'Datenschutz');
  await press(page, /^Freigeben/);
  await page.getByLabel('Auch Meldungen vernichten').check();
  await page.getByRole('dialog').getByRole('button', { name: 'Freigeben' }).click();
  await page.getByRole('heading', { name: 'Löschbescheinigung zu Antrag 1' }).waitFor();
  await judge(page, 'certificate');
  await page.getByRole('dialog').getByRole('button', { name: 'Schließen' }).click();
  await page.getByText('gelöscht', { exact: true }).waitFor();
}

async function readsTheLog(page) {
  await go(page, 'Protokoll');
  await press(page, 'Anzeigen');
  await page.getByText('ist nachgerechnet und stimmt').waitFor();
  await judge(page, 'audit');
}

// An auditor changes nothing: there is no button that would.
async function seesNoButtons(page) {
  await go(page, 'Ziele');
  await page.getByRole('link', { name: task.refusing }).click();
  await heading(page, task.refusing);
  assert.equal(await page.getByRole('button', { name: /Anhalten|Erneut zustellen/ }).count(), 0);
  const pages = await page.getByRole('navigation').getByRole('link').allTextContents();
  for (const one of ['Alarme', 'Datenschutz', 'Zurückgehalten', 'Benutzer', 'Aufnahme']) assert.ok(!pages.includes(one), `${one} in ${pages}`);
  await readsTheLog(page);
}

// Who decides about accounts sees nothing of persons.
async function invites(page) {
  await go(page, 'Benutzer');
  await page.getByRole('table', { name: 'Benutzer' }).waitFor();
  await judge(page, 'users');
  await press(page, 'Einladen');
  await page.getByLabel('Benutzername').fill('emil');
  await page.getByRole('textbox', { name: 'Rollen' }).fill('ward');
  await page.getByRole('dialog').getByRole('button', { name: 'Einladen' }).click();
  await page.getByRole('heading', { name: 'Einmalcode für emil' }).waitFor();
  assert.ok((await page.getByRole('dialog').locator('.secret').textContent()).length > 8);
  await page.getByRole('dialog').getByRole('button', { name: 'Schließen' }).click();
  await page.getByRole('rowheader', { name: 'emil' }).waitFor();
  await picture(page, 'users');
  const pages = await page.getByRole('navigation').getByRole('link').allTextContents();
  for (const one of ['Alarme', 'Datenschutz', 'Zurückgehalten']) assert.ok(!pages.includes(one), `${one} in ${pages}`);
}

async function theOtherPages(page) {
  for (const [link, name] of [['Geräte', 'devices'], ['Zurückgehalten', 'quarantine'], ['Datenflüsse', 'dataflow'], ['Einstellungen', 'settings']]) {
    await go(page, link);
    await page.getByText('Wird geladen …').first().waitFor({ state: 'detached' });
    await judge(page, name);
    await picture(page, name);
  }
}

async function onThePhone(name) {
  const page = await visit({ width: 390, height: 844, scheme: 'dark' });
  await judge(page, 'sign in, phone, dark');
  await signIn(page, name);
  await page.getByText(`Ziel ${task.silent} antwortet nicht`).first().waitFor();
  await judge(page, 'overview, phone, dark');
  await picture(page, 'overview-phone-dark');
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(wide <= 390, `the page is ${wide} wide`);
  await page.context().close();
}

async function leave(page) {
  seen.stored.push(...await page.evaluate(() => [...Object.keys(localStorage), ...Object.keys(sessionStorage).map((key) => `session ${key}`)]));
  await press(page, 'Abmelden');
  await heading(page, 'Anmelden');
  await page.reload();
  await heading(page, 'Anmelden');
  await page.context().close();
}

try {
  const anna = await visit();
  await judge(anna, 'sign in');
  await enrol(anna, 'anna');
  await looksAtTheWard(anna);
  await acknowledges(anna);
  const frieda = await visit({ width: 390, height: 844 });
  await enrol(frieda, 'frieda', 'Alarme');
  await seesTheAlarm(frieda);
  await frieda.getByRole('button', { name: 'Menü' }).click();
  await leave(frieda);
  await retries(anna);
  await decidesOnDevices(anna);
  await theOtherPages(anna);
  await reloads(anna);
  await asksForErasure(anna);
  const berta = await visit({ scheme: 'dark' });
  await enrol(berta, 'berta');
  await approves(berta);
  await leave(berta);
  const carl = await visit();
  await enrol(carl, 'carl');
  await seesNoButtons(carl);
  await leave(carl);
  const dora = await visit();
  await enrol(dora, 'dora');
  await invites(dora);
  await leave(dora);
  await onThePhone('anna');
  await leave(anna);
} catch (error) {
  seen.trouble.push(String(error.stack));
  process.exitCode = 1;
}
await browser.close();
console.log(JSON.stringify(seen));
