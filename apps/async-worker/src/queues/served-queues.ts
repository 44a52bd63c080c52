export interface ServedQueue {
  name: string;
  /** Of the worker's places, in proportion to the other queues. */
  weight: number;
}

/** `manga-fm-normal=4` → name and weight; without a weight, 1. */
export function servedQueues(queueNames: readonly string[]): readonly ServedQueue[] {
  return queueNames.map((entry) => {
    const [name = '', weight = '1'] = entry.split('=');
    return { name, weight: Number(weight) };
  });
}
