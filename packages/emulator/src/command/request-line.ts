import type { EmulatorRequest } from '../request-log.js';

/** A request on one line, as the command prints it. It holds only what the request log holds, which is masked. */
export function requestLine(request: EmulatorRequest): string {
  const { at, method, path, status, error, grantType, user, fault, logId } = request;
  const words = [
    at.toISOString(),
    method,
    path,
    status === 0 ? '---' : String(status),
    ...(grantType === undefined ? [] : [grantType]),
    ...(user === undefined ? [] : [`@${user}`]),
    ...(error === undefined ? [] : [`error=${error}`]),
    ...(fault === undefined ? [] : [`fault="${fault}"`]),
    logId,
  ];
  // A request may hold any character; a terminal must not obey it.
  return words.join(' ').replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '?');
}
