// Reads FHIR resources in XML with a library that is not ours (npm fhir).
//
//   node fhir_xml.mjs FILE.xml FILE.json
//
// Prints one JSON object: `read`, the resource of the XML file, and `written`, the resource of the JSON file as that
// library writes it in XML.
import fs from 'node:fs';
import { createRequire } from 'node:module';

const { Fhir } = createRequire(import.meta.url)('fhir');
const [xml, json] = process.argv.slice(2).map((file) => fs.readFileSync(file, 'utf8'));
const library = new Fhir();
process.stdout.write(JSON.stringify({ read: library.xmlToObj(xml), written: library.jsonToXml(json) }));
