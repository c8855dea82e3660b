import { expect, test } from 'vitest';
import { verifierFits } from './pkce.js';
import { CHALLENGE, VERIFIER } from './test-support.js';

const hex = { kind: 'S256', value: CHALLENGE, encoding: 'hex' } as const;

test('the challenge is the lower-case hex of the verifier', () => {
  expect(CHALLENGE).toBe('13d31e961a1ad8ec2f16b10c4c982e0876a878ad6df144566ee1894acb70f9c3');
  expect(verifierFits(hex, VERIFIER)).toBe(true);
});

test.each([
  ['base64url, as RFC 7636 has it', 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'],
  ['upper-case hex', CHALLENGE.toUpperCase()],
  ['the verifier itself', VERIFIER],
])('%s does not fit', (_name, value) => {
  expect(verifierFits({ kind: 'S256', value, encoding: 'hex' }, VERIFIER)).toBe(false);
});

test.each([undefined, `${VERIFIER}x`, 'a'.repeat(31), 'a'.repeat(129), `${'a'.repeat(43)}*`])(
  'verifier %s does not fit',
  (verifier) => {
    expect(verifierFits(hex, verifier)).toBe(false);
  },
);

test('a verifier nobody asked for is ignored', () => {
  expect(verifierFits({ kind: 'none' }, VERIFIER)).toBe(true);
  expect(verifierFits({ kind: 'none' }, undefined)).toBe(true);
});
