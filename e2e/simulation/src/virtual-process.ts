import { createTikTokOAuth, type TikTokOAuth } from '@tt/oauth';
import type { Network } from './network.js';
import { StoreLink, type StoreLinkParts } from './store-link.js';
import { Strand } from './virtual-time.js';
import type { ProcessMishap } from './weather.js';

export interface VirtualProcessParts {
  readonly link: StoreLinkParts;
  readonly network: Network;
  readonly client: { readonly clientKey: string; readonly clientSecret: string };
  readonly redirectUri: string;
  readonly refreshInBackground: boolean;
  readonly befall: (process: VirtualProcess, mishap: ProcessMishap) => void;
}

const QUIET = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => QUIET,
};

/** A server process: a `TikTokOAuth` with a clock of its own, which can be held up or killed at any instant. */
export class VirtualProcess {
  /** Unlike that of any other, the one's before a restart included. */
  readonly name: string;
  readonly strand: Strand;
  readonly link: StoreLink;
  readonly oauth: TikTokOAuth;
  readonly befall: (mishap: ProcessMishap) => void;
  /** How far its clock is off, in milliseconds. */
  skewMs: number;
  /** It takes no work any more. */
  leaving = false;

  constructor(name: string, skewMs: number, parts: VirtualProcessParts) {
    const { time } = parts.link;
    this.name = name;
    this.skewMs = skewMs;
    this.strand = new Strand(name);
    this.befall = (mishap) => parts.befall(this, mishap);
    this.link = new StoreLink(parts.link, this);
    this.oauth = time.within(this.strand, () =>
      createTikTokOAuth({
        ...parts.client,
        redirectUri: parts.redirectUri,
        store: this.link,
        fetch: parts.network.fetchOf(this),
        now: () => time.now() + this.skewMs,
        logger: QUIET,
        refreshInBackground: parts.refreshInBackground,
      }),
    );
  }

  /** Its work ends where it is. */
  end(): void {
    this.strand.end();
    this.link.end();
  }
}
