import type { Answer } from './answer.js';
import type { Form } from './form.js';
import type { World } from './world.js';

/** What a request was for. `consent` is the decision sent from the consent page, `unknown` a path nothing answers at. */
export type EmulatorOperation = (typeof EMULATOR_OPERATIONS)[number];

export const EMULATOR_OPERATIONS = [
  'authorize',
  'consent',
  'token',
  'revoke',
  'user_info',
  'video_list',
  'video_query',
  'avatar',
  'cover',
  'favicon',
  'unknown',
] as const;

export function isEmulatorOperation(value: unknown): value is EmulatorOperation {
  return EMULATOR_OPERATIONS.some((operation) => operation === value);
}

/** A request as it arrived, whatever carried it here. */
export interface IncomingRequest {
  readonly method: string;
  /** Path and query as sent, like `/v2/user/info/?fields=open_id`. */
  readonly target: string;
  /** By lower-case name. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: IncomingBody;
  /** Which of TikTok's hosts it was sent to; absent when it was the emulator's own origin, which is both. */
  readonly site?: Site;
}

/** TikTok's pages are on one host, its API on another. */
export type Site = 'www' | 'api';

export type IncomingBody = { readonly kind: 'complete'; readonly text: string } | { readonly kind: 'too_large' };

/** A request that was routed and read. */
export interface Call {
  readonly method: string;
  readonly path: string;
  /** `undefined` when malformed. */
  readonly query: Form | undefined;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
  readonly logId: string;
}

/** In which shape an operation says no: flat JSON, API v2 envelope, or a page for people. */
export type ErrorShape = 'flat' | 'envelope' | 'page';

/** One thing TikTok can be asked to do. */
export interface Operation {
  readonly name: EmulatorOperation;
  readonly methods: readonly string[];
  readonly errorShape: ErrorShape;
  matches(path: string): boolean;
  /** Synchronous on purpose: between checking a single-use token and spending it no other request can run. */
  run(call: Call, world: World): Answer;
}

/** Whether the body says it is a form; parameters after the type (`; charset=...`) don't matter. */
export function isForm(call: Pick<Call, 'headers'>): boolean {
  const [type = ''] = (call.headers.get('content-type') ?? '').split(';');
  return type.trim().toLowerCase() === 'application/x-www-form-urlencoded';
}
