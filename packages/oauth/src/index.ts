export { TikTokError, TikTokErrorType } from '@tt/errors';
export { tiktokLogger } from '@tt/logger';
export type { CircuitBreakerStats } from '@tt/resilience';
export type { AuthorizationUrl, AuthorizationUrlOptions } from './authorization-url.js';
export type { CallbackInput } from './callback.js';
export type { ClientAccessToken, ClientAccessTokenFields } from './client-access-token.js';
export type { CredentialValidation } from './credential-validation.js';
// The second name is the one that version 2.0 used.
export { type TikTokOAuthMethods, tiktokOAuth, tiktokOAuth as tiktokOAuthOptimized } from './default-instance.js';
export { configFromEnvironment, type EnvironmentConfig } from './environment.js';
export type { CipherKey } from './key-ring.js';
export type { DueFailure, DueReport, ForEachDueOptions } from './lifecycle/due-accounts.js';
export type { ImportedTokens, ImportResult, Instant } from './lifecycle/import-tokens.js';
export { TOKEN_CHANNEL, type TokenChannelEvent } from './lifecycle/token-events.js';
export type {
  SignInNeededEvent,
  TokenHookEvents,
  TokenHooks,
  TokensEvent,
  TokensUnsavedEvent,
} from './lifecycle/token-hooks.js';
export { MemoryTokenStore, type MemoryTokenStoreOptions } from './memory-token-store.js';
export type { CacheSettings, PolicySettings, TikTokOAuthOptions } from './oauth-options.js';
export type { PkceMode } from './pkce.js';
export { createRecordCodec, type RecordCodec, type RecordCodecOptions } from './record-codec.js';
export type { Reveal } from './redacted.js';
export type { TikTokScope } from './scopes.js';
export type { SignIn } from './sign-in.js';
export {
  type ConsumeOnce,
  createSignInCookie,
  type OpenedSignIn,
  type SignInCookie,
  type SignInCookieOptions,
  type SignInToSeal,
} from './sign-in-cookie.js';
export { createTikTokOAuth, TikTokOAuth } from './tiktok-oauth.js';
export type { RefreshFields, TikTokRefreshedTokens, TikTokTokens, TokenFields } from './token-answer.js';
export {
  type CipherContext,
  createTokenCipher,
  type TokenCipher,
  type TokenCipherOptions,
} from './token-cipher.js';
export type { TokenInfo, TokenInfoFields } from './token-info.js';
export { decodeTokenRecord, encodeTokenRecord, type SignInNeeded, type TokenRecord } from './token-record.js';
export type { AccountKey, Lease, PutOptions, PutResult, StoredRecord, StoreEvent, TokenStore } from './token-store.js';
export type { OmittedField, TikTokUser, UserField } from './user-info.js';
