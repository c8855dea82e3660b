import { naming, readToken } from './check.js';
import type { Grants, TokenState } from './grants.js';
import { readScopes } from './scopes.js';
import type { EmulatorUser } from './user.js';
import type { Account } from './users.js';
import type { EmulatorVideo, EmulatorVideoOptions } from './videos/video.js';

/** One account, and what a test may do to it. */
export interface EmulatorUserControl {
  readonly profile: EmulatorUser;
  /** The scopes this person leaves unticked from now on, instead of those before; what was granted stays granted. */
  deny(scopes: readonly string[]): void;
  /** TikTok bans the account: its tokens die at once, and it cannot sign in. */
  ban(): void;
  /** Lifts the ban. The tokens stay dead. */
  unban(): void;
  /** The person takes the app off their connected apps, or all apps: the tokens die at once. */
  disconnect(clientKey?: string): void;
  /** Adds videos, or makes up a number of them; posted now where they don't say otherwise. */
  addVideos(videos: number | readonly EmulatorVideoOptions[]): readonly EmulatorVideo[];
  /** @throws Error - when there is no video with this id. */
  removeVideo(id: string): void;
  /** Newest first, private ones too. */
  readonly videos: readonly EmulatorVideo[];
  /** The tokens issued for this person, live and dead, oldest first. */
  tokens(filter?: EmulatorTokenFilter): readonly EmulatorToken[];
}

/** A token that was issued. It is worth nothing outside the emulator. */
export interface EmulatorToken {
  readonly kind: 'access' | 'refresh';
  readonly token: string;
  readonly clientKey: string;
  readonly scopes: readonly string[];
  /** `spent` is a refresh token that was exchanged for another. */
  readonly state: TokenState;
  /** By the emulator's clock, as is `expiresAt`. */
  readonly issuedAt: Date;
  readonly expiresAt: Date;
}

/** Which tokens to list: those that agree with every property given. */
export interface EmulatorTokenFilter {
  kind?: 'access' | 'refresh' | undefined;
  state?: TokenState | undefined;
  clientKey?: string | undefined;
}

export function controlUser(account: Account, grants: Grants): EmulatorUserControl {
  const { profile } = account;
  const { username } = profile;
  return {
    profile,
    deny(scopes) {
      account.deniedScopes = naming('deny', () => readScopes(scopes, 'scopes'));
    },
    ban() {
      account.banned = true;
      grants.disconnect(username, undefined);
    },
    unban() {
      account.banned = false;
    },
    disconnect(clientKey) {
      const key = clientKey === undefined ? undefined : naming('disconnect', () => readToken(clientKey, 'clientKey'));
      grants.disconnect(username, key);
    },
    addVideos: (videos) => naming('addVideos', () => account.videos.add(videos)),
    removeVideo(id) {
      if (!account.videos.remove(id)) throw new Error(`@${username} has no video ${JSON.stringify(id)}.`);
    },
    get videos() {
      return account.videos.all();
    },
    tokens(filter = {}) {
      const { kind, state, clientKey } = filter;
      return tokensOf(username, grants).filter(
        (token) =>
          (kind === undefined || token.kind === kind) &&
          (state === undefined || token.state === state) &&
          (clientKey === undefined || token.clientKey === clientKey),
      );
    },
  };
}

function tokensOf(username: string, grants: Grants): EmulatorToken[] {
  return grants.tokensOf(username).map(({ record, state }) => ({
    kind: record.kind,
    token: record.token,
    clientKey: record.grant.holder.clientKey,
    scopes: record.grant.holder.scopes,
    state,
    issuedAt: new Date(record.issuedAt),
    expiresAt: new Date(record.expiresAt),
  }));
}
