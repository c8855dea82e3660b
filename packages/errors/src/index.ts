export { CATALOGUE } from './catalogue.js';
export type { CatalogueEntry, CatalogueSource } from './catalogue-entry.js';
export { createCorrelationId, isCorrelationId } from './correlation-id.js';
export { escapeControls } from './escape-controls.js';
export {
  type CallContext,
  errorFromApiFailure,
  errorFromFailReason,
  errorFromOAuthFailure,
  errorFromUnreadableAnswer,
  errorFromUploadStatus,
  type TikTokFailure,
} from './from-answer.js';
export { errorFromBody } from './from-body.js';
export { errorFromJSON } from './from-json.js';
export { isPlainField } from './plain-field.js';
export { isPlainText } from './plain-text.js';
export { redact } from './redact.js';
export { redactText } from './redact-text.js';
export { REDACTED } from './redacted.js';
export { isSecretField } from './secret-field.js';
export { TikTokError, type TikTokErrorOptions } from './tiktok-error.js';
export { type Audience, TikTokErrorType } from './tiktok-error-type.js';
export {
  createUserMessages,
  type UserMessageKey,
  type UserMessageResolver,
  type UserMessages,
} from './user-messages.js';
export {
  circuitOpenError,
  networkError,
  type StoreErrorContext,
  storeError,
  timeoutError,
  validationError,
} from './without-answer.js';
