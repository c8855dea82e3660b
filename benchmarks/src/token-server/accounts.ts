/** What the server answers, and what contenders must be found to have. */
export const codeOf = (account: string): string => `code.${account}*1!4608.va`;
export const openIdOf = (account: string): string => `open-id-of-${account}`;
export const accessTokenOf = (account: string, generation: number): string =>
  `act.${account}.${generation}.9f2c1ab07d44e8aa31Example9f2c1ab07d44!4608.va`;
export const refreshTokenOf = (account: string, generation: number): string =>
  `rft.${account}.${generation}.9f2c1ab07d44e8aa31Example9f2c1ab07d44!4608.va`;

/** The accounts whose refresh tokens are spent by use, as TikTok's are, and how often each was asked for. */
export class Accounts {
  readonly #generations = new Map<string, number>();
  readonly #requests = new Map<string, number>();

  /** How many requests an account has had. */
  requestsOf(account: string): number {
    return this.#requests.get(account) ?? 0;
  }

  /** The first pair of the account that a code stands for, as often as it is asked. */
  exchange(code: string): object | undefined {
    const account = /^code\.([\w-]+)\*1!4608\.va$/.exec(code)?.[1];
    return account === undefined ? undefined : answerOf(account, 0);
  }

  /** The next pair, for the newest refresh token alone. */
  refresh(refreshToken: string): object | undefined {
    const account = /^rft\.([\w-]+)\./.exec(refreshToken)?.[1];
    if (account === undefined) return undefined;
    this.#requests.set(account, this.requestsOf(account) + 1);
    const generation = this.#generations.get(account) ?? 0;
    if (refreshToken !== refreshTokenOf(account, generation)) return undefined;
    this.#generations.set(account, generation + 1);
    return answerOf(account, generation + 1);
  }
}

function answerOf(account: string, generation: number): object {
  return {
    access_token: accessTokenOf(account, generation),
    expires_in: 86_400,
    refresh_token: refreshTokenOf(account, generation),
    refresh_expires_in: 31_536_000,
    open_id: openIdOf(account),
    scope: 'user.info.basic,video.list',
    token_type: 'Bearer',
  };
}
