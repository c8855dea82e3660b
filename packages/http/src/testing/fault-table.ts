import { TikTokError } from '@tt/errors';
import { createCircuitBreaker, createPolicy, createRetry } from '@tt/resilience';
import { schema } from '../schema.js';
import { createTikTokHttp, type TikTokHttp } from '../tiktok-http.js';
import { CONTENDERS, type Contender } from './contenders.js';
import { FAULTS, type Fault } from './faults.js';

/** What one request that met a fault came to. */
interface Verdict {
  readonly error: TikTokError;
  /** How often it was sent, or tried to be. */
  readonly sends: number;
  /** What the breaker counted. */
  readonly counted: string;
}

const PATIENT_MS = 15_000;
const SHORT_MS = 250;

const READ = {
  operation: 'user.info',
  method: 'GET',
  path: '/v2/user/info/',
  shape: 'api',
  schema: schema.object({ user: schema.object({ open_id: schema.text() }) }),
} as const;

const SINGLE_USE = {
  operation: 'token.exchange',
  method: 'POST',
  path: '/v2/oauth/token/',
  shape: 'oauth',
  form: { grant_type: 'authorization_code' },
  schema: schema.object({ access_token: schema.text() }),
} as const;

/** Sends one request into a fault, three times at most. */
async function meet(
  fault: Fault,
  contender: Contender,
  send: (http: TikTokHttp) => Promise<unknown>,
): Promise<Verdict> {
  const server = await fault.start();
  const { options, close } = contender.create({ connectTimeoutMs: fault.endless === true ? SHORT_MS : PATIENT_MS });
  let sends = 0;
  const breaker = createCircuitBreaker({ failureThreshold: 100 });
  const policy = createPolicy({
    // A connection that is not made ends by its own limit, where there is one: fetch has none that could be set.
    timeoutMs:
      fault.endless === true && !(server.url.startsWith('https') && contender.name !== 'fetch') ? SHORT_MS : PATIENT_MS,
    retry: createRetry({ attempts: 3, sleep: async () => undefined }),
    breaker,
  });
  const counting = {
    execute: ((run, executeOptions) =>
      policy.execute((context) => {
        sends += 1;
        return run(context);
      }, executeOptions)) satisfies typeof policy.execute,
  };
  const http = createTikTokHttp({ baseUrl: server.url, policy: counting, maxResponseBytes: 10_000, ...options });
  try {
    if (fault.primed === true) {
      await send(http).catch(() => undefined);
      // Some transports free a connection a moment after the answer has been read.
      await new Promise((resolve) => setTimeout(resolve, 30));
      sends = 0;
      breaker.reset();
    }
    const error = await send(http).then(
      (value) => Promise.reject(new Error(`${fault.name}: it succeeded with ${JSON.stringify(value)}`)),
      (caught: unknown) => caught,
    );
    if (!(error instanceof TikTokError)) throw error;
    const { failures, successes } = breaker.stats();
    return { error, sends, counted: counts(failures, successes) };
  } finally {
    http.close();
    breaker.close();
    await close();
    await server.close();
  }
}

function counts(failures: number, successes: number): string {
  if (failures > 0 && successes > 0) return `${failures} failures, ${successes} successes`;
  return failures > 0 ? 'failure' : successes > 0 ? 'success' : 'nothing';
}

/** The cells of a fault's row, but for its name and transport. */
async function row(fault: Fault, contender: Contender): Promise<string> {
  const [read, singleUse] = await Promise.all([
    meet(fault, contender, (http) => http.send(READ)),
    meet(fault, contender, (http) => http.send(SINGLE_USE)),
  ]);
  const { error } = read;
  for (const field of ['type', 'retryable', 'outcomeUnknown'] as const) {
    if (error[field] !== singleUse.error[field]) {
      throw new Error(`${fault.name}: ${field} differs, ${error[field]} and ${singleUse.error[field]}`);
    }
  }
  return [
    `\`${error.type}\``,
    yes(error.retryable),
    yes(error.outcomeUnknown),
    `sent ${times(read.sends)}`,
    `sent ${times(singleUse.sends)}`,
    read.counted,
  ].join(' | ');
}

function yes(value: boolean): string {
  return value ? 'yes' : 'no';
}

function times(count: number): string {
  return ['never', 'once', 'twice'][count] ?? `${count} times`;
}

/** The rows of one fault: one where all transports agree. */
async function rowsOf(fault: Fault): Promise<string[]> {
  const cells = await Promise.all(
    CONTENDERS.map(async (contender) => ({ name: contender.name, cells: await row(fault, contender) })),
  );
  const distinct = [...new Set(cells.map((each) => each.cells))];
  return distinct.map((each) => {
    const names = cells.filter((one) => one.cells === each).map(({ name }) => name);
    return `| ${fault.name}${distinct.length === 1 ? '' : `, over ${names.join(', ')}`} | ${each} |`;
  });
}

/** The table of the README: every fault, met over every transport. */
export async function faultTable(): Promise<string> {
  const rows = new Map<Fault, readonly string[]>();
  // Those that only a limit ends wait together, and by themselves: nothing else is to reach their limit.
  const endless = FAULTS.filter((fault) => fault.endless === true);
  await Promise.all(endless.map(async (fault) => rows.set(fault, await rowsOf(fault))));
  for (const fault of FAULTS.filter((each) => !rows.has(each))) rows.set(fault, await rowsOf(fault));
  return [
    '| What happens | `type` | `retryable` | `outcomeUnknown` | A read is | A single-use request is | The breaker counts each as |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...FAULTS.flatMap((fault) => rows.get(fault) ?? []),
  ].join('\n');
}
