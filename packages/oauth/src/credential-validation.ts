import { TikTokError } from '@tt/errors';
import type { Logger } from '@tt/logger';

/** What is known of the client key and secret. */
export interface CredentialValidation {
  readonly valid: boolean;
  /** What is wrong with them, in words for the developer; empty where they are valid. */
  readonly problems: readonly string[];
  /** When this was found out. A cached answer keeps it. */
  readonly checkedAt: Date;
  /** Whether TikTok said so; otherwise only their shape was looked at. */
  readonly live: boolean;
}

const CACHED_FOR_MS = 5 * 60_000;

export interface CredentialsParts {
  readonly clientKey: string;
  readonly logger: Logger;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/**
 * Keeps what is known of the client's credentials, for five minutes: what TikTok says of them to any request counts as
 * much as a check that somebody asked for.
 */
export class Credentials {
  readonly #parts: CredentialsParts;
  #known: CredentialValidation | undefined;
  #used = false;

  constructor(parts: CredentialsParts) {
    this.#parts = parts;
  }

  /** Looks at the key's prefix before its first use, and warns once: TikTok documents none, so it may be a good key. */
  use(): void {
    if (this.#used) return;
    this.#used = true;
    const { clientKey, logger } = this.#parts;
    if (/^(?:sb)?aw/.test(clientKey)) return;
    logger.warn('The client key begins neither with "aw" (production) nor with "sbaw" (sandbox)', {
      operation: 'credentials.validate',
      hint: 'If TikTok refuses it, compare it with the client key in TikTok for Developers; an app id is none.',
    });
  }

  /** TikTok has taken them. */
  accepted(): CredentialValidation {
    return this.#remember({ valid: true, problems: [], live: true });
  }

  /** TikTok has refused them. */
  refused({ message, logId }: TikTokError): CredentialValidation {
    const problem = logId === undefined ? message : `${message}, log id ${logId}`;
    return this.#remember({ valid: false, problems: [problem], live: true });
  }

  /**
   * @param ask Sends a request that TikTok grants to valid credentials only. Without it TikTok is not asked.
   * @throws What `ask` does, unless it is TikTok's no: that TikTok could not be asked says nothing of them.
   */
  async validate(ask?: () => Promise<unknown>): Promise<CredentialValidation> {
    this.use();
    const known = this.#known;
    if (ask === undefined) {
      if (known !== undefined && (this.#isRecent(known) || isRefusal(known))) return known;
      // The shape was checked when they came, or they would not be here.
      return this.#remember({ valid: true, problems: [], live: false });
    }
    if (known?.live === true && this.#isRecent(known)) return known;
    try {
      await ask();
    } catch (error) {
      if (!TikTokError.isInstance(error) || error.type !== 'INVALID_CREDENTIALS') throw error;
      return this.refused(error);
    }
    return this.accepted();
  }

  forget(): void {
    this.#known = undefined;
  }

  #isRecent({ checkedAt }: CredentialValidation): boolean {
    return this.#parts.now() - checkedAt.getTime() < CACHED_FOR_MS;
  }

  #remember(found: Omit<CredentialValidation, 'checkedAt'>): CredentialValidation {
    this.#known = { ...found, checkedAt: new Date(this.#parts.now()) };
    return this.#known;
  }
}

/** TikTok's no does not turn into a yes by waiting: the shape alone is no reason to take it back. */
function isRefusal({ valid, live }: CredentialValidation): boolean {
  return live && !valid;
}
