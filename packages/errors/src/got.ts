import { redact } from './redact.js';

/** How a wrong option shows what it got: as JSON, short, and without a secret in it. */
export function got(value: unknown): string {
  if (typeof value === 'number') return String(value);
  const text = JSON.stringify(redact(value)) ?? String(value);
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
