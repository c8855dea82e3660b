import { expect, it } from 'vitest';
import { codeChallenge, createCodeVerifier } from './pkce.js';
import { RandomPool } from './random-pool.js';

// The verifier of RFC 7636, appendix B.
const VERIFIER = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';

it('TikTok’s challenge is lower-case hex', () => {
  expect(codeChallenge(VERIFIER, 'hex')).toBe('13d31e961a1ad8ec2f16b10c4c982e0876a878ad6df144566ee1894acb70f9c3');
});

it('the RFC’s challenge is base64url', () => {
  expect(codeChallenge(VERIFIER, 'base64url')).toBe('E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM');
});

it('a verifier is of 43 to 128 allowed characters and never the same', () => {
  const random = new RandomPool();
  const verifiers = Array.from({ length: 100 }, () => createCodeVerifier(random));
  for (const verifier of verifiers) expect(verifier).toMatch(/^[A-Za-z0-9._~-]{43,128}$/);
  expect(new Set(verifiers).size).toBe(100);
});
