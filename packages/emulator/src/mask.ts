import type { Form } from './form.js';

export const MASKED = '[masked]';

/** Parameters whose value may be shown. Every other value is masked, so that a new one is safe before it is known. */
const SHOWN = new Set([
  ...['client_key', 'client_id', 'redirect_uri', 'response_type', 'scope', 'state', 'disable_auto_auth'],
  ...['code_challenge_method', 'grant_type', 'fields', 'decision', 'user'],
  ...['cursor', 'max_count', 'video_ids'],
]);

/** Parameters whose name may be shown. A name nobody knows may itself be a secret that lost its `name=`. */
const NAMED = new Set([
  ...SHOWN,
  ...['client_secret', 'code', 'code_verifier', 'code_challenge', 'token', 'refresh_token', 'access_token', 'request'],
]);

const UNKNOWN_NAME = '[unknown parameter]';
const MAX_LENGTH = 512;

/** Hides secrets by where they stand and, in case they stand where they should not, by what they look like. */
export interface Mask {
  /** Parameters by name; one that came several times is joined with commas. */
  params(forms: readonly (Form | undefined)[]): Record<string, string>;
  /** Text that should hold no secret: all of it is masked if it does. */
  text(text: string): string;
}

export function createMask(clientSecrets: readonly string[]): Mask {
  function holdsSecret(text: string): boolean {
    const decoded = decodeLeniently(text);
    return [text, decoded].some(
      (form) =>
        // The start of our tokens and the tail of our codes; `contract.example.com` is no token.
        /(?:act|rft|clt)\.\w{40}|\*\d!\d/.test(form) || clientSecrets.some((secret) => form.includes(secret)),
    );
  }

  function text(value: string): string {
    if (holdsSecret(value)) return MASKED;
    return value.length > MAX_LENGTH ? `${value.slice(0, MAX_LENGTH - 1)}…` : value;
  }

  return {
    text,
    params(forms) {
      const shown: Record<string, string> = {};
      for (const form of forms) {
        for (const [name, values] of form ?? []) {
          const value = SHOWN.has(name) ? text(values.join(',')) : MASKED;
          shown[NAMED.has(name) ? name : UNKNOWN_NAME] = value;
        }
      }
      return shown;
    },
  };
}

function decodeLeniently(text: string): string {
  return text.replace(/%([0-9A-Fa-f]{2})/g, (_escape, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
