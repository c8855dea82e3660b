const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * `value` as the base of request URLs: https, or http on loopback, since credentials go there.
 *
 * @param option What the value is called, for the error.
 * @throws TypeError naming the option, what it got and what it takes.
 */
export function parseBaseUrl(option: string, value: string): URL {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  const safe = url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.has(url.hostname));
  const bare = url?.search === '' && url.hash === '' && url.username === '' && url.password === '';
  if (url === undefined || !safe || !bare) {
    // Credentials in the URL must not come out in the error.
    const shown = value.replace(/\/\/[^/]*@/, '//[redacted]@');
    throw new TypeError(
      `${option} is ${JSON.stringify(shown)}; expected an https URL, or http on localhost, without query, fragment and credentials`,
    );
  }
  return url;
}
