#!/usr/bin/env node
// node-hl7-server as a receiver: answers AA whatever mode was asked for, with the constant MSH-10 "ACK", and closes
// nothing by itself. See --help.
import './loopback.mjs';
import { Server } from 'node-hl7-server';
import { announce, readOptions, recorder } from './hl7_peer.mjs';

const { tls, log } = readOptions('hl7_node_server.mjs');
const record = recorder(log);
// The library passes no rejectUnauthorized on; Node's default for servers is to reject once a certificate is asked for.
const server = new Server({ bindAddress: '127.0.0.1', ...(tls ? { tls } : {}) });
const inbound = server.createInbound({ port: 0 }, async (request, response) => {
  const message = request.getMessage();
  record(message.get('MSH.10').toString(), message.toString());
  await response.sendResponse('AA');
});
inbound.on('listen', () => announce(inbound._socket.address().port));
inbound.on('data.error', (error) => console.error(error));
