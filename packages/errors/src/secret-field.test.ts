import { describe, expect, it } from 'vitest';
import { isSecretField, looksLikeErrorCode } from './secret-field.js';

describe('isSecretField', () => {
  it.each(
    `access_token refreshToken client_access_token token X-Auth-Token newRefreshToken id_token client_secret Client-Secret
    clientSecret TIKTOK_CLIENT_SECRET secret password PASSWD passphrase smtp_pass db-pwd authorization Proxy-Authorization
    cookie Set-Cookie code_verifier verifier authorization_code authCode auth-code apiKey X-API-Key private_key
    encryptionKey client_ticket`.split(/\s+/),
  )('%s does', (name) => {
    expect(isSecretField(name)).toBe(true);
  });

  it.each(
    `code client_key clientKey token_type tokenType expires_in refresh_expires_in scope open_id userId key keys monkey
    primary_key state code_challenge correlationId bypass compass tokenCount secretary ${'x'.repeat(100)}`.split(/\s+/),
  )('%s does not', (name) => {
    expect(isSecretField(name)).toBe(false);
  });
});

describe('looksLikeErrorCode', () => {
  it.each([
    'invalid_grant',
    'ECONNRESET',
    'P2002',
    '42P01',
    '-104',
    'ThrottlingException',
    'auth/user-not-found',
    'en-US',
  ])('%s does', (code) => {
    expect(looksLikeErrorCode(code)).toBe(true);
  });

  it.each(['Zk7xQ2p9LmN4vB8t', 'abc*0!6410', 'a b', '', 'c4n4ryS3cr3t', 'x'.repeat(65)])('%j does not', (code) => {
    expect(looksLikeErrorCode(code)).toBe(false);
  });
});
