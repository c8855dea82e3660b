import { currentCorrelationId, type Logger, withCorrelationId } from '@tt/logger';
import type { TikTokOAuth } from '@tt/oauth';
import express, { type Express, type RequestHandler } from 'express';
import helmet from 'helmet';
import { assets } from './assets.js';
import { failure, notFound } from './failure.js';
import { profile } from './profile.js';
import { save, sessions } from './session.js';
import { signIn } from './sign-in.js';
import { homePage } from './views/home.js';

export interface AppOptions {
  readonly oauth: TikTokOAuth;
  readonly logger: Logger;
  /** Where the app is reached, such as `http://localhost:3000`. */
  readonly origin: string;
  /** Asked for at sign-in. */
  readonly scopes: readonly string[];
  /** Where pictures may come from beside https: the emulator's own origin. */
  readonly pictureOrigin?: string | undefined;
  readonly offline: boolean;
  readonly sessionSecret?: string | undefined;
  /** The clock, in epoch milliseconds. Default: `Date.now`. */
  readonly now?: (() => number) | undefined;
}

/** The demo, ready to be served. */
export function createApp(options: AppOptions): Express {
  const { oauth, logger, origin, scopes, pictureOrigin, offline, sessionSecret, now = Date.now } = options;
  const secure = origin.startsWith('https:');
  const app = express();
  app.disable('x-powered-by');
  // Behind https there is a proxy in front, and the cookie is only sent if the app knows of the https.
  if (secure) app.set('trust proxy', 1);

  app.use((request, response, next) => {
    withCorrelationId(request.get('x-correlation-id'), () => {
      response.set('x-correlation-id', currentCorrelationId());
      next();
    });
  });
  app.use(securityHeaders({ secure, pictureOrigin }));
  app.use(assets());
  app.use((_request, response, next) => {
    response.set('cache-control', 'no-store');
    next();
  });
  app.use(sessions({ secret: sessionSecret, secure }));

  app.get('/', async (request, response) => {
    const { notice, userId } = request.session;
    if (notice !== undefined) {
      delete request.session.notice;
      await save(request);
    }
    response.send(homePage({ signedIn: userId !== undefined, notice, offline }));
  });
  app.use(signIn({ oauth, scopes, origin, now }));
  app.use(profile({ oauth }));
  app.use(notFound);
  app.use(failure(logger));
  return app;
}

function securityHeaders(about: {
  readonly secure: boolean;
  readonly pictureOrigin: string | undefined;
}): RequestHandler {
  const { secure, pictureOrigin } = about;
  return helmet({
    strictTransportSecurity: secure,
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'https:', ...(pictureOrigin === undefined ? [] : [pictureOrigin])],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
  });
}
