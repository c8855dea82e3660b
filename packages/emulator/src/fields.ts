import type { Answer } from './answer.js';
import { invalidParams } from './api-call.js';
import { fieldOf, repeatedField } from './form.js';
import type { Call } from './operation.js';

type RequestedFields =
  | { readonly kind: 'fields'; readonly names: readonly string[] }
  | { readonly kind: 'refused'; readonly answer: Answer };

/** Reads the query parameter `fields`: names separated by commas, all of them known. */
export function readFields(call: Call, isKnown: (name: string) => boolean): RequestedFields {
  const refused = (message: string): RequestedFields => ({ kind: 'refused', answer: invalidParams(call, message) });
  const { query } = call;
  const value = query === undefined || repeatedField(query, ['fields']) ? undefined : fieldOf(query, 'fields');
  if (value === undefined) return refused('Query parameter "fields" is missing or malformed.');
  const names = [...new Set(value.split(','))];
  if (!names.every(isKnown)) return refused('Query parameter "fields" names a field that does not exist.');
  return { kind: 'fields', names };
}
