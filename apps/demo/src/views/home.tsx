import { page } from './page.js';

export interface HomeProps {
  readonly signedIn: boolean;
  readonly notice: string | undefined;
  /** Whether it is the embedded emulator that people will meet. */
  readonly offline: boolean;
}

export function homePage({ signedIn, notice, offline }: HomeProps): string {
  return page(
    'Home',
    <section class="card">
      {notice === undefined ? null : (
        <p class="notice" role="status">
          {notice}
        </p>
      )}
      <h1>Connect your TikTok account</h1>
      <p>Sign in to see your profile here. You decide what this app may see, and you can disconnect at any time.</p>
      <a class="button" href={signedIn ? '/profile' : '/auth/tiktok'}>
        {signedIn ? 'Go to your profile' : 'Continue with TikTok'}
      </a>
      {offline ? <p class="hint">This demo runs offline: an emulator plays TikTok’s part.</p> : null}
    </section>,
  );
}
