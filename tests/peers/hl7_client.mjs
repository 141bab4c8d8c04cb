// Sends every file of a folder with node-hl7-client over TLS with a client certificate, and writes "name MSA-1" for each.
//
//   node hl7_client.mjs --port 2576 --cert c.pem --key c.key --ca ca.pem folder
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";

import { Client, Message } from "node-hl7-client";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { port: { type: "string" }, cert: { type: "string" }, key: { type: "string" }, ca: { type: "string" } },
});
const client = new Client({
  host: "localhost",
  tls: { cert: readFileSync(values.cert), key: readFileSync(values.key), ca: readFileSync(values.ca) },
});
let heard = () => {};
const connection = client.createConnection({ port: Number(values.port) }, async (answer) => {
  heard(answer.getMessage().get("MSA.1").toString());
});
connection.on("error", (error) => {
  console.error(error.message);
  process.exit(1);
});
await new Promise((resolve) => connection.on("connect", resolve));
for (const name of readdirSync(positionals[0]).sort()) {
  const text = readFileSync(join(positionals[0], name), "utf8");
  const answer = new Promise((resolve) => {
    heard = resolve;
  });
  await connection.sendMessage(new Message({ text }));
  console.log(`${name} ${await answer}`);
}
await connection.close();
process.exit(0);
