export { createCorrelationId, isCorrelationId } from './correlation-id.js';
export {
  type CallContext,
  errorFromApiFailure,
  errorFromOAuthFailure,
  errorFromUnreadableAnswer,
  type TikTokFailure,
} from './from-answer.js';
export { isSecretField, REDACTED, redact, redactText } from './redact.js';
export { TikTokError, type TikTokErrorOptions } from './tiktok-error.js';
export { type Audience, TikTokErrorType } from './tiktok-error-type.js';
export { circuitOpenError, networkError, storeError, timeoutError, validationError } from './without-answer.js';
