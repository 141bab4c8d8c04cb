// Asks Cedar itself (npm @cedar-policy/cedar-wasm) what it says.
//
//   node cedar_oracle.mjs FILE       a line of FILE: {"policies": {id: text}, "entities": […], "principal": {type, id},
//                                    "action": …, "resource": …, "context": {…}}
//   node cedar_oracle.mjs --validate POLICIES SCHEMA      what Cedar's strict validator says about two files
//
// Prints one JSON line for each line of FILE: {"decision", "reason": [ids], "errors": [ids]}, sorted, or {"failed"}
// with what Cedar does not take. With --validate: {"failed": […], "errors": […], "warnings": […]}.
import fs from 'node:fs';
import readline from 'node:readline';
import { isAuthorized, validate } from '@cedar-policy/cedar-wasm/nodejs';

function asked({ policies, ...call }) {
  const answer = isAuthorized({ ...call, policies: { staticPolicies: policies } });
  if (answer.type !== 'success') return { failed: answer.errors.map((each) => each.message) };
  const { decision, diagnostics } = answer.response;
  return {
    decision,
    reason: [...diagnostics.reason].sort(),
    errors: [...new Set(diagnostics.errors.map((each) => each.policyId))].sort(),
  };
}

function validated(policies, schema) {
  const answer = validate({
    schema: JSON.parse(fs.readFileSync(schema, 'utf8')),
    policies: { staticPolicies: fs.readFileSync(policies, 'utf8') },
  });
  if (answer.type !== 'success') return { failed: answer.errors.map((each) => each.message), errors: [], warnings: [] };
  return {
    failed: [],
    errors: answer.validationErrors.map((each) => `${each.policyId}: ${each.error.message}`),
    warnings: answer.validationWarnings.map((each) => `${each.policyId}: ${each.error.message}`),
  };
}

const [first, ...rest] = process.argv.slice(2);
if (first === '--validate') {
  console.log(JSON.stringify(validated(...rest)));
} else {
  const lines = [];
  for await (const line of readline.createInterface({ input: fs.createReadStream(first), crlfDelay: Infinity })) {
    lines.push(JSON.stringify(asked(JSON.parse(line))));
  }
  fs.writeSync(1, lines.join('\n') + '\n');
}
