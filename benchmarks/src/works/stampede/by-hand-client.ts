import { Agent, request as httpRequest } from 'node:http';
import { clientKey, clientSecret } from '../../client.js';
import type { Services } from '../../harness/subject.js';
import { path } from './herd.js';

/** A refresh request by hand. */
export function createRefresh({ origin = '' }: Services) {
  const { hostname, port } = new URL(origin);
  const agent = new Agent({ keepAlive: true });
  const refresh = async (refreshToken: string): Promise<{ accessToken: string; refreshToken: string }> => {
    const form = { client_key: clientKey, client_secret: clientSecret, refresh_token: refreshToken };
    const body = new URLSearchParams({ ...form, grant_type: 'refresh_token' }).toString();
    const headers = { 'content-type': 'application/x-www-form-urlencoded', 'content-length': body.length };
    const answer: unknown = await new Promise((resolve, reject) => {
      const request = httpRequest({ hostname, port, path, method: 'POST', agent, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => resolve(JSON.parse(Buffer.concat(chunks).toString())));
      });
      request.on('error', reject);
      request.end(body);
    });
    const { access_token: access, refresh_token: next } = Object(answer);
    if (typeof access !== 'string') throw new Error(`refused: ${JSON.stringify(answer)}`);
    return { accessToken: access, refreshToken: next };
  };
  return { refresh, close: () => agent.destroy() };
}
