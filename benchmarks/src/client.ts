/** The app at TikTok that every contender is. */
export const clientKey = 'awbenchmarkclient1';
export const clientSecret = 'a-secret-of-a-usual-length-0123456789';
export const redirectUri = 'https://app.example.com/auth/tiktok/callback';
export const scopes = ['user.info.basic', 'video.list'] as const;
