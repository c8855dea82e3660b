import { type CatalogueEntry, DAY, inOrder, PAGES } from './catalogue-entry.js';

// TikTok says these in two places: in the answer to the call that starts a post, and later as the reason why it failed.

export const TOO_MANY_POSTS: CatalogueEntry = {
  code: 'spam_risk_too_many_posts',
  type: 'QUOTA_EXCEEDED',
  retryable: false,
  audience: 'user',
  userMessage: 'TikTok’s limit of posts for today has been reached. Please try again tomorrow.',
  hint: inOrder(
    'Do not try again within 24 hours: the creator has made as many posts through apps as TikTok allows, about 15.',
    'Other apps count too, so it can happen although yours has posted little.',
  ),
  windowMs: DAY,
  docsUrl: PAGES.sharingGuidelines,
};

/** Each place has a page of its own on it. */
export const BANNED_FROM_POSTING: Omit<CatalogueEntry, 'docsUrl'> = {
  code: 'spam_risk_user_banned_from_posting',
  type: 'QUOTA_EXCEEDED',
  retryable: false,
  audience: 'user',
  userMessage: 'TikTok does not let this account post at the moment. Please look in the TikTok app for the reason.',
  hint: 'Nothing on your side: TikTok has barred the creator from posting. Stop posting for this account.',
};
