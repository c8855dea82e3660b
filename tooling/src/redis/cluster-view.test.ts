import { expect, test } from 'vitest';
import { agreedOwner, parseClusterNodes } from './cluster-view.js';

test('the answer to CLUSTER NODES is read, hosts, shards and slots on their way included', () => {
  const text = [
    '07c3 127.0.0.1:30004@31004,hostname4 slave e7d1 0 1426238317239 4 connected',
    '67ed 127.0.0.1:30002@31002 master,fail? - 0 1426238316232 2 disconnected 5461-10922 12000',
    'e7d1 127.0.0.1:30001@31001,,shard-id=x myself,master - 0 0 1 connected 0-5460 [93-<-67ed] [77->-67ed]',
    '',
  ].join('\n');
  expect(parseClusterNodes(text)).toEqual([
    { id: '07c3', port: 30004, flags: ['slave'], masterId: 'e7d1', isConnected: true, slots: [] },
    {
      id: '67ed',
      port: 30002,
      flags: ['master', 'fail?'],
      masterId: '-',
      isConnected: false,
      slots: [
        [5461, 10922],
        [12000, 12000],
      ],
    },
    { id: 'e7d1', port: 30001, flags: ['myself', 'master'], masterId: '-', isConnected: true, slots: [[0, 5460]] },
  ]);
});

test('a slot has an owner once all nodes that run say the same', async () => {
  const owned = (owner: number) => `id 127.0.0.1:${owner}@1 master - 0 0 1 connected 7`;
  const node = (port: number, isRunning: boolean, ...answers: string[]) => ({
    port,
    isRunning: () => isRunning,
    command: async () => (answers.length > 1 ? answers.shift() : answers[0]),
  });
  const slow = node(1, true, owned(1), owned(1), owned(2));
  const quick = node(2, true, owned(2));
  const dead = node(3, false, owned(3));
  expect(await agreedOwner([quick, slow, dead], 7)).toBe(quick);
  expect(await slow.command()).toBe(owned(2));
});
