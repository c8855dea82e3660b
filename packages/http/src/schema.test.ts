import fc from 'fast-check';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { schema } from './schema.js';
import { pathOf, type SchemaOutput, type StandardSchema } from './standard-schema.js';

function read<T>(one: StandardSchema<T>, value: unknown): unknown {
  const result = one['~standard'].validate(value);
  if (result instanceof Promise) throw new Error('it must answer at once');
  return result.issues === undefined
    ? { value: result.value }
    : result.issues.map((issue) => `${pathOf(issue)} ${issue.message}`);
}

const user = schema.object({
  open_id: schema.text(),
  display_name: schema.optional(schema.text()),
  follower_count: schema.orAbsent(schema.integer({ min: 0 })),
  is_verified: schema.optional(schema.flag()),
  videos: schema.optional(schema.list(schema.object({ id: schema.text() }))),
});

describe('schema', () => {
  it('gives typed data, and keeps fields that it does not know', () => {
    const value = { open_id: 'o', is_verified: true, new_field: [1], videos: [{ id: '1', title: 't' }] };
    expect(read(user, value)).toEqual({ value });
    expectTypeOf<SchemaOutput<typeof user>>().toMatchTypeOf<{
      readonly open_id: string;
      readonly display_name?: string;
      readonly follower_count?: number;
      readonly is_verified?: boolean;
      readonly videos?: readonly { readonly id: string }[];
    }>();
    expectTypeOf<{ open_id: string }>().toMatchTypeOf<SchemaOutput<typeof user>>();
  });

  it('names every field that is missing or malformed, by its path', () => {
    expect(read(user, { display_name: 5, videos: [{ id: '1' }, {}, 3] })).toEqual([
      'open_id missing',
      'display_name not a text',
      'videos.1.id missing',
      'videos.2 not an object',
    ]);
  });

  it('takes null for missing, and leaves out what is absent', () => {
    const given = { open_id: 'o', display_name: null };
    expect(read(user, given)).toEqual({ value: { open_id: 'o' } });
    expect(given).toEqual({ open_id: 'o', display_name: null });
    expect(read(schema.object({ constructor: schema.text() }), {})).toEqual(['constructor missing']);
    expect(read(user, { open_id: null })).toEqual(['open_id missing']);
  });

  it('lets a field go that is good to have where it is malformed', () => {
    expect(read(user, { open_id: 'o', follower_count: -1 })).toEqual({ value: { open_id: 'o' } });
    expect(read(user, { open_id: 'o', follower_count: 'many' })).toEqual({ value: { open_id: 'o' } });
  });

  it.each([
    ['86400', { value: 86_400 }],
    [86_400, { value: 86_400 }],
    ['-1', ['  not from 0 to 100000']],
    [100_001, ['  not from 0 to 100000']],
    [1.5, ['  not a whole number']],
    ['1e3', ['  not a whole number']],
    ['9007199254740993', ['  not a whole number']],
    [true, ['  not a whole number']],
    [undefined, ['  missing']],
  ])('reads the whole number %j', (value, expected) => {
    const result = read(schema.integer({ min: 0, max: 100_000 }), value);
    expect(Array.isArray(result) ? result.map((line) => ` ${line}`) : result).toEqual(expected);
  });

  it.each([
    [schema.text(), ''],
    [schema.text(), 1],
    [schema.flag(), 'true'],
    [schema.flag(), undefined],
    [schema.list(schema.text()), { 0: 'a' }],
    [schema.list(schema.text()), ['a', '']],
    [schema.object({}), []],
    [schema.object({}), null],
  ])('refuses what is of another kind (%#)', (one, value) => {
    expect(read(one, value)).toBeInstanceOf(Array);
  });

  it('shows no value in what it says', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^rft\.[a-z0-9]{12,30}$/), (secret) => {
        expect(JSON.stringify(read(user, { open_id: [secret], videos: secret }))).not.toContain(secret);
      }),
    );
  });

  it('answers whatever it is given, and does not change it', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        const before = structuredCloneOrNothing(value);
        read(user, value);
        if (before !== undefined) expect(value).toEqual(before);
      }),
    );
  });
});

function structuredCloneOrNothing(value: unknown): unknown {
  try {
    return structuredClone(value);
  } catch {
    return undefined;
  }
}
