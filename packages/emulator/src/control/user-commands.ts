import { readChoice, readToken } from '../check.js';
import { readScopes } from '../scopes.js';
import { type Command, type CommandTarget, optional } from './command.js';

type User = ReturnType<CommandTarget['user']>;

/** Commands that are about one account; the body names it as `user`. */
export const USER_COMMANDS: readonly (readonly [name: string, command: Command])[] = [
  [
    'tokens',
    forUser(['kind', 'state', 'clientKey'], (user, { kind, state, clientKey }) => ({
      tokens: user.tokens({
        kind: optional(kind, 'kind', (value, option) => readChoice(value, option, ['access', 'refresh'])),
        state: optional(state, 'state', (value, option) =>
          readChoice(value, option, ['live', 'spent', 'revoked', 'expired']),
        ),
        clientKey: optional(clientKey, 'clientKey', readToken),
      }),
    })),
  ],
  ['deny', forUser(['scopes'], (user, { scopes }) => user.deny(readScopes(scopes, 'scopes')))],
  ['ban', forUser([], (user) => user.ban())],
  ['unban', forUser([], (user) => user.unban())],
  [
    'disconnect',
    forUser(['clientKey'], (user, { clientKey }) => user.disconnect(optional(clientKey, 'clientKey', readToken))),
  ],
  ['add-videos', forUser(['videos'], (user, { videos }) => ({ videos: user.addVideos(videos) }))],
  ['remove-video', forUser(['id'], (user, { id }) => user.removeVideo(readToken(id, 'id')))],
];

function forUser(
  takes: readonly string[],
  run: (user: User, body: Readonly<Record<string, unknown>>) => unknown,
): Command {
  return {
    takes: ['user', ...takes],
    run: (body, { target }) => run(target.user(readToken(body.user, 'user')), body),
  };
}
