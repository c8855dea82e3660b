import http from 'node:http';
import type { AddressInfo } from 'node:net';

/** What one request to the token endpoint gets: an answer, or `'cut'` for a connection that ends without one. */
export type Reply = { readonly status?: number; readonly body: unknown; readonly afterMs?: number } | 'cut';

export interface ScriptedTikTok extends AsyncDisposable {
  readonly url: string;
  /** The forms that came, in order. */
  readonly forms: readonly Readonly<Record<string, string>>[];
}

/** A real server that answers the OAuth endpoints as the test says; for faults that TikTok shows and no emulator should. */
export async function startScriptedTikTok(
  reply: (form: Readonly<Record<string, string>>, index: number) => Reply | Promise<Reply>,
): Promise<ScriptedTikTok> {
  const forms: Record<string, string>[] = [];
  const server = http.createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const form = Object.fromEntries(new URLSearchParams(body));
    forms.push(form);
    const answer = await reply(form, forms.length - 1);
    if (answer === 'cut') {
      request.socket.destroy();
      return;
    }
    if (answer.afterMs !== undefined) await new Promise((resolve) => setTimeout(resolve, answer.afterMs));
    response.writeHead(answer.status ?? 200, { 'content-type': 'application/json' });
    response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    forms,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A token answer like TikTok's. */
export function tokenAnswer(name: string, fields: Readonly<Record<string, unknown>> = {}): Reply {
  return {
    body: {
      access_token: `act.${name}`,
      expires_in: 86_400,
      refresh_token: `rft.${name}`,
      refresh_expires_in: 31_536_000,
      open_id: 'open-1',
      scope: 'user.info.basic',
      token_type: 'Bearer',
      ...fields,
    },
  };
}

/** An OAuth error like TikTok's. */
export function oauthError(error: string, status = 400): Reply {
  return { status, body: { error, error_description: 'told by the test', log_id: 'LOG1' } };
}
