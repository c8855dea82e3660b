import { type Answer, envelopeError, flatError, htmlAnswer } from '../answer.js';
import type { Delivery } from '../delivery.js';
import { apiErrorStatus, isApiErrorCode, isOAuthErrorCode } from '../documented-errors.js';
import { refusedParameterAnswer, renderErrorPage } from '../error-page.js';
import { html } from '../html.js';
import { oauthError } from '../oauth-error.js';
import type { ErrorShape } from '../operation.js';
import type { World } from '../world.js';
import type { EmulatorErrorCode, Fault, FaultPoint } from './fault.js';

interface FaultContext {
  readonly shape: ErrorShape;
  readonly logId: string;
  readonly world: Pick<World, 'rules'>;
  /** Runs the operation, once. */
  act(): Answer;
}

/** What reaches the client when a fault strikes, and whether the request took effect on the way. */
export function applyFault(fault: Fault, context: FaultContext): Delivery {
  switch (fault.kind) {
    case 'error':
      return instead(fault.after, context, withRetryAfter(errorAnswer(fault, context), fault.retryAfter));
    case 'status':
      return instead(fault.after, context, withRetryAfter(emptyAnswer(fault.status), fault.retryAfter));
    case 'rate_limit':
      return instead(fault.after, context, withRetryAfter(rateLimitAnswer(context), fault.retryAfter));
    case 'html':
      return instead(fault.after, context, gatewayPage(fault.status));
    case 'truncated_json': {
      const answer = context.act();
      // Never nothing of it and never all: an empty body would be another fault.
      return { kind: 'at_once', answer: { ...answer, body: firstHalf(answer.body) } };
    }
    case 'wrong_content_type': {
      const answer = context.act();
      const headers = { ...answer.headers, 'content-type': fault.contentType };
      return { kind: 'at_once', answer: { ...answer, headers } };
    }
    case 'slow_headers':
    case 'slow_body':
      return { kind: fault.kind, answer: context.act(), delayMs: fault.delayMs };
    case 'hang':
      if (fault.after === 'effect') context.act();
      return { kind: 'hang' };
    case 'reset':
      if (fault.after === 'half_answer') return { kind: 'reset_half_way', answer: context.act() };
      if (fault.after === 'effect') context.act();
      return { kind: 'reset' };
  }
}

/** How the request log calls it. */
export function nameOfFault(fault: Fault): string {
  const name = fault.kind === 'error' ? fault.code : fault.kind;
  return 'after' in fault && fault.after !== 'request' ? `${name} after ${fault.after}` : name;
}

function instead(after: FaultPoint, context: FaultContext, answer: Answer): Delivery {
  if (after === 'effect') context.act();
  return { kind: 'at_once', answer };
}

function errorAnswer(
  fault: { code: EmulatorErrorCode; description: string | undefined; status: number | undefined },
  context: FaultContext,
): Answer {
  const { shape, logId, world } = context;
  const { code, status } = fault;
  const description = fault.description ?? 'The emulator was told to fail here.';
  const answer = (): Answer => {
    if (shape === 'envelope' && isApiErrorCode(code)) {
      return envelopeError(apiErrorStatus(code), { code, message: description, logId });
    }
    if (shape === 'flat' && isOAuthErrorCode(code)) return oauthError({ code, description }, { logId, world });
    return refusedParameterAnswer({ kind: 'refused', parameter: code, reason: description }, logId);
  };
  return status === undefined ? answer() : { ...answer(), status };
}

function rateLimitAnswer({ shape, logId }: FaultContext): Answer {
  const message = 'The API rate limit was exceeded. Please try again later.';
  switch (shape) {
    case 'flat':
      return flatError(429, { code: 'rate_limit_exceeded', description: message, logId });
    case 'envelope':
      return envelopeError(429, { code: 'rate_limit_exceeded', message, logId });
    case 'page':
      return htmlAnswer(429, renderErrorPage({ reason: message, logId }));
  }
}

function emptyAnswer(status: number): Answer {
  return { status, headers: { 'cache-control': 'no-store' }, body: '' };
}

function gatewayPage(status: number): Answer {
  const title = status < 400 ? 'Welcome' : `${status} Bad Gateway`;
  return {
    status,
    headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' },
    body: html`<!doctype html>
<html><head><title>${title}</title></head><body><center><h1>${title}</h1></center><hr></body></html>
`.toString(),
  };
}

function withRetryAfter(answer: Answer, retryAfter: string | undefined): Answer {
  return retryAfter === undefined ? answer : { ...answer, headers: { ...answer.headers, 'retry-after': retryAfter } };
}

function firstHalf(text: string): string {
  return text.slice(0, Math.max(1, Math.floor(text.length / 2)));
}
