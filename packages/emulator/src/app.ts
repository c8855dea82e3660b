import { type Answer, envelopeError, flatError, htmlAnswer } from './answer.js';
import { answerOf, type Delivery, mapAnswer } from './delivery.js';
import { renderErrorPage } from './error-page.js';
import { applyFault, nameOfFault } from './faults/apply-fault.js';
import { type Form, parseForm } from './form.js';
import { flattenJson, readJsonBody } from './json-body.js';
import { createLogId } from './log-id.js';
import type { Mask } from './mask.js';
import { type Call, type ErrorShape, type IncomingRequest, isForm, type Operation, type Site } from './operation.js';
import { OPERATIONS } from './operations.js';
import { factsOf } from './request-facts.js';
import type { RequestLog } from './request-log.js';
import type { World } from './world.js';

/** Answers a request, whatever carried it here: a socket, or a call in process. */
export type App = (request: IncomingRequest) => Delivery;

/** Routes, runs and records requests. */
export function createApp(context: { world: World; log: RequestLog; mask: Mask }): App {
  const { world, log, mask } = context;

  // Synchronous on purpose: a fault delays how an answer travels, never what happens in which order.
  return (request) => {
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
    const operation = operationAt(path, { world, site: request.site });
    const form = isForm(call) ? parseForm(call.body) : undefined;
    const facts = factsOf(call, { operation: operation?.name ?? 'unknown', form, world });
    const fault = world.faults.strike(facts);
    const act = () => runOperation(operation, { call, request, world });
    const shape = operation?.errorShape ?? 'envelope';
    const delivery = mapAnswer(
      fault === undefined
        ? { kind: 'at_once', answer: act() }
        : applyFault(fault, { shape, logId: call.logId, world, act }),
      (answer) => withCommonHeaders(answer, call.logId),
    );

    const answer = answerOf(delivery);
    // Recorded before it is sent: whoever has the answer finds the request in the log.
    log.add({
      operation: facts.operation,
      method: request.method,
      path: mask.text(path),
      status: answer?.status ?? 0,
      error: answer && errorOf(answer),
      grantType: facts.grantType === undefined ? undefined : mask.text(facts.grantType),
      user: facts.user === undefined ? undefined : mask.text(facts.user),
      fault: fault === undefined ? undefined : nameOfFault(fault),
      params: mask.params([call.query, form ?? jsonIn(call)]),
      at: new Date(at),
      logId: call.logId,
    });
    return delivery;
  };
}

function operationAt(path: string, context: { world: World; site: Site | undefined }): Operation | undefined {
  const { world, site } = context;
  const here =
    site === undefined
      ? OPERATIONS
      : OPERATIONS.filter(({ errorShape }) => (errorShape === 'page') === (site === 'www'));
  const exact = here.find((each) => each.matches(path));
  if (exact !== undefined || world.rules.trailingSlash === 'required') return exact;
  return here.find((each) => each.matches(`${path}/`));
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

function jsonIn(call: Call): Form | undefined {
  const body = readJsonBody(call);
  return body.kind === 'json' ? flattenJson(body.value) : undefined;
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
