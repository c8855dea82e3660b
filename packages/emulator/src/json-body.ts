import { isRecord } from './check.js';
import type { Form } from './form.js';
import type { Call } from './operation.js';

type JsonBody =
  | { readonly kind: 'json'; readonly value: Readonly<Record<string, unknown>> }
  | { readonly kind: 'malformed'; readonly problem: string };

/** Reads the body of an API v2 request: a JSON object, or nothing where all of it is optional. */
export function readJsonBody(call: Pick<Call, 'headers' | 'body'>): JsonBody {
  if (call.body === '') return { kind: 'json', value: {} };
  const [type = ''] = (call.headers.get('content-type') ?? '').split(';');
  if (type.trim().toLowerCase() !== 'application/json') {
    return { kind: 'malformed', problem: 'Content-Type must be application/json.' };
  }
  try {
    const value: unknown = JSON.parse(call.body);
    if (isRecord(value)) return { kind: 'json', value };
  } catch {
    // Said below, as for JSON that is no object.
  }
  return { kind: 'malformed', problem: 'The body must be a JSON object.' };
}

/** Deeper than any body of TikTok's; a body can be made deep enough to exhaust the stack. */
const MAX_DEPTH = 4;

/** The leaves of a JSON body as a form would have them, for the request log: `{"a":{"b":[1,2]}}` is `b=1&b=2`. */
export function flattenJson(body: Readonly<Record<string, unknown>>): Form {
  const form = new Map<string, string[]>();
  const visit = (name: string, item: unknown, depth: number): void => {
    if (depth > MAX_DEPTH) return;
    if (Array.isArray(item)) {
      for (const each of item) visit(name, each, depth + 1);
      return;
    }
    if (isRecord(item)) {
      for (const [key, each] of Object.entries(item)) visit(key, each, depth + 1);
      return;
    }
    const values = form.get(name);
    if (values === undefined) form.set(name, [String(item)]);
    else values.push(String(item));
  };
  visit('', body, 0);
  return form;
}
