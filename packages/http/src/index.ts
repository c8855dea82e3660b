export { parseBaseUrl } from './base-url.js';
export type { AnswerShape, JsonObject, TikTokAnswer } from './decode-answer.js';
export type { Fetch } from './fetch-transport.js';
export { type JsonValue, parseLossless } from './lossless-json.js';
export type { TikTokHttp, TikTokHttpOptions, TikTokRequest } from './tiktok-http.js';
export { createTikTokHttp } from './tiktok-http.js';
