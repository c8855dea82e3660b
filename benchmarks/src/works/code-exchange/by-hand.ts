import { Agent, request as httpRequest } from 'node:http';
import { Pool } from 'undici';
import type { Services, Subject } from '../../harness/subject.js';
import { expectTokens, formWith, headers, nextCode, path, tokensOf } from './expected.js';

export function nodeHttp({ origin = '' }: Services): Subject {
  const agent = new Agent({ keepAlive: true });
  const { hostname, port } = new URL(origin);
  const send = (): Promise<unknown> => {
    const body = new URLSearchParams(formWith(nextCode())).toString();
    return new Promise((resolve, reject) => {
      const options = { hostname, port, path, method: 'POST', agent };
      const request = httpRequest(
        { ...options, headers: { ...headers, 'content-length': body.length } },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => resolve(JSON.parse(Buffer.concat(chunks).toString())));
        },
      );
      request.on('error', reject);
      request.end(body);
    });
  };
  return { call: async () => tokensOf(await send()), check: expectTokens, close: () => agent.destroy() };
}

export function undiciPool({ origin = '' }: Services): Subject {
  const pool = new Pool(origin);
  return {
    call: async () => {
      const body = new URLSearchParams(formWith(nextCode())).toString();
      const response = await pool.request({ path, method: 'POST', headers, body });
      return tokensOf(await response.body.json());
    },
    check: expectTokens,
    close: () => pool.close(),
  };
}

export function bareFetch({ origin = '' }: Services): Subject {
  const url = `${origin}${path}`;
  return {
    call: async () => {
      const response = await fetch(url, { method: 'POST', headers, body: new URLSearchParams(formWith(nextCode())) });
      return tokensOf(await response.json());
    },
    check: expectTokens,
  };
}
