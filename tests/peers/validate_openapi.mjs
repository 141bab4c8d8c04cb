// What two tools of others say about an OpenAPI document.
//
//   node validate_openapi.mjs FILE
//
// Prints {"schema": […], "lint": […]}: what the specification's own JSON Schema (@seriousme/openapi-schema-validator) and
// Redocly's rules for the specification (@redocly/openapi-core) complain of.
import fs from 'node:fs';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { Validator } from '@seriousme/openapi-schema-validator';

const text = fs.readFileSync(process.argv[2], 'utf8');
const judged = await new Validator().validate(JSON.parse(text));
const config = await createConfig({ extends: ['spec'] });
const problems = await lintFromString({ source: text, absoluteRef: process.argv[2], config });
console.log(JSON.stringify({
  schema: judged.valid ? [] : [].concat(judged.errors),
  lint: problems.map((one) => `${one.ruleId}: ${one.message} ${one.location.map((place) => place.pointer ?? '').join(' ')}`),
}));
