export { TikTokError, TikTokErrorType } from '@tt/errors';
export { tiktokLogger } from '@tt/logger';
export type { CircuitBreakerStats } from '@tt/resilience';
export type { AuthorizationUrl } from './authorization-url.js';
export type { CallbackInput } from './callback.js';
// The second name is the one that version 2.0 used.
export { type TikTokOAuthMethods, tiktokOAuth, tiktokOAuth as tiktokOAuthOptimized } from './default-instance.js';
export { configFromEnvironment, type EnvironmentConfig } from './environment.js';
export { MemoryTokenStore, type MemoryTokenStoreOptions } from './memory-token-store.js';
export type { PkceMode } from './pkce.js';
export type { Reveal } from './redacted.js';
export type { TikTokScope } from './scopes.js';
export type { PolicySettings, SignIn, TikTokOAuthOptions, TokenInfo, TokenInfoFields } from './tiktok-oauth.js';
export { createTikTokOAuth, TikTokOAuth } from './tiktok-oauth.js';
export type { RefreshFields, TikTokRefreshedTokens, TikTokTokens, TokenFields } from './token-answer.js';
export { type CipherContext, type CipherKey, createTokenCipher, type TokenCipher } from './token-cipher.js';
export { decodeTokenRecord, encodeTokenRecord, type SignInNeeded, type TokenRecord } from './token-record.js';
export type { AccountKey, Lease, PutOptions, PutResult, StoredRecord, StoreEvent, TokenStore } from './token-store.js';
export type { OmittedField, TikTokUser, UserField } from './user-info.js';
