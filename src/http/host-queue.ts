import pLimit, { type LimitFunction } from 'p-limit';

/** Runs work for a host as soon as fewer pieces of work run for it than its limit. */
export type HostQueue = <T>(host: string, work: () => Promise<T>) => Promise<T>;

/** One queue a host, each as wide as its host allows. Work must not wait for other work of the queue, or both wait for ever. */
export function createHostQueue(concurrencyOf: (host: string) => number): HostQueue {
  const queues = new Map<string, LimitFunction>();
  return (host, work) => {
    const queue = queues.get(host) ?? pLimit(concurrencyOf(host));
    queues.set(host, queue);
    return queue(work);
  };
}
