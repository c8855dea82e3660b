import { type Answer, envelopeError, flatError, htmlAnswer } from './answer.js';
import { authorize } from './authorize.js';
import { avatar } from './avatar.js';
import { consent } from './consent.js';
import { renderErrorPage } from './error-page.js';
import { favicon } from './favicon.js';
import { type Form, fieldOf, parseForm } from './form.js';
import { createLogId } from './log-id.js';
import type { Mask } from './mask.js';
import { type Call, type ErrorShape, type IncomingRequest, isForm, type Operation } from './operation.js';
import type { RequestLog } from './request-log.js';
import { revoke } from './revoke.js';
import { token } from './token.js';
import { userInfo } from './user-info.js';
import type { World } from './world.js';

/** Answers a request, whatever carried it here: a socket, or a call in process. */
export type App = (request: IncomingRequest) => Promise<Answer>;

const OPERATIONS: readonly Operation[] = [authorize, consent, token, revoke, userInfo, avatar, favicon];

/** Routes, runs and records requests. */
export function createApp(context: { world: World; log: RequestLog; mask: Mask }): App {
  const { world, log, mask } = context;

  // Asynchronous though nothing waits yet: what delays an answer (a limit, a fault) belongs here, around the operation.
  return async (request) => {
    const at = world.now();
    const [path = '', queryText = ''] = splitTarget(request.target);
    const call: Call = {
      method: request.method,
      path,
      query: parseForm(queryText),
      headers: request.headers,
      body: request.body.kind === 'complete' ? request.body.text : '',
      logId: createLogId(at, world.logIdRandom),
    };
    const operation = OPERATIONS.find((each) => each.matches(path));
    const answer = withCommonHeaders(runOperation(operation, { call, request, world }), call.logId);

    const form = isForm(call) ? parseForm(call.body) : undefined;
    // Recorded before it is sent: whoever has the answer finds the request in the log.
    log.add({
      operation: operation?.name ?? 'unknown',
      method: request.method,
      path: mask.text(path),
      status: answer.status,
      error: errorOf(answer),
      grantType: operation?.name === 'token' ? grantTypeOf(form, mask) : undefined,
      params: mask.params([call.query, form]),
      at: new Date(at),
      logId: call.logId,
    });
    return answer;
  };
}

function runOperation(
  operation: Operation | undefined,
  context: { call: Call; request: IncomingRequest; world: World },
): Answer {
  const { call, request, world } = context;
  if (operation === undefined) return unknownPath(call);
  const refuse = (status: number, reason: string) => refuseRequest(operation.errorShape, { status, reason, call });
  if (!operation.methods.includes(call.method)) {
    const answer = refuse(405, `Method not allowed; use ${operation.methods.join(' or ')}.`);
    return { ...answer, headers: { ...answer.headers, allow: operation.methods.join(', ') } };
  }
  if (request.body.kind === 'too_large') return refuse(413, 'The request body is too large.');
  try {
    return operation.run(call, world);
  } catch {
    // A mistake of ours; the caller gets an answer in the shape it expects all the same.
    return refuse(500, 'Internal error of the emulator.');
  }
}

function refuseRequest(shape: ErrorShape, refusal: { status: number; reason: string; call: Call }): Answer {
  const { status, reason, call } = refusal;
  const { logId } = call;
  switch (shape) {
    case 'flat':
      return flatError(status, {
        code: status < 500 ? 'invalid_request' : 'server_error',
        description: reason,
        logId,
      });
    case 'envelope':
      return envelopeError(status, {
        code: status < 500 ? 'invalid_params' : 'internal_error',
        message: reason,
        logId,
      });
    case 'page':
      return htmlAnswer(status, renderErrorPage({ reason, logId }));
  }
}

function unknownPath(call: Call): Answer {
  const hint = OPERATIONS.some((each) => each.matches(`${call.path}/`)) ? " TikTok's paths end with a slash." : '';
  const message = `There is nothing at this path.${hint}`;
  return envelopeError(404, { code: 'not_found', message, logId: call.logId });
}

function withCommonHeaders(answer: Answer, logId: string): Answer {
  return { ...answer, headers: { ...answer.headers, 'x-tt-logid': logId, 'x-content-type-options': 'nosniff' } };
}

function splitTarget(target: string): [path: string, query: string] {
  // A proxy may send the absolute form (RFC 9112, 3.2.2).
  const relative = target.replace(/^https?:\/\/[^/?]*/i, '');
  const mark = relative.indexOf('?');
  return mark === -1 ? [relative, ''] : [relative.slice(0, mark), relative.slice(mark + 1)];
}

function errorOf(answer: Answer): string | undefined {
  switch (answer.note?.kind) {
    case 'error':
      return answer.note.code;
    case 'refused_parameter':
      return answer.note.parameter;
    default:
      return undefined;
  }
}

function grantTypeOf(form: Form | undefined, mask: Mask): string | undefined {
  const grantType = form === undefined ? undefined : fieldOf(form, 'grant_type');
  return grantType === undefined ? undefined : mask.text(grantType);
}
