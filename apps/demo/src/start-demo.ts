import http from 'node:http';
import { createEmulator } from '@tt/emulator';
import type { Logger } from '@tt/logger';
import { createTikTokOAuth, type EnvironmentConfig, type TokenStore } from '@tt/oauth';
import { createRedisTokenStore } from '@tt/token-store-redis';
import { createApp } from './app.js';
import type { DemoConfig, TikTokMode, TokensMode } from './config.js';

/** Enough to show something, and all within reach: the emulator's app is approved for them. */
const EMBEDDED_SCOPES = ['user.info.basic', 'user.info.profile', 'video.list'];

export interface Demo {
  /** Where to look. */
  readonly url: string;
  /** One line: where to look, which TikTok, where tokens are. */
  readonly summary: string;
  close(): Promise<void>;
}

/**
 * Starts everything the configuration asks for.
 *
 * @throws Error with a sentence for the person at the terminal, when the port is taken.
 */
export async function startDemo(config: DemoConfig, logger: Logger): Promise<Demo> {
  const server = http.createServer();
  const port = await listen(server, config);
  // Not the emulator's `127.0.0.1`, wherever it listens: cookies cross ports, not hosts.
  const local = `http://localhost:${port}`;
  const tokens = chooseStore(config.tokens);
  const tiktok = await chooseTikTok(config.tiktok, local);
  const oauth = createTikTokOAuth({
    ...tiktok.app,
    logger,
    ...(tokens.store === undefined ? {} : { store: tokens.store }),
  });
  const origin = new URL(tiktok.app.redirectUri).origin;
  server.on(
    'request',
    createApp({
      oauth,
      logger,
      origin,
      scopes: config.scopes ?? tiktok.scopes,
      pictureOrigin: tiktok.app.apiBaseUrl,
      offline: config.tiktok.kind === 'embedded',
      sessionSecret: config.sessionSecret,
    }),
  );

  return {
    url: local,
    summary: `tt demo: ${local} | TikTok: ${tiktok.name} | tokens: ${tokens.name}`,
    async close() {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      await oauth.close();
      await tokens.store?.close();
      await tiktok.close();
    },
  };
}

function listen(server: http.Server, { host, port }: DemoConfig): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE')
        reject(new Error(`Port ${port} is in use. Free it, or choose another: PORT=3001 npm start`));
      else if (error.code === 'EACCES')
        reject(
          new Error(`Port ${port} needs rights that this user does not have. Choose another: PORT=3001 npm start`),
        );
      else reject(error);
    });
    server.listen(port, host, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

interface ChosenTikTok {
  readonly name: string;
  readonly app: EnvironmentConfig;
  readonly scopes: readonly string[];
  close(): Promise<void>;
}

async function chooseTikTok(mode: TikTokMode, local: string): Promise<ChosenTikTok> {
  switch (mode.kind) {
    case 'embedded': {
      const emulator = await createEmulator();
      const [{ clientKey, clientSecret }] = emulator.clients;
      const app = {
        clientKey,
        clientSecret,
        redirectUri: `${local}/auth/tiktok/callback`,
        apiBaseUrl: emulator.url,
        authorizeBaseUrl: emulator.url,
      };
      return {
        name: `embedded emulator at ${emulator.url}`,
        app,
        scopes: EMBEDDED_SCOPES,
        close: () => emulator.close(),
      };
    }
    case 'configured': {
      const { apiBaseUrl } = mode.app;
      return {
        name: apiBaseUrl === undefined ? 'the real TikTok' : `the TikTok at ${apiBaseUrl}`,
        app: mode.app,
        // One scope that the app is not approved for would make TikTok refuse the whole screen (D12).
        scopes: ['user.info.basic'],
        close: async () => undefined,
      };
    }
  }
}

function chooseStore(mode: TokensMode): { readonly name: string; readonly store?: TokenStore } {
  switch (mode.kind) {
    case 'memory':
      return { name: 'in memory' };
    case 'redis': {
      const { host } = new URL(mode.url);
      return { name: `in Redis at ${host}`, store: createRedisTokenStore({ url: mode.url, cipher: mode.cipher }) };
    }
  }
}
