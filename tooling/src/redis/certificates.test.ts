import { createPrivateKey, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type TLSSocket } from 'node:tls';
import { expect, test } from 'vitest';
import { createCertificates } from './certificates.js';

const certificates = createCertificates();
const { ca, server, client } = certificates;

test('are signed by an authority that signs nothing else', () => {
  const authority = new X509Certificate(ca);
  expect(authority.ca).toBe(true);
  expect(authority.checkIssued(authority)).toBe(true);
  for (const { cert, key } of [server, client]) {
    const certificate = new X509Certificate(cert);
    expect(certificate.ca).toBe(false);
    expect(certificate.checkIssued(authority)).toBe(true);
    expect(certificate.verify(authority.publicKey)).toBe(true);
    expect(certificate.checkPrivateKey(createPrivateKey(key))).toBe(true);
    expect(certificate.verify(new X509Certificate(createCertificates().ca).publicKey)).toBe(false);
  }
});

test('hold now, and for a week', () => {
  const { validFrom, validTo } = new X509Certificate(server.cert);
  expect(Date.parse(validFrom)).toBeLessThan(Date.now());
  expect((Date.parse(validTo) - Date.now()) / 86_400_000).toBeCloseTo(7, 1);
});

test('name this machine in every way it is called', () => {
  const certificate = new X509Certificate(server.cert);
  expect(certificate.checkHost('localhost')).toBe('localhost');
  expect(certificate.checkIP('127.0.0.1')).toBe('127.0.0.1');
  expect(certificate.checkIP('::1')).toBe('::1');
  expect(certificate.checkHost('example.com')).toBeUndefined();
});

test('are accepted by both sides of a connection that asks both to prove themselves', async () => {
  const listener = createServer({ ca, ...server, requestCert: true, rejectUnauthorized: true }).listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const address = listener.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  const accepted = once(listener, 'secureConnection') as Promise<[TLSSocket]>;
  const socket = connect({ host: '127.0.0.1', port, ca, ...client });
  await once(socket, 'secureConnect');
  const [peer] = await accepted;
  expect(socket.authorized).toBe(true);
  expect(peer.authorized).toBe(true);
  expect(peer.getPeerCertificate().subject.CN).toBe('client');
  socket.destroy();
  listener.close();
});

test('have a serial number of their own each', () => {
  const all = [certificates, createCertificates()].flatMap((each) => [each.server.cert, each.client.cert]);
  expect(new Set(all.map((cert) => new X509Certificate(cert).serialNumber)).size).toBe(4);
});
