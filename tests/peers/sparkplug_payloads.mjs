// Makes Sparkplug B payloads with Eclipse Tahu's library: lines of {"topic", "payload"} in, of {"topic", "octets"} out, in
// base64. What JSON cannot say of a payload: "value" of a metric as {"hex"} becomes octets.
import { createInterface } from 'node:readline';
import sparkplug from 'sparkplug-payload';

const library = sparkplug.get('spBv1.0');
for await (const line of createInterface({ input: process.stdin })) {
  const { topic, payload } = JSON.parse(line);
  for (const metric of payload.metrics ?? []) {
    if (metric.value?.hex !== undefined) metric.value = Buffer.from(metric.value.hex, 'hex');
  }
  const octets = Buffer.from(library.encodePayload(payload)).toString('base64');
  process.stdout.write(`${JSON.stringify({ topic, octets })}\n`);
}
