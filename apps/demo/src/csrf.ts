import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { RequestHandler } from 'express';

/** A token for the forms of a new session. */
export function createCsrfToken(): string {
  return randomBytes(32).toString('hex');
}

/** Lets a POST through only if it carries its session's token; anything else is 403. */
export const requireCsrfToken: RequestHandler = (request, response, next) => {
  const received: unknown = request.body?.csrf;
  const expected = request.session.csrfToken;
  if (typeof received === 'string' && expected !== undefined && timingSafeEqual(digest(received), digest(expected))) {
    next();
    return;
  }
  response.status(403);
  next(new Error('The form’s CSRF token is missing or not this session’s'));
};

function digest(value: string): Buffer {
  return createHash('sha256').update(value).digest();
}
