/** A token endpoint that everybody's client may talk to, whatever it calls its id. `argv`: after how many milliseconds. */
import { createServer, type ServerResponse } from 'node:http';
import { Accounts } from './accounts.js';

const delayMs = Number(process.argv[2] ?? 0);
const accounts = new Accounts();

const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.once('end', () => {
    const account = /^\/requests\/([\w-]+)$/.exec(request.url ?? '')?.[1];
    if (account !== undefined) return send(response, 200, accounts.requestsOf(account));
    const form = new URLSearchParams(Buffer.concat(chunks).toString());
    const answer = granted(form);
    const reply = () =>
      answer === undefined
        ? send(response, 400, { error: 'invalid_grant', error_description: 'It was spent.', log_id: '20261122' })
        : send(response, 200, answer);
    if (delayMs === 0) reply();
    else setTimeout(reply, delayMs);
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (typeof address === 'object' && address !== null) process.send?.(`http://127.0.0.1:${address.port}`);
});
process.once('disconnect', () => process.exit());

function granted(form: URLSearchParams): object | undefined {
  return form.get('grant_type') === 'refresh_token'
    ? accounts.refresh(form.get('refresh_token') ?? '')
    : accounts.exchange(form.get('code') ?? '');
}

function send(response: ServerResponse, status: number, value: unknown): void {
  const body = JSON.stringify(value);
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'x-tt-logid': '20261122101500C0FFEE',
  };
  response.writeHead(status, headers).end(body);
}
