import { currentCorrelationId, type Logger } from '@tt/logger';
import { TikTokError } from '@tt/oauth';
import type { ErrorRequestHandler, RequestHandler } from 'express';
import { messagePage } from './views/message.js';

const START = { label: 'Back to the start', href: '/' };

/** Any page that does not exist. */
export const notFound: RequestHandler = (_request, response) => {
  response.status(404).send(messagePage({ title: 'Page not found', text: 'There is nothing here.', action: START }));
};

/** What went wrong: to the log in full, to the person what they can do. */
export function failure(logger: Logger): ErrorRequestHandler {
  return (error: unknown, _request, response, next) => {
    const status = statusOf(error, response.statusCode);
    if (status >= 500) logger.error('Request failed', error, { status });
    else logger.warn('Request refused', { status, error });
    if (response.headersSent) {
      next(error);
      return;
    }
    const reference = currentCorrelationId();
    const known = TikTokError.isInstance(error) ? error : undefined;
    const text = known?.userMessage ?? 'Something went wrong. Please start again.';
    const title = status >= 500 ? 'That did not work' : 'That cannot be done';
    response.status(status).send(messagePage({ title, text, action: wayOn(known), reference }));
  };
}

function wayOn(error: TikTokError | undefined): { readonly label: string; readonly href: string } {
  switch (error?.operation) {
    case 'authorization.callback':
    case 'token.exchange':
      return { label: 'Sign in again', href: '/auth/tiktok' };
    case 'user.info':
    case 'token.refresh':
      return { label: 'Try again', href: '/profile' };
    default:
      return START;
  }
}

function statusOf(error: unknown, already: number): number {
  if (TikTokError.isInstance(error)) {
    switch (error.type) {
      case 'VALIDATION_ERROR':
      case 'TOKEN_EXPIRED':
        return 400;
      case 'RATE_LIMIT_ERROR':
      case 'CIRCUIT_OPEN':
      case 'TOKEN_STORE_ERROR':
        return 503;
      case 'TIMEOUT_ERROR':
        return 504;
      default:
        return 502;
    }
  }
  if (already >= 400) return already;
  // Express and its parsers put the status on the error.
  const status: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'status') : undefined;
  return typeof status === 'number' && status >= 400 && status < 600 ? status : 500;
}
