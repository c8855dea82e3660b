import { TikTokError } from '@tt/errors';
import type { Logger } from '@tt/logger';
import type { SignInNeeded, TokenRecord } from '../token-record.js';
import { publisher, type TokenChannelEvent } from './token-events.js';
import { type HookRunner, type TokenHookEvents, tokensEvent } from './token-hooks.js';

export interface AnnouncerParts {
  readonly logger: Logger;
  readonly hooks: HookRunner;
  /** Called before a hook is, with the user it is about. */
  readonly beforeHook: (userId: string) => void;
}

type StoredBy = Extract<TokenChannelEvent, { event: 'stored' }>['by'];

/** Tells whoever wants to know what became of an account: the channel, the log and the application's hooks. */
export class Announcer {
  readonly #logger: Logger;
  readonly #hooks: HookRunner;
  readonly #beforeHook: AnnouncerParts['beforeHook'];
  readonly #publish = publisher();

  constructor({ logger, hooks, beforeHook }: AnnouncerParts) {
    this.#logger = logger;
    this.#hooks = hooks;
    this.#beforeHook = beforeHook;
  }

  async stored(by: StoredBy, userId: string, record: TokenRecord): Promise<void> {
    this.#publish({ event: 'stored', by });
    this.#logger.info('Tokens stored', { userId, operation: 'token.store', by });
    await this.#tell(by === 'refresh' ? 'onTokensRefreshed' : 'onTokensStored', tokensEvent(userId, record));
  }

  async unsaved(userId: string, error: TikTokError): Promise<void> {
    this.#publish({ event: 'unsaved' });
    this.#logger.error('New tokens could not be stored; they are kept in memory and written again', error, { userId });
    await this.#tell('onTokensUnsaved', { userId, error });
  }

  async signInNeeded(userId: string, { reason, logId }: SignInNeeded): Promise<void> {
    this.#publish({ event: 'sign_in_needed', reason });
    this.#logger.warn('An account must sign in again', { userId, reason, logId });
    await this.#tell('onSignInNeeded', { userId, reason, logId });
  }

  async deleted(userId: string): Promise<void> {
    this.#publish({ event: 'deleted' });
    await this.#tell('onTokensDeleted', { userId });
  }

  refreshFailed(userId: string, error: unknown): void {
    const errorType = TikTokError.isInstance(error) ? error.type : 'unknown';
    this.#publish({ event: 'refresh_failed', errorType });
    this.#logger.warn('Tokens could not be refreshed; nothing is lost, and it will be tried again', {
      userId,
      operation: 'token.refresh',
      type: errorType,
      error,
    });
  }

  writeRefused(found: Extract<TokenChannelEvent, { event: 'write_refused' }>['found']): void {
    this.#publish({ event: 'write_refused', found });
  }

  servedAnyway(why: Extract<TokenChannelEvent, { event: 'served_anyway' }>['why']): void {
    this.#publish({ event: 'served_anyway', why });
  }

  storeFailed(error: unknown): void {
    this.#logger.warn('The token store failed; tokens in memory that are still valid are served', { error });
  }

  async #tell<Name extends keyof TokenHookEvents>(name: Name, event: TokenHookEvents[Name]): Promise<void> {
    this.#beforeHook(event.userId);
    await this.#hooks.tell(name, event);
  }
}
