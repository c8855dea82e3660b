/** What to check, in order, where the failure is not TikTok's to name. */
export const OWN_HINTS = {
  circuitOpen: 'Wait, or look at the failures that opened it; resetting it does not mend the service behind it.',
  timeout: '1. Check the way to TikTok from this machine. 2. If TikTok is slow but answers, allow more time.',
  unreadableAnswer:
    '1. Try again with backoff: a gateway answered in TikTok’s place, or the answer was cut short. 2. Check for a proxy of your own in between.',
} as const;
