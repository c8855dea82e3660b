import type { AccountKey } from '../../token-store.js';
import { describeBrokenStores, sharedBy } from '../test-support/broken-store.js';
import { nameOf } from '../test-support/reference-store.js';
import { DUE } from './due.js';

const listOf = sharedBy(() => new Map<string, { readonly key: AccountKey; readonly dueAt: number }>());

describeBrokenStores(DUE, [
  {
    name: 'is late by a millisecond',
    breaks: [
      'what is due: are the accounts whose time has come, to the millisecond, the most overdue first',
      'what is due: goes by the latest write of an account, and forgets one that was deleted',
      'what is due: forgets an account whose record ran out, and then still fills the limit',
    ],
    bend: (good) => ({ due: ({ before, limit }) => good.due({ before: before - 1, limit }) }),
  },
  {
    name: 'is early by a millisecond',
    breaks: [
      'what is due: are the accounts whose time has come, to the millisecond, the most overdue first',
      'what is due: holds while others write and delete: who stays due is in every answer, and nobody twice',
    ],
    bend: (good) => ({ due: ({ before, limit }) => good.due({ before: before + 1, limit }) }),
  },
  {
    name: 'knows whole seconds only',
    breaks: [
      'what is due: are the accounts whose time has come, to the millisecond, the most overdue first',
      'what is due: are no more than were asked for, and those the most overdue ones',
      'what is due: holds while others write and delete: who stays due is in every answer, and nobody twice',
    ],
    bend: (good) => ({
      put: (key, record, options) =>
        good.put(key, record, { ...options, dueAt: Math.floor(options.dueAt / 1_000) * 1_000 }),
    }),
  },
  {
    name: 'gives them in the order in which they were written',
    breaks: [
      'what is due: are the accounts whose time has come, to the millisecond, the most overdue first',
      'what is due: are no more than were asked for, and those the most overdue ones',
      'what is due: holds while others write and delete: who stays due is in every answer, and nobody twice',
    ],
    bend: (good, database) => ({
      due: async (options) => {
        const due = (await good.due(options)).map(nameOf);
        return [...database.rows.values()].map(({ key }) => key).filter((key) => due.includes(nameOf(key)));
      },
    }),
  },
  {
    name: 'gives as many as there are',
    breaks: ['what is due: are no more than were asked for, and those the most overdue ones'],
    bend: (good) => ({ due: ({ before }) => good.due({ before, limit: 1_000 }) }),
  },
  {
    name: 'takes a limit of 0 for none',
    breaks: ['what is due: are no more than were asked for, and those the most overdue ones'],
    bend: (good) => ({ due: ({ before, limit }) => good.due({ before, limit: limit === 0 ? 1_000 : limit }) }),
  },
  {
    name: 'cuts off those that are the most overdue',
    breaks: ['what is due: are no more than were asked for, and those the most overdue ones'],
    bend: (good) => ({
      due: async ({ before, limit }) => {
        const all = await good.due({ before, limit: 1_000 });
        return limit === 0 ? [] : all.slice(-limit);
      },
    }),
  },
  {
    name: 'goes by the first write of an account',
    breaks: [
      'what is due: goes by the latest write of an account, and forgets one that was deleted',
      'what is due: holds while others write and delete: who stays due is in every answer, and nobody twice',
    ],
    bend: (good, database) => {
      const list = listOf(database);
      return {
        put: async (key, record, options) => {
          const dueAt = options.ifVersion === null ? options.dueAt : (list.get(nameOf(key))?.dueAt ?? options.dueAt);
          list.set(nameOf(key), { key, dueAt });
          return good.put(key, record, { ...options, dueAt });
        },
      };
    },
  },
  {
    name: 'never takes an account off the list',
    breaks: [
      'what is due: goes by the latest write of an account, and forgets one that was deleted',
      'what is due: forgets an account whose record ran out, and then still fills the limit',
      'what is due: holds while others write and delete: who stays due is in every answer, and nobody twice',
    ],
    bend: (good, database) => {
      const list = listOf(database);
      return {
        put: async (key, record, options) => {
          const result = await good.put(key, record, options);
          if (result.ok) list.set(nameOf(key), { key, dueAt: options.dueAt });
          return result;
        },
        due: async ({ before, limit }) => {
          await good.due({ before, limit });
          const due = [...list.values()].filter(({ dueAt }) => dueAt <= before).sort((a, b) => a.dueAt - b.dueAt);
          return due.slice(0, limit).map(({ key }) => key);
        },
      };
    },
  },
  {
    name: 'takes the first of the list and leaves out the dead ones then',
    breaks: ['what is due: forgets an account whose record ran out, and then still fills the limit'],
    bend: (good, database) => ({
      due: async ({ before, limit }) => {
        await good.due({ before, limit });
        return [...database.rows.values()]
          .filter(({ dueAt }) => dueAt <= before)
          .sort((a, b) => a.dueAt - b.dueAt)
          .slice(0, limit)
          .map(({ key }) => key)
          .filter((key) => database.row(key) !== undefined);
      },
    }),
  },
  {
    name: 'reads page by page, counting from the start each time',
    breaks: ['what is due: holds while others write and delete: who stays due is in every answer, and nobody twice'],
    bend: (good) => ({
      due: async ({ before, limit }) => {
        const found: AccountKey[] = [];
        for (;;) {
          const page = (await good.due({ before, limit: 1_000 })).slice(found.length, found.length + 5);
          if (page.length === 0) return found.slice(0, limit);
          found.push(...page);
        }
      },
    }),
  },
  {
    name: 'reads page by page, and meets again whom newcomers have moved back',
    breaks: ['what is due: holds while others write and delete: who stays due is in every answer, and nobody twice'],
    bend: (good) => ({
      due: async ({ before, limit }) => {
        const first = await good.due({ before, limit: 5 });
        await Promise.resolve();
        const all = await good.due({ before, limit: 1_000 });
        const isMoved = first.length === 5 && all[4]?.userId !== first[4]?.userId;
        return (isMoved ? [...first, ...all] : all).slice(0, limit);
      },
    }),
  },
  {
    name: 'gives nothing while others write',
    breaks: ['what is due: holds while others write and delete: who stays due is in every answer, and nobody twice'],
    bend: (good) => ({
      due: async (options) => {
        const before = await good.due(options);
        const after = await good.due(options);
        return before.length === after.length ? after : [];
      },
    }),
  },
  {
    name: 'keeps half a list, though it says that it keeps none',
    breaks: ['what is due: is nothing for a store that keeps no list of it'],
    capabilities: { due: false },
    bend: () => ({}),
  },
]);
