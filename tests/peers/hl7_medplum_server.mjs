#!/usr/bin/env node
// @medplum/hl7 as a receiver, behind a TLS terminator because it knows no TLS: answers AA with text in MSA-3.
// See --help.
import './loopback.mjs';
import net from 'node:net';
import tlsModule from 'node:tls';
import { Hl7Server } from '@medplum/hl7';
import { announce, readOptions, recorder } from './hl7_peer.mjs';

const { tls, log } = readOptions('hl7_medplum_server.mjs');
const record = recorder(log);
const server = new Hl7Server((connection) => {
  connection.addEventListener('message', ({ message }) => {
    record(message.getSegment('MSH').getField(10).toString(), message.toString());
    connection.send(message.buildAck());
  });
});

server.start(0, 'utf-8');
server.server.on('listening', () => {
  const inner = server.server.address().port;
  if (!tls) {
    announce(inner);
    return;
  }
  const terminator = tlsModule.createServer(tls, (outside) => {
    const inside = net.connect(inner, '127.0.0.1');
    const end = () => {
      outside.destroy();
      inside.destroy();
    };
    for (const socket of [outside, inside]) socket.on('error', end).on('close', end);
    outside.pipe(inside).pipe(outside);
  });
  terminator.listen(0, () => announce(terminator.address().port));
});
