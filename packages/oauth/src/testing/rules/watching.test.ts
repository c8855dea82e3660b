import type { StoreEvent } from '../../token-store.js';
import { describeBrokenStores } from '../test-support/broken-store.js';
import { WATCHING } from './watching.js';

type Listener = (event: StoreEvent) => void;

describeBrokenStores(WATCHING, [
  {
    name: 'sends the record along',
    breaks: [
      'a listener: is told that it is up, then key and version of each change, in order, and nothing of the record',
      'two instances on the same data: hear of each other’s changes',
    ],
    bend: (good, database) => ({
      watch: (listener) =>
        good.watch((event) => {
          if (typeof event === 'string' || event.version === null) listener(event);
          else listener(Object.assign({ ...event }, { record: database.row(event.key)?.stored.record }));
        }),
    }),
  },
  {
    name: 'tells of each change twice',
    breaks: [
      'a listener: is told that it is up, then key and version of each change, in order, and nothing of the record',
      'a listener: hears nothing where nothing changed',
      'a listener: hears nothing any more once it stopped, and the others go on',
      'a listener: that listens twice stops twice',
      'a listener: that throws harms neither the writer nor the other listeners',
      'a listener: is told that it is down when the connection drops, and up when it hears again',
      'two instances on the same data: hear of each other’s changes',
    ],
    bend: (good) => ({
      watch: (listener) =>
        good.watch((event) => {
          listener(event);
          if (typeof event !== 'string') listener(event);
        }),
    }),
  },
  {
    name: 'does not tell of a delete',
    breaks: [
      'a listener: is told that it is up, then key and version of each change, in order, and nothing of the record',
      'two instances on the same data: hear of each other’s changes',
    ],
    bend: (good) => ({
      watch: (listener) =>
        good.watch((event) => {
          if (typeof event === 'string' || event.version !== null) listener(event);
        }),
    }),
  },
  {
    name: 'tells of a write that was refused',
    breaks: ['a listener: hears nothing where nothing changed'],
    bend: (good, database) => ({
      put: async (key, record, options) => {
        const result = await good.put(key, record, options);
        if (!result.ok) database.tell({ key, version: result.found?.version ?? null });
        return result;
      },
    }),
  },
  {
    name: 'tells of a delete of nothing',
    breaks: ['a listener: hears nothing where nothing changed'],
    bend: (good, database) => ({
      delete: async (key) => {
        if (database.row(key) === undefined) database.tell({ key, version: null });
        await good.delete(key);
      },
    }),
  },
  {
    name: 'says only to the first listener that it is up',
    breaks: [
      'a listener: that joins later is told that it is up as well',
      'a listener: hears nothing any more once it stopped, and the others go on',
      'a listener: that listens twice stops twice',
      'a listener: that throws harms neither the writer nor the other listeners',
      'a listener: is told that it is down when the connection drops, and up when it hears again',
    ],
    bend: (good) => {
      let said = false;
      return {
        watch: (listener) =>
          good.watch((event) => {
            if (event === 'up' && said) return;
            said = true;
            listener(event);
          }),
      };
    },
  },
  {
    name: 'says twice to who begins that it is up',
    breaks: [
      'a listener: is told that it is up, then key and version of each change, in order, and nothing of the record',
      'a listener: hears nothing where nothing changed',
      'a listener: that joins later is told that it is up as well',
      'a listener: hears nothing any more once it stopped, and the others go on',
      'a listener: that listens twice stops twice',
      'a listener: that throws harms neither the writer nor the other listeners',
      'a listener: is told that it is down when the store is closed',
      'a listener: is told that it is down when the connection drops, and up when it hears again',
      'two instances on the same data: hear of each other’s changes',
    ],
    bend: (good) => ({
      watch: (listener) =>
        good.watch((event) => {
          listener(event);
          if (event === 'up') listener(event);
        }),
    }),
  },
  {
    name: 'goes on telling who has stopped',
    breaks: [
      'a listener: hears nothing any more once it stopped, and the others go on',
      'a listener: that listens twice stops twice',
    ],
    bend: (good) => ({
      watch: (listener) => {
        good.watch(listener);
        return () => undefined;
      },
    }),
  },
  {
    name: 'stops telling anybody once one has stopped',
    breaks: [
      'a listener: hears nothing any more once it stopped, and the others go on',
      'a listener: that listens twice stops twice',
    ],
    bend: (good) => {
      const stops: (() => void)[] = [];
      return {
        watch: (listener) => {
          stops.push(good.watch(listener));
          return () => {
            for (const stopOne of stops) stopOne();
          };
        },
      };
    },
  },
  {
    name: 'knows its listeners by their function',
    breaks: ['a listener: that listens twice stops twice'],
    bend: (good) => {
      const stops = new Map<Listener, () => void>();
      return {
        watch: (listener) => {
          stops.get(listener)?.();
          stops.set(listener, good.watch(listener));
          return () => stops.get(listener)?.();
        },
      };
    },
  },
  {
    name: 'lets the writer feel what a listener throws',
    breaks: ['a listener: that throws harms neither the writer nor the other listeners'],
    bend: (good) => {
      let thrown: unknown;
      return {
        watch: (listener) =>
          good.watch((event) => {
            try {
              listener(event);
            } catch (error) {
              thrown = error;
            }
          }),
        put: async (key, record, options) => {
          const result = await good.put(key, record, options);
          if (thrown !== undefined) throw thrown;
          return result;
        },
      };
    },
  },
  {
    name: 'ends without a word',
    breaks: ['a listener: is told that it is down when the store is closed'],
    bend: (good) => {
      let closing = false;
      return {
        watch: (listener) =>
          good.watch((event) => {
            if (!closing) listener(event);
          }),
        close: () => {
          closing = true;
          return good.close();
        },
      };
    },
  },
  {
    name: 'says that it is up when it is closed',
    breaks: ['a listener: is told that it is down when the store is closed'],
    bend: (good) => {
      let closing = false;
      return {
        watch: (listener) => good.watch((event) => listener(closing ? 'up' : event)),
        close: () => {
          closing = true;
          return good.close();
        },
      };
    },
  },
  {
    name: 'says that it is up before it says that it is down',
    breaks: ['a listener: is told that it is down when the connection drops, and up when it hears again'],
    bend: (_good, database) => {
      database.dropConnections = () => {
        database.tell('up');
        database.tell('down');
      };
      return {};
    },
  },
  {
    name: 'says nothing of a connection that dropped',
    breaks: ['a listener: is told that it is down when the connection drops, and up when it hears again'],
    bend: (_good, database) => {
      database.dropConnections = () => undefined;
      return {};
    },
  },
  {
    name: 'says that it is up again, and is deaf',
    breaks: ['a listener: is told that it is down when the connection drops, and up when it hears again'],
    bend: (_good, database) => {
      const drop = database.dropConnections.bind(database);
      database.dropConnections = () => {
        drop();
        database.listeners.clear();
      };
      return {};
    },
  },
  {
    name: 'says that it is up, though it cannot tell of changes',
    breaks: ['a listener: is never told that it is up by a store that cannot tell of changes'],
    capabilities: { watch: false },
    bend: () => ({
      watch: (listener) => {
        listener('up');
        return () => undefined;
      },
    }),
  },
]);
