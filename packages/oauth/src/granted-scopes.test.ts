import { expect, it } from 'vitest';
import { GrantedScopes } from './granted-scopes.js';

it('remembers what a token was granted', () => {
  const granted = new GrantedScopes();
  granted.remember('act.1', 'user.info.basic,video.list');
  expect(granted.of('act.1')).toEqual(['user.info.basic', 'video.list']);
  expect(granted.of('act.2')).toBeUndefined();
});

it('forgets the oldest beyond its bound', () => {
  const granted = new GrantedScopes();
  for (let i = 0; i <= 10_000; i++) granted.remember(`act.${i}`, 'a');
  expect(granted.of('act.0')).toBeUndefined();
  expect(granted.of('act.1')).toEqual(['a']);
});
