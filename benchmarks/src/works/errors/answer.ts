export const code = 'access_token_invalid';
export const LOG_ID = /\b20261122101500C0FFEE\d+ABCDEF\b/;
let answers = 0;

/** What TikTok answered: an error in the API's envelope, under another log id each time. */
export function nextAnswer() {
  answers += 1;
  const message = 'The access token is invalid or not found in the request.';
  return { data: {}, error: { code, message, log_id: `20261122101500C0FFEE${answers}ABCDEF` } };
}

export const call = { operation: 'user.info', statusCode: 401, correlationId: 'tt-1736159823400-9f2c1ab07d44' };

/** What the answer's stream broke with; the error is made from it. */
export const cause = new Error('read ECONNRESET');
