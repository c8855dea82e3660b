import { TikTokError, type TikTokOAuth, type TikTokUser } from '@tt/oauth';
import { type Response, Router, urlencoded } from 'express';
import { requireCsrfToken } from './csrf.js';
import { renew, save } from './session.js';
import { messagePage } from './views/message.js';
import { profilePage } from './views/profile.js';

/** The signed-in person's page, and the way out. */
export function profile({ oauth }: { readonly oauth: TikTokOAuth }): Router {
  const router = Router();

  router.get('/profile', async (request, response) => {
    const { userId, csrfToken = '' } = request.session;
    if (userId === undefined) {
      response.redirect(303, '/');
      return;
    }
    try {
      const user = await currentUser(oauth, userId);
      const info = await oauth.getTokenInfo(userId);
      if (info === null) {
        signInAgain(response);
        return;
      }
      response.send(profilePage({ user, scopes: info.scopes, expiresAt: info.expiresAt, csrfToken }));
    } catch (error) {
      const lost =
        TikTokError.isInstance(error) && ['TOKEN_EXPIRED', 'INVALID_TOKEN', 'AUTH_ERROR'].includes(error.type);
      if (!lost) throw error;
      signInAgain(response);
    }
  });

  router.post(
    '/disconnect',
    urlencoded({ extended: false, limit: '10kb' }),
    requireCsrfToken,
    async (request, response) => {
      const { userId } = request.session;
      const revoked = userId === undefined || (await disconnect(oauth, userId));
      await renew(request);
      request.session.notice = revoked
        ? 'Your TikTok account is disconnected.'
        : 'This app has forgotten your account, but TikTok could not be told. You can remove the app in TikTok’s settings.';
      await save(request);
      response.redirect(303, '/');
    },
  );

  return router;
}

/** What TikTok says of the person now. A token that it refuses is replaced once. */
async function currentUser(oauth: TikTokOAuth, userId: string): Promise<TikTokUser> {
  const token = await oauth.getValidToken(userId);
  try {
    return await oauth.getUserInfo(token);
  } catch (error) {
    if (!TikTokError.isInstance(error) || error.type !== 'INVALID_TOKEN') throw error;
    return oauth.getUserInfo(await oauth.getValidToken(userId, { rejected: token }));
  }
}

/**
 * Withdraws the access at TikTok, which needs a valid token, and forgets the tokens in any case.
 *
 * @returns Whether TikTok confirmed it.
 */
async function disconnect(oauth: TikTokOAuth, userId: string): Promise<boolean> {
  const token = await oauth.getValidToken(userId).catch(() => undefined);
  const revoked = token !== undefined && (await oauth.revokeAccess(token));
  await oauth.clearToken(userId);
  return revoked;
}

function signInAgain(response: Response): void {
  response.status(401).send(
    messagePage({
      title: 'Please sign in again',
      text: 'TikTok no longer lets this app see your account. Signing in again mends that.',
      action: { label: 'Continue with TikTok', href: '/auth/tiktok' },
    }),
  );
}
