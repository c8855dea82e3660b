const WORDS: Readonly<Record<string, string>> = {
  'user.info.basic': 'Your name and avatar',
  'user.info.profile': 'Your profile: username, bio and links',
  'user.info.stats': 'Your numbers: followers, likes and videos',
  'video.list': 'Your public videos',
  'video.upload': 'Sending drafts to your TikTok inbox',
  'video.publish': 'Posting to your account',
};

/** A scope in plain words. */
export function describeScope(scope: string): string {
  return WORDS[scope] ?? scope;
}
