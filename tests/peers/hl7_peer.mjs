// What the node HL7 peers share: their command line and the file of received messages.
import { appendFileSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

export const usage = (name) => `usage: ${name} --cert FILE --key FILE --ca FILE [--log FILE] | --plain [--log FILE]

Listens on 127.0.0.1 and prints "port N" first. With certificates: TLS, and clients need one from the CA.
--log: one JSON object a line for each message received, {"control_id": …, "message": …}.`;

export function readOptions(name) {
  const { values } = parseArgs({
    options: {
      cert: { type: 'string' },
      key: { type: 'string' },
      ca: { type: 'string' },
      log: { type: 'string' },
      plain: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help || (!values.plain && !(values.cert && values.key && values.ca))) {
    console.log(usage(name));
    process.exit(values.help ? 0 : 2);
  }
  const tls = values.plain
    ? undefined
    : {
        cert: readFileSync(values.cert),
        key: readFileSync(values.key),
        ca: readFileSync(values.ca),
        requestCert: true,
        rejectUnauthorized: true,
      };
  return { tls, log: values.log };
}

export function recorder(file) {
  return (controlId, message) => {
    if (file) appendFileSync(file, `${JSON.stringify({ control_id: controlId, message })}\n`);
  };
}

export const announce = (port) => process.stdout.write(`port ${port}\n`);
