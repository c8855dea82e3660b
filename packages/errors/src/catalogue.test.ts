import { describe, expect, it } from 'vitest';
import { CATALOGUE, catalogueEntry } from './catalogue.js';
import { NETWORK_CODES } from './network-codes.js';
import { TYPE_TRAITS } from './tiktok-error-type.js';

const all = Object.values(CATALOGUE).flat();

describe('the catalogue', () => {
  // TikTok's pages, read by hand; the table is not asked what it should hold.
  it('holds every code that TikTok documents', () => {
    const codes = (entries: typeof all): string[] => entries.map(({ code }) => code).sort();
    expect(codes([...CATALOGUE.oauth])).toEqual(
      [
        'access_denied',
        'invalid_client',
        'invalid_grant',
        'invalid_request',
        'invalid_scope',
        'unauthorized_client',
        'unsupported_grant_type',
        'unsupported_response_type',
        'server_error',
        'temporarily_unavailable',
      ].sort(),
    );
    expect(codes([...CATALOGUE.api])).toEqual(
      [
        'access_token_invalid',
        'scope_not_authorized',
        'scope_permission_missed',
        'rate_limit_exceeded',
        'internal_error',
        'invalid_params',
        'invalid_param',
        'invalid_file_upload',
        'spam_risk_too_many_posts',
        'spam_risk_user_banned_from_posting',
        'spam_risk_too_many_pending_share',
        'reached_active_user_cap',
        'unaudited_client_can_only_post_to_private_accounts',
        'url_ownership_unverified',
        'privacy_level_option_mismatch',
        'app_version_check_failed',
        'invalid_publish_id',
        'token_not_authorized_for_specified_publish_id',
        'publish_not_cancellable',
      ].sort(),
    );
    expect(codes([...CATALOGUE.upload])).toEqual(
      ['upload_400', 'upload_403', 'upload_404', 'upload_416', 'upload_5xx'].sort(),
    );
    expect(codes([...CATALOGUE.publish])).toEqual(
      [
        'internal',
        'video_pull_failed',
        'photo_pull_failed',
        'file_format_check_failed',
        'duration_check_failed',
        'frame_rate_check_failed',
        'picture_size_check_failed',
        'publish_cancelled',
        'auth_removed',
        'spam_risk_too_many_posts',
        'spam_risk_user_banned_from_posting',
        'spam_risk_text',
        'spam_risk',
      ].sort(),
    );
  });

  it.each(all)('$code is complete, polite and free of jargon', ({ type, userMessage, hint, docsUrl, windowMs }) => {
    expect(Object.keys(TYPE_TRAITS)).toContain(type);
    expect(userMessage).toMatch(/^[A-Z].{20,}\.$/);
    expect(userMessage).not.toMatch(
      /token|oauth|\bapi\b|scope|http|circuit|client|server|endpoint|url|parameter|request|upload_|invalid|error|[_{}<>]/i,
    );
    expect(hint).toMatch(/^.{20,}\.$/);
    expect(docsUrl).toMatch(/^https:\/\/developers\.tiktok\.com\/doc\/[a-z0-9-]+$/);
    expect([undefined, 60_000, 86_400_000]).toContain(windowMs);
  });

  it.each(all.filter(({ audience }) => audience === 'user'))(
    '$code tells the person what they can do',
    ({ userMessage }) => {
      expect(userMessage).toMatch(/please|you can/i);
    },
  );

  it.each(all.filter(({ type }) => type === 'INVALID_CREDENTIALS'))('$code is never the person’s fault', (entry) => {
    expect(entry.audience).toBe('developer');
  });

  it.each(all.filter(({ type }) => type === 'QUOTA_EXCEEDED'))('$code is not to be retried now', (entry) => {
    expect(entry.retryable).toBe(false);
  });

  it('names each code once in each place it stands in', () => {
    for (const entries of Object.values(CATALOGUE)) {
      expect(new Set(entries.map(({ code }) => code)).size).toBe(entries.length);
    }
    expect(new Set(NETWORK_CODES.map(({ code }) => code)).size).toBe(NETWORK_CODES.length);
  });

  it('cannot be changed by who imports it', () => {
    expect(() => Object.assign(CATALOGUE.oauth[0] ?? {}, { retryable: true })).toThrow(TypeError);
    expect(() => Object.assign(CATALOGUE, { oauth: [] })).toThrow(TypeError);
  });

  it('is not fooled by a code named like an object’s own method', () => {
    for (const code of ['constructor', '__proto__', 'toString', ''])
      expect(catalogueEntry('oauth', code)).toBeUndefined();
  });
});
