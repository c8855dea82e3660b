import { TikTokError } from '@tt/errors';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { conformingAnswer } from './conforming-answer.js';
import { type AnswerShape, decodeAnswer } from './decode-answer.js';
import { schema } from './schema.js';

/** `npm run test:long` looks longer. */
const RUNS = process.env.TT_LONG === '1' ? 20_000 : 600;
const SEEDS = process.env.TT_LONG === '1' ? [1, 2, 3] : [undefined];

const SECRET = 'rft.Zm9vYmFyYmF6cXV4~AbCd';

const VALID = [
  `{"access_token":"act.1","expires_in":86400,"refresh_token":"${SECRET}","open_id":"o","scope":"a,b","token_type":"Bearer"}`,
  '{"data":{"user":{"open_id":"o","follower_count":7080213458555737986}},"error":{"code":"ok","message":"","log_id":"L"}}',
  `{"error":"invalid_grant","error_description":"no ${SECRET}","log_id":"2026"}`,
  '{"data":{},"error":{"code":"rate_limit_exceeded","message":"slow down","log_id":"2026"}}',
  '{"code":"scope_not_authorized","message":"m","log_id":"L"}',
  '<html><head><title>502 Bad Gateway</title></head></html>',
];

const piece = fc.oneof(
  fc.constantFrom('{', '}', '[', ']', '"', ',', ':', '\\', '\\u0000', '\u0000', '1e999', '-', '9'.repeat(400), 'null'),
  fc.constantFrom(
    '"error":',
    '"code":',
    '"data":',
    '"__proto__":',
    '"constructor":',
    '"toString":',
    '"log_id":',
    '"ok"',
  ),
  fc.constantFrom('"error":{"code":"ok"},', '"id":', '"error":"', '{"a":'.repeat(300), '['.repeat(5_000)),
  fc.string(),
);

/** A valid answer with pieces cut out, doubled or put in. */
const mutated = fc
  .tuple(fc.constantFrom(...VALID), fc.array(fc.tuple(fc.nat(200), fc.nat(12), piece), { minLength: 1, maxLength: 6 }))
  .map(([valid, edits]) =>
    edits.reduce((text, [at, cut, put]) => text.slice(0, at) + put + text.slice(at + cut), valid),
  );

const anyValue = fc.oneof(fc.jsonValue(), fc.constantFrom('ok', '', null, 0, SECRET, '9'.repeat(30)));

/** The fields that are looked at, with anything in them. */
const shaped = fc
  .record(
    {
      error: fc.oneof(
        anyValue,
        fc.record({ code: anyValue, message: anyValue, log_id: anyValue, logid: anyValue }, { requiredKeys: [] }),
      ),
      error_description: anyValue,
      data: anyValue,
      code: anyValue,
      message: anyValue,
      log_id: anyValue,
      ['__proto__']: anyValue,
    },
    { requiredKeys: [] },
  )
  .map((value) => JSON.stringify(value));

const body = fc.oneof(
  fc.uint8Array({ maxLength: 2_000 }),
  fc.oneof(mutated, shaped, fc.json(), fc.string()).map((text) => new TextEncoder().encode(text)),
);

const headers = fc.dictionary(
  fc.constantFrom('retry-after', 'date', 'x-tt-logid', 'content-type'),
  fc.oneof(fc.string(), fc.constantFrom('9'.repeat(500), 'Sun, 22 Nov 2026 10:01:30 GMT', '-1', SECRET)),
);

const answers = fc.record({
  shape: fc.constantFrom<AnswerShape>('oauth', 'api'),
  statusCode: fc.oneof(
    fc.constantFrom(0, 200, 204, 302, 400, 401, 429, 500, 502, 503),
    fc.integer({ min: 0, max: 1_200 }),
  ),
  body,
  headers,
});

const expected = schema.object({ access_token: schema.text(), user: schema.optional(schema.object({})) });

it.each(SEEDS)(
  'whatever bytes come back, the result is a value or a TikTokError (seed %s)',
  (seed) => {
    const property = fc.property(answers, ({ shape, statusCode, body: bytes, headers: fields }) => {
      const response = { statusCode, body: bytes, header: (name: string) => fields[name] };
      const call = { operation: 'op', correlationId: 'c-1', now: () => 0, secrets: () => [SECRET] };
      try {
        const answer = decodeAnswer(shape, response, call);
        expect(answer.data).toBeTypeOf('object');
        expect(Object.getPrototypeOf(answer.data)).toBe(Object.prototype);
        conformingAnswer(answer, expected['~standard'].validate(answer.data), call);
      } catch (error) {
        expect(error).toBeInstanceOf(TikTokError);
        expect(error).toMatchObject({ operation: 'op', correlationId: 'c-1' });
        expect(JSON.stringify(error)).not.toContain(SECRET);
      }
      expect(Reflect.ownKeys(Object.prototype)).toHaveLength(OBJECT_KEYS);
    });
    fc.assert(property, { numRuns: RUNS, ...(seed === undefined ? {} : { seed }) });
  },
  120_000,
);

const OBJECT_KEYS = Reflect.ownKeys(Object.prototype).length;
