import { PromoteError } from '../../errors.ts';

/**
 * Answers questions that are asked at the same time by one request. A single question, and one that this
 * request does not answer, gets a request of its own, which shows the error.
 */
export function createBatch<Key extends string | number, Value>(
  one: (key: Key) => Promise<Value>,
  many: (keys: readonly Key[]) => Promise<ReadonlyMap<Key, Value>>,
): (key: Key) => Promise<Value> {
  let waiting = new Map<Key, PromiseWithResolvers<Value>>();

  async function answer(asked: ReadonlyMap<Key, PromiseWithResolvers<Value>>): Promise<void> {
    const found = asked.size > 1 ? await askMany([...asked.keys()]) : new Map<Key, Value>();
    for (const [key, { resolve, reject }] of asked) {
      const value = found.get(key);
      if (value === undefined) one(key).then(resolve, reject);
      else resolve(value);
    }
  }

  async function askMany(keys: readonly Key[]): Promise<ReadonlyMap<Key, Value>> {
    try {
      return await many(keys);
    } catch (error) {
      if (!(error instanceof PromoteError)) throw error;
      return new Map();
    }
  }

  return key => {
    if (waiting.size === 0) {
      setImmediate(() => {
        const asked = waiting;
        waiting = new Map();
        answer(asked).catch(error => {
          for (const { reject } of asked.values()) reject(error);
        });
      });
    }
    const known = waiting.get(key) ?? Promise.withResolvers<Value>();
    waiting.set(key, known);
    return known.promise;
  };
}
