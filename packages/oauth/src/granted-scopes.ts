import { OldestFirst } from './oldest-first.js';
import { parseScopes, type TikTokScope } from './scopes.js';

/** Enough for the tokens in use at a time; a forgotten one only costs fields (D12). */
const MAX_TOKENS = 10_000;

/** Remembers which scopes the access tokens have that went through our hands. */
export class GrantedScopes {
  readonly #byToken = new Map<string, string>();
  readonly #oldest = new OldestFirst(this.#byToken);

  remember(accessToken: string, scope: string): void {
    if (this.#byToken.get(accessToken) === scope) return;
    this.#byToken.delete(accessToken);
    this.#byToken.set(accessToken, scope);
    if (this.#byToken.size <= MAX_TOKENS) return;
    const oldest = this.#oldest.next();
    if (oldest !== undefined) this.#byToken.delete(oldest);
  }

  of(accessToken: string): readonly TikTokScope[] | undefined {
    const scope = this.#byToken.get(accessToken);
    return scope === undefined || scope === '' ? undefined : parseScopes(scope);
  }
}
