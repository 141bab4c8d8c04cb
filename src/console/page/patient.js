// How a person is named to the gateway: an identifier and who gave it. Kept in memory only, never in an address.

import { get } from './api.js';
import { t } from './words.js';

let known = null;

// The names of the authorities, when the configuration may be seen; else nobody knows them and they are typed.
export async function authorities(app) {
  if (known || !app.may('read-configuration')) return known ?? [];
  try {
    const { settings } = await get('/v1/configuration');
    known = settings.filter((one) => /^authority\[\d+\]\.name$/.test(one.setting)).map((one) => one.value.replace(/^"|"$/g, ''));
  } catch {
    return [];
  }
  return known;
}

export function patientFields(names) {
  const authority = { name: 'authority', label: t('patient.authority'), required: true };
  return [{ name: 'value', label: t('patient.identifier'), required: true },
    names.length > 0 ? { ...authority, kind: 'select', options: names.map((name) => [name, name]) } : authority];
}

export const patientOf = ({ value, authority }) => ({ value, authority });
