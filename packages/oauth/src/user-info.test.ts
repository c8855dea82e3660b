import { describe, expect, it } from 'vitest';
import { readUser, selectFields } from './user-info.js';

const BASIC = ['open_id', 'union_id', 'avatar_url', 'avatar_url_100', 'avatar_large_url', 'display_name'];

describe('selectFields', () => {
  it('without any knowledge asks for the six of user.info.basic', () => {
    expect(selectFields(undefined, undefined).fields).toEqual(BASIC);
  });

  it('asks for what the scopes allow and says what it left out', () => {
    const { fields, omitted } = selectFields(undefined, ['user.info.basic', 'user.info.stats']);
    expect(fields).toHaveLength(10);
    expect(omitted).toEqual([
      { field: 'bio_description', scope: 'user.info.profile' },
      { field: 'profile_deep_link', scope: 'user.info.profile' },
      { field: 'is_verified', scope: 'user.info.profile' },
      { field: 'username', scope: 'user.info.profile' },
    ]);
  });

  it('leaves a wanted field out rather than have the whole request refused', () => {
    expect(selectFields(['open_id', 'username', 'open_id'], ['user.info.basic'])).toEqual({
      fields: ['open_id'],
      omitted: [{ field: 'username', scope: 'user.info.profile' }],
    });
  });

  it('asks for wanted fields as they are where the scopes are not known', () => {
    expect(selectFields(['username'], undefined)).toEqual({ fields: ['username'], omitted: [] });
  });

  it('says so before sending where nothing is left', () => {
    expect(() => selectFields(['username'], ['user.info.basic'])).toThrow(
      expect.objectContaining({ type: 'SCOPE_NOT_AUTHORIZED', message: expect.stringContaining('user.info.profile') }),
    );
    expect(() => selectFields(undefined, ['video.list'])).toThrow(
      expect.objectContaining({ type: 'SCOPE_NOT_AUTHORIZED' }),
    );
  });

  it('names a field that does not exist', () => {
    expect(() => selectFields(['email' as 'open_id'], undefined)).toThrow(
      expect.objectContaining({ code: 'unknown_field', message: expect.stringContaining('"email"') }),
    );
  });
});

describe('readUser', () => {
  it('keeps every field, unknown ones too, and hides what was omitted from enumeration', () => {
    const omitted = [{ field: 'username', scope: 'user.info.profile' }] as const;
    const user = readUser({ user: { open_id: 'o', brand_new: 1 } }, omitted);
    expect(user).toEqual({ open_id: 'o', brand_new: 1 });
    expect(user.omitted).toBe(omitted);
    expect(JSON.stringify(user)).toBe('{"open_id":"o","brand_new":1}');
  });

  it.each([{}, { user: null }, { user: [] }, { user: 'x' }])('%j has no fields', (data) => {
    expect(readUser(data, [])).toEqual({});
  });
});
