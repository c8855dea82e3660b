import type { TikTokUser } from '@tt/oauth';
import { page } from './page.js';
import { describeScope } from './scope-words.js';

export interface ProfileProps {
  readonly user: TikTokUser;
  readonly scopes: readonly string[];
  readonly expiresAt: Date;
  readonly csrfToken: string;
}

export function profilePage({ user, scopes, expiresAt, csrfToken }: ProfileProps): string {
  const name = user.display_name ?? 'TikTok user';
  return page(
    'Profile',
    <section class="card">
      <div class="person">
        {user.avatar_url === undefined ? null : (
          <img class="avatar" src={user.avatar_url} alt={`Avatar of ${name}`} width="96" height="96" />
        )}
        <div>
          <h1>{name}</h1>
          {user.username === undefined ? null : <p class="handle">@{user.username}</p>}
        </div>
      </div>
      <h2>What you allowed</h2>
      <ul class="scopes">
        {scopes.map((scope) => (
          <li key={scope}>
            {describeScope(scope)} <code>{scope}</code>
          </li>
        ))}
      </ul>
      <p>
        The access token expires on{' '}
        <time datetime={expiresAt.toISOString()}>
          {expiresAt.toLocaleString('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' })} UTC
        </time>
        . It is renewed before that.
      </p>
      <form method="post" action="/disconnect">
        <input type="hidden" name="csrf" value={csrfToken} />
        <button class="button quiet" type="submit">
          Disconnect
        </button>
      </form>
    </section>,
  );
}
