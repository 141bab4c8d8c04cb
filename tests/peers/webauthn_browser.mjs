// Security keys in the console, in a real Chromium with its virtual authenticator, and says as JSON what it saw. What to
// do comes as JSON on standard input:
//
//   {"url", "key": SPKI digest of the server's certificate, "code": one-time code of "erika"}
//
// Ends with 1 at the first thing that is not as it should be.
import { readFileSync } from 'node:fs';
import assert from 'node:assert/strict';
import { go, heading, judge, launch, press, seen, totp, visit } from './console_page.mjs';

const task = JSON.parse(readFileSync(0, 'utf8'));
const password = 'ein langes Wort 4711 Leuchtturm';
const use = 'Sicherheitsschlüssel verwenden';
const browser = await launch(task.key);
const page = await visit(browser, task.url);
// 401: what a page was still asking for when somebody signed out.
page.expected.push(/\/v1\/(alarms\/count|backups|configuration|destinations|devices|evidence|status|traffic)$/);
const devtools = await page.context().newCDPSession(page);
await devtools.send('WebAuthn.enable');

async function plugIn() {
  const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', { options: { protocol: 'ctap2',
    transport: 'usb', hasResidentKey: false, hasUserVerification: true, isUserVerified: true } });
  return authenticatorId;
}
const keysOn = async (authenticatorId) => (await devtools.send('WebAuthn.getCredentials', { authenticatorId })).credentials;

async function enrol() {
  await press(page, 'Ich habe einen Einmalcode');
  await page.getByLabel('Einmalcode').fill(task.code);
  await page.getByLabel('Benutzername').fill('erika');
  await page.getByLabel('Neues Passwort').fill(password);
  await press(page, 'Weiter');
  await heading(page, 'Zweiten Faktor einrichten');
  assert.equal(await page.getByRole('button', { name: use }).count(), 0);
  const secret = (await page.locator('.secret').textContent()).replaceAll(' ', '');
  await page.getByLabel('Code', { exact: true }).fill(totp(secret));
  await press(page, 'Bestätigen');
  await heading(page, 'Wiederherstellungscodes');
  await press(page, 'Aufbewahrt, weiter');
  await page.getByRole('navigation').waitFor();
}

async function register(name) {
  await press(page, 'Schlüssel hinzufügen');
  await page.getByRole('dialog').getByLabel('Bezeichnung').fill(name);
  await judge(page, 'a key is added');
  await page.getByRole('dialog').getByRole('button', { name: 'Weiter zum Schlüssel' }).click();
}

async function toSecondStep() {
  await press(page, 'Abmelden');
  await heading(page, 'Anmelden');
  await page.getByLabel('Benutzername').fill('erika');
  await page.getByLabel('Passwort').fill(password);
  await press(page, 'Weiter');
  await heading(page, 'Zweiter Faktor');
}

async function byKeyboard(label) {
  for (let i = 0; i < 20; i += 1) {
    if (await page.evaluate(() => document.activeElement.textContent) === label) break;
    await page.keyboard.press('Shift+Tab');
  }
  assert.equal(await page.evaluate(() => document.activeElement.textContent), label);
  await page.keyboard.press('Enter');
}

try {
  await enrol();
  await go(page, 'Sicherheitsschlüssel');
  await page.getByText('Noch kein Schlüssel.').waitFor();
  await judge(page, 'no keys');
  const first = await plugIn();
  await register('blau');
  await page.getByText('Der Schlüssel ist registriert.').waitFor();
  await page.getByRole('table', { name: 'Sicherheitsschlüssel' }).getByText('blau').waitFor();
  await judge(page, 'keys');
  assert.equal((await keysOn(first)).length, 1);
  // The same key is not registered twice: the browser itself says so.
  await register('noch einmal');
  await page.getByText('Dieser Schlüssel ist schon registriert.').waitFor();

  // Password and key, with the keyboard alone.
  await toSecondStep();
  await judge(page, 'second factor with a key');
  await byKeyboard(use);
  await page.getByRole('navigation').waitFor();

  // What wants a fresh second factor takes the key as well.
  await go(page, 'Einstellungen');
  page.expected.push(/\/v1\/reload$/);
  while (await page.evaluate(async () => (await (await fetch('/v1/session')).json()).second_factor_age_seconds) <= 2) {
    await page.waitForTimeout(250);
  }
  await press(page, 'Konfiguration neu laden');
  await page.getByRole('dialog').getByRole('button', { name: 'Konfiguration neu laden' }).click();
  await page.getByRole('heading', { name: 'Bitte bestätigen Sie, dass Sie es sind' }).waitFor();
  await judge(page, 'second factor again, with a key');
  await press(page, use);
  await page.getByText('Die Konfiguration ist neu geladen.').waitFor();

  // A copy of the key that has counted less far, in the other language.
  const [credential] = await keysOn(first);
  assert.ok(credential.signCount > 1);
  const replaceBy = async (signCount) => {
    await devtools.send('WebAuthn.removeCredential', { authenticatorId: first, credentialId: credential.credentialId });
    await devtools.send('WebAuthn.addCredential', { authenticatorId: first, credential: { ...credential, signCount } });
  };
  await replaceBy(0);
  await toSecondStep();
  await page.getByLabel('Sprache').selectOption('en');
  await heading(page, 'Second factor');
  page.expected.push(/\/second-factor\/security-key$/);
  await press(page, 'Use a security key');
  await page.getByText('The second factor is wrong, or time has run out.').waitFor();
  await judge(page, 'a copy is refused');
  await page.getByLabel('Language').selectOption('de');
  await replaceBy(credential.signCount);
  await press(page, use);
  await page.getByRole('navigation').waitFor();

  // Without a key at hand the browser gives up, and the code is still asked for.
  await devtools.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId: first });
  const empty = await plugIn();
  await toSecondStep();
  await press(page, use);
  await page.getByText('Kein Schlüssel wurde gezeigt.').waitFor();
  assert.equal(await page.getByLabel('Code', { exact: true }).count(), 1);
  await devtools.send('WebAuthn.addCredential', { authenticatorId: empty, credential: { ...credential, signCount: credential.signCount + 5 } });
  await press(page, use);
  await page.getByRole('navigation').waitFor();

  // Removed, it is not offered any more.
  await go(page, 'Sicherheitsschlüssel');
  await page.getByRole('button', { name: 'Entfernen: blau' }).click();
  await judge(page, 'a key is removed');
  await page.getByRole('dialog').getByRole('button', { name: 'Entfernen' }).click();
  await page.getByText('Der Schlüssel ist entfernt.').waitFor();
  await page.getByText('Noch kein Schlüssel.').waitFor();
  await toSecondStep();
  assert.equal(await page.getByRole('button', { name: use }).count(), 0);
} catch (error) {
  seen.trouble.push(String(error.stack), await page.locator('body').innerText());
  process.exitCode = 1;
}
await browser.close();
console.log(JSON.stringify(seen));
