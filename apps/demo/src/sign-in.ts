import { TikTokError, type TikTokOAuth } from '@tt/oauth';
import { Router } from 'express';
import { createCsrfToken } from './csrf.js';
import { renew, save } from './session.js';
import { messagePage } from './views/message.js';

/** As long as a person may take on TikTok's page. */
const SIGN_IN_WITHIN_MS = 10 * 60 * 1000;

export interface SignInOptions {
  readonly oauth: TikTokOAuth;
  readonly scopes: readonly string[];
  /** Where this app is reached: the session's cookie must be of the host that TikTok sends people back to. */
  readonly origin: string;
  readonly now: () => number;
}

/** Sends people to TikTok, and takes them in when they come back. */
export function signIn({ oauth, scopes, origin, now }: SignInOptions): Router {
  const router = Router();

  router.get('/auth/tiktok', async (request, response) => {
    // Only between the names of this machine: behind a proxy the host we see is the proxy's business.
    if (isLoopback(request.hostname) && request.hostname !== new URL(origin).hostname) {
      response.redirect(`${origin}${request.originalUrl}`);
      return;
    }
    // Whoever wants to allow more than the last time must see TikTok's page again.
    const disableAutoAuth = request.query.again === undefined ? undefined : true;
    const { url, state, codeVerifier } = await oauth.getAuthorizationUrl(scopes, { disableAutoAuth });
    request.session.pendingSignIn = { state, codeVerifier, scopes, startedAt: now() };
    await save(request);
    response.redirect(url);
  });

  router.get('/auth/tiktok/callback', async (request, response) => {
    // D18: the state is good for one try, so it goes before anything is done with it.
    const pending = request.session.pendingSignIn;
    delete request.session.pendingSignIn;
    await save(request);
    const expired = pending === undefined || now() - pending.startedAt > SIGN_IN_WITHIN_MS;

    try {
      const { userId, tokens, grantedScopes } = await oauth.handleCallback(request.originalUrl, {
        state: expired ? undefined : pending.state,
        codeVerifier: pending?.codeVerifier,
      });
      const missing = (pending?.scopes ?? []).filter((scope) => !grantedScopes.includes(scope));
      if (!grantedScopes.includes('user.info.basic')) {
        // Nothing can be done with such a token, so none is kept.
        await oauth.revokeAccess(tokens.access_token);
        await oauth.clearToken(userId);
        response.send(missingScopesPage(missing, { usable: false }));
        return;
      }
      await renew(request);
      request.session.userId = userId;
      // Now, and not with the first form: two pages that load at once must not make two.
      request.session.csrfToken = createCsrfToken();
      await save(request);
      if (missing.length > 0) response.send(missingScopesPage(missing, { usable: true }));
      else response.redirect(303, '/profile');
    } catch (error) {
      if (!TikTokError.isInstance(error) || error.code !== 'access_denied') throw error;
      response.send(
        messagePage({
          title: 'You cancelled the sign-in',
          text: 'Nothing was shared with this app. You can try again whenever you like.',
          action: { label: 'Try again', href: '/auth/tiktok' },
          alternative: { label: 'Back to the start', href: '/' },
        }),
      );
    }
  });

  return router;
}

function isLoopback(hostname: string): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
}

function missingScopesPage(missingScopes: readonly string[], { usable }: { readonly usable: boolean }): string {
  const again = { label: 'Try again', href: '/auth/tiktok?again' };
  return messagePage({
    title: 'Not everything was allowed',
    text: usable
      ? 'You are signed in, but you left this out:'
      : 'Without your name and avatar there is nothing to show, so nothing was kept. You left this out:',
    missingScopes,
    action: again,
    ...(usable ? { alternative: { label: 'Continue without', href: '/profile' } } : {}),
  });
}
