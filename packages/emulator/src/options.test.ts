import { expect, test } from 'vitest';
import { readOptions } from './options.js';

const client = { clientKey: 'awkey', clientSecret: 'secret', redirectUris: ['https://app.example.com/cb'] };

test('works without any', () => {
  const settings = readOptions(undefined);
  expect(settings).toMatchObject({
    address: { host: '127.0.0.1', port: 0 },
    controlPort: undefined,
    seed: undefined,
    rules: { oauthErrorStatus: '4xx' },
  });
  expect(settings.clients[0].clientKey).toBe('awemulatorclientkey');
  expect(settings.users.map(({ profile }) => profile.username)).toEqual(['minamakes', 'leo.cooks', 'zoe_ng']);
});

test('an option given as undefined is the default', () => {
  expect(readOptions({ port: undefined, clients: undefined, lifetimes: undefined })).toMatchObject({
    address: { port: 0 },
  });
});

test('fills in what a client and a user leave out', () => {
  const { clients, users } = readOptions({
    clients: [client],
    users: [{ displayName: 'Ünï Çode' }, { displayName: '🌊' }],
  });
  expect(clients[0]).toMatchObject({ name: 'awkey', scopes: ['user.info.basic'] });
  expect(users[0].profile).toMatchObject({ username: 'unicode', bio: '', isVerified: false, followerCount: 0 });
  expect(users[1]?.profile.username).toBe('user');
});

test('users of one name get usernames of their own', () => {
  const { users } = readOptions({ users: [{ displayName: 'Ann' }, { displayName: 'Ann' }, { displayName: 'ann!' }] });
  expect(users.map(({ profile }) => profile.username)).toEqual(['ann', 'ann2', 'ann3']);
});

test('each client sees an open_id of its own, the same in every run; one that is given is for all', () => {
  const clients = [client, { ...client, clientKey: 'awother' }];
  const { users } = readOptions({ clients, users: [{ displayName: 'Ann' }, { displayName: 'Bob', openId: 'bob' }] });
  const [ann, bob] = users.map(({ profile }) => profile);
  expect(ann?.openIds.awkey).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  expect(ann?.openIds.awkey).not.toBe(ann?.openIds.awother);
  expect(readOptions({ clients, users: [{ displayName: 'Ann' }] }).users[0].profile.openIds).toEqual(ann?.openIds);
  expect(bob?.openIds).toEqual({ awkey: 'bob', awother: 'bob' });
});

test.each([
  ['24h/365d', { accessTokenSeconds: 86_400, refreshTokenSeconds: 31_536_000 }],
  ['2h/180d', { accessTokenSeconds: 7_200, refreshTokenSeconds: 15_552_000 }],
  [{ accessTokenSeconds: 5 }, { accessTokenSeconds: 5, refreshTokenSeconds: 31_536_000, codeSeconds: 300 }],
])('lifetimes %j', (lifetimes, expected) => {
  expect(readOptions({ lifetimes }).lifetimes).toMatchObject(expected);
});

test.each([
  ['nothing', /options is "nothing"; it takes an object of host, port/],
  [{ client: [] }, /options has no "client"; it takes host, port, listen, control, clients/],
  [{ port: '80' }, /port is "80"; it takes a whole number 0 to 65535/],
  [{ port: 65_536 }, /port is 65536/],
  [{ port: Number.NaN }, /port is NaN/],
  [{ host: '' }, /host is an empty string/],
  [{ now: 5 }, /now is 5; it takes a Date, or a function that returns epoch milliseconds/],
  [{ now: () => 'x' }, /now is a function that returned "x"/],
  [{ seed: {} }, /seed is an object; it takes a non-empty string or a number/],
  [{ lifetimes: '1h' }, /lifetimes is "1h"; it takes '24h\/365d', '2h\/180d' or an object/],
  [{ lifetimes: { accessTokenSeconds: 0.5 } }, /lifetimes\.accessTokenSeconds is 0\.5/],
  [{ lifetimes: { accessTokenMs: 5 } }, /lifetimes has no "accessTokenMs"/],
  [{ oauthErrorStatus: 200 }, /oauthErrorStatus is 200; it takes '4xx' or '200'/],
  [{ requestLogSize: -1 }, /requestLogSize is -1/],
  [{ clients: {} }, /clients is an object/],
  [{ clients: [] }, /clients is an empty array; it takes an array of at least one client/],
  [{ clients: [{ ...client, clientKey: 7 }] }, /clients\[0\]\.clientKey is 7; it takes 1 to 200 printable ASCII/],
  [{ clients: [{ ...client, clientKey: 'a b' }] }, /clients\[0\]\.clientKey is "a b"/],
  [{ clients: [client, client] }, /clients\[1\]\.clientKey is "awkey" a second time/],
  [{ clients: [{ ...client, redirectUris: undefined }] }, /clients\[0\]\.redirectUris is undefined/],
  [
    { clients: [{ ...client, redirectUris: ['http://x.example/'] }] },
    /redirectUris\[0\] is "http:\/\/x\.example\/" \(http on/,
  ],
  [{ clients: [{ ...client, redirectUris: Array(11).fill('https://x.example/') }] }, /redirectUris is an array of 11/],
  [
    { clients: [{ ...client, scopes: ['video.create'] }] },
    /scopes\[0\] is "video\.create"; it takes one of user\.info\.basic/,
  ],
  [{ users: [] }, /users is an empty array/],
  [{ users: [{}] }, /users\[0\]\.displayName is undefined/],
  [{ users: [{ displayName: 'A', username: '..' }] }, /users\[0\]\.username is "\.\."/],
  [
    {
      users: [
        { displayName: 'A', username: 'a' },
        { displayName: 'B', username: 'a' },
      ],
    },
    /users\[1\]\.username is "a" a second time/,
  ],
  [
    {
      users: [
        { displayName: 'A', openId: 'a' },
        { displayName: 'B', openId: 'a' },
      ],
    },
    /users\[1\]\.openId is "a" a second time/,
  ],
  [
    { users: [{ displayName: 'A', avatarUrl: 'a.png' }] },
    /users\[0\]\.avatarUrl is "a\.png"; it takes an absolute http/,
  ],
  [{ users: [{ displayName: 'A', isVerified: 1 }] }, /users\[0\]\.isVerified is 1/],
  [{ users: [{ displayName: 'A', followerCount: 2 ** 53 }] }, /users\[0\]\.followerCount is 9007199254740992/],
])('%j is refused by name', (options, message) => {
  expect(() => readOptions(options)).toThrow(TypeError);
  expect(() => readOptions(options)).toThrow(message);
});

test('an error never repeats a client secret', () => {
  const clients = [{ ...client, clientSecret: 'canary with spaces' }];
  expect(() => readOptions({ clients })).toThrow(/clients\[0\]\.clientSecret is a string; it takes/);
});
