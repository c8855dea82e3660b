/** What is known of one of the system's codes for a connection that failed. */
export interface NetworkCode {
  readonly code: string;
  /** Whether a byte of the request may have reached the other side by then. */
  readonly sent: boolean;
  /** Whether the same call can succeed soon with nothing changed. */
  readonly retryable: boolean;
  /** For whoever runs the network: what to check, in order. */
  readonly hint: string;
}

const CERTIFICATE =
  '1. Check this machine’s clock. 2. Check for a proxy that opens TLS; give its certificate to Node in NODE_EXTRA_CA_CERTS. 3. Check that the base URL is TikTok’s.';
const LOOKUP = '1. Check the spelling of the base URL. 2. Check this machine’s name servers and its way out.';
const ROUTE = '1. Check this machine’s network and its firewall. 2. Check whether a proxy is needed.';
const ENDED =
  '1. Nothing, if it happens now and then: connections end. 2. If it happens often, look for a proxy or firewall that cuts them.';
const SLOW = '1. Check the way out of this network. 2. Look at TikTok’s status; it may be slow.';

const row = (code: string, sent: boolean, retryable: boolean, hint: string): NetworkCode => ({
  code,
  sent,
  retryable,
  hint,
});

/** The codes of Node and undici, as they stand in the cause of a failure. */
export const NETWORK_CODES: readonly NetworkCode[] = [
  row('ENOTFOUND', false, true, LOOKUP),
  row('EAI_AGAIN', false, true, LOOKUP),
  row('ECONNREFUSED', false, true, '1. Check host and port of the base URL. 2. Check that something listens there.'),
  row('EHOSTUNREACH', false, true, ROUTE),
  row('ENETUNREACH', false, true, ROUTE),
  row('EADDRNOTAVAIL', false, true, 'Check for a machine that has run out of local ports.'),
  row('UND_ERR_CONNECT_TIMEOUT', false, true, ROUTE),
  row('CERT_HAS_EXPIRED', false, false, CERTIFICATE),
  row('CERT_NOT_YET_VALID', false, false, CERTIFICATE),
  row('DEPTH_ZERO_SELF_SIGNED_CERT', false, false, CERTIFICATE),
  row('SELF_SIGNED_CERT_IN_CHAIN', false, false, CERTIFICATE),
  row('UNABLE_TO_GET_ISSUER_CERT_LOCALLY', false, false, CERTIFICATE),
  row('UNABLE_TO_VERIFY_LEAF_SIGNATURE', false, false, CERTIFICATE),
  row('ERR_TLS_CERT_ALTNAME_INVALID', false, false, CERTIFICATE),
  row('ECONNRESET', true, true, ENDED),
  row('EPIPE', true, true, ENDED),
  row('ECONNABORTED', true, true, ENDED),
  row('UND_ERR_SOCKET', true, true, ENDED),
  row('ETIMEDOUT', true, true, SLOW),
  row('UND_ERR_HEADERS_TIMEOUT', true, true, SLOW),
  row('UND_ERR_BODY_TIMEOUT', true, true, SLOW),
];

const BY_CODE: ReadonlyMap<string, NetworkCode> = new Map(NETWORK_CODES.map((entry) => [entry.code, entry]));

/** What is known of `code`; `undefined` for one that is not about the network, or new. */
export function networkCode(code: string | undefined): NetworkCode | undefined {
  return code === undefined ? undefined : BY_CODE.get(code);
}
