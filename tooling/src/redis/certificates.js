// @ts-check
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import * as der from './der.js';

/**
 * @typedef {object} Identity
 * @property {string} cert PEM.
 * @property {string} key PEM.
 *
 * @typedef {object} Certificates All signed by `ca`, which exists nowhere else.
 * @property {string} ca PEM.
 * @property {Identity} server For localhost, 127.0.0.1 and ::1.
 * @property {Identity} client
 */

/**
 * Makes an authority and a certificate for each side, anew each time, good for a week: nothing to renew, and no private
 * key in the repository. https://datatracker.ietf.org/doc/html/rfc5280#section-4.1
 *
 * @returns {Certificates}
 */
export function createCertificates() {
  const authority = { name: 'Test CA', ...generateKeyPairSync('ec', { namedCurve: 'P-256' }) };
  const ca = certify(authority, authority, [
    critical(oid.basicConstraints, der.sequence(der.TRUE)),
    critical(oid.keyUsage, der.bitString(Buffer.from([keyCertSign]), 2)),
  ]);
  /**
   * @param {string} name
   * @param {Buffer[]} extensions
   */
  const identity = (name, extensions) => {
    const subject = { name, ...generateKeyPairSync('ec', { namedCurve: 'P-256' }) };
    return {
      cert: certify(subject, authority, [
        critical(oid.basicConstraints, der.sequence()),
        critical(oid.keyUsage, der.bitString(Buffer.from([digitalSignature]), 7)),
        // Both for both: a Redis shows its server certificate to its peers, too.
        extension(oid.extendedKeyUsage, der.sequence(oid.serverAuth, oid.clientAuth)),
        ...extensions,
      ]),
      key: String(subject.privateKey.export({ type: 'pkcs8', format: 'pem' })),
    };
  };
  return {
    ca,
    server: identity('localhost', [extension(oid.subjectAltName, thisMachine)]),
    client: identity('client', []),
  };
}

const dayMs = 24 * 60 * 60 * 1_000;

/** Bits of KeyUsage, RFC 5280, section 4.2.1.3. */
const digitalSignature = 0b1000_0000;
const keyCertSign = 0b0000_0100;

const oid = {
  ecdsaWithSha256: der.objectIdentifier('1.2.840.10045.4.3.2'),
  commonName: der.objectIdentifier('2.5.4.3'),
  keyUsage: der.objectIdentifier('2.5.29.15'),
  subjectAltName: der.objectIdentifier('2.5.29.17'),
  basicConstraints: der.objectIdentifier('2.5.29.19'),
  extendedKeyUsage: der.objectIdentifier('2.5.29.37'),
  serverAuth: der.objectIdentifier('1.3.6.1.5.5.7.3.1'),
  clientAuth: der.objectIdentifier('1.3.6.1.5.5.7.3.2'),
};

const thisMachine = der.sequence(
  der.implicit(2, Buffer.from('localhost')),
  der.implicit(7, Buffer.from([127, 0, 0, 1])),
  der.implicit(7, Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1])),
);

/**
 * @typedef {object} Party
 * @property {string} name
 * @property {import('node:crypto').KeyObject} publicKey
 * @property {import('node:crypto').KeyObject} privateKey
 */

/**
 * @param {Party} subject
 * @param {Party} issuer
 * @param {Buffer[]} extensions
 */
function certify(subject, issuer, extensions) {
  const algorithm = der.sequence(oid.ecdsaWithSha256);
  const now = Date.now();
  const body = der.sequence(
    der.explicit(0, der.unsignedInteger(Buffer.from([2]))),
    // Never zero at its start, which DER forbids; 120 bits of it are random.
    der.unsignedInteger(Buffer.concat([Buffer.from([1]), randomBytes(15)])),
    algorithm,
    distinguishedName(issuer.name),
    // From yesterday on, for machines whose clocks do not agree.
    der.sequence(der.utcTime(new Date(now - dayMs)), der.utcTime(new Date(now + 7 * dayMs))),
    distinguishedName(subject.name),
    subject.publicKey.export({ type: 'spki', format: 'der' }),
    der.explicit(3, der.sequence(...extensions)),
  );
  const signature = sign('sha256', body, issuer.privateKey);
  const certificate = der.sequence(body, algorithm, der.bitString(signature));
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}

/** @param {string} name */
function distinguishedName(name) {
  return der.sequence(der.set(der.sequence(oid.commonName, der.utf8String(name))));
}

/**
 * @param {Buffer} id
 * @param {Buffer} content
 */
function extension(id, content) {
  return der.sequence(id, der.octetString(content));
}

/**
 * An extension that whoever does not understand it must refuse.
 *
 * @param {Buffer} id
 * @param {Buffer} content
 */
function critical(id, content) {
  return der.sequence(id, der.TRUE, der.octetString(content));
}
