import { AppError, type Clock, type Ids } from '@manga-assist/foundation';
import type { JobEventType } from '@manga-assist/schemas/events';
import { newSecret, SecretBox } from '../secrets/secret-box.ts';
import type { CallbackPolicy } from '../urls/callback-policy.ts';
import { checkCallbackUrl } from '../urls/callback-url.ts';
import { WebhookEndpoints, type WebhookEndpoint, type WebhookOwner, type WebhookSecret } from '../webhook-endpoint.ts';
import type { EndpointRecord, EndpointRecords, OwnerRecord } from './endpoint-records.ts';

/** Enough for every shop and stage of an owner; one record holds them all. */
export const MOST_ENDPOINTS = 20;
/** How long an old secret goes on signing: a day to bring the new one to every receiver. */
export const OLD_SECRET_MS = 24 * 3_600_000;
/** An owner who rotates more often than this within a day loses the oldest first. */
const MOST_OLD_SECRETS = 4;
/** Each time somebody else has written in between. One of all who race wins each round, and there are 20 endpoints. */
const MOST_ROUNDS = 100;

export interface StoredWebhookEndpointsOptions {
  records: EndpointRecords;
  secretKey: string;
  policy: CallbackPolicy;
  clock: Clock;
  ids: Ids;
}

/** The rules of endpoints, over any place to keep them. */
export class StoredWebhookEndpoints extends WebhookEndpoints {
  readonly #records: EndpointRecords;
  readonly #box: SecretBox;
  readonly #policy: CallbackPolicy;
  readonly #clock: Clock;
  readonly #ids: Ids;

  constructor({ records, secretKey, policy, clock, ids }: StoredWebhookEndpointsOptions) {
    super();
    this.#records = records;
    this.#box = new SecretBox(secretKey);
    this.#policy = policy;
    this.#clock = clock;
    this.#ids = ids;
  }

  async register(owner: WebhookOwner, { url, eventTypes }: { url: string; eventTypes: readonly JobEventType[] }, signal: AbortSignal): Promise<{ endpoint: WebhookEndpoint; secret: WebhookSecret }> {
    this.#mustBeCallable(url);
    const secret = newSecret();
    const made = this.#made(url, eventTypes, 'registered', secret);
    await this.#change(owner, (endpoints) => withOneMore(endpoints, made), signal);
    return { endpoint: toEndpoint(owner, made, undefined, this.#clock.nowMs()), secret };
  }

  async forCallback(owner: WebhookOwner, url: string, signal: AbortSignal): Promise<WebhookEndpoint> {
    this.#mustBeCallable(url);
    const made = this.#made(url, [], 'callback', newSecret());
    const record = await this.#change(owner, (endpoints) => (forUrl(endpoints, url) ? endpoints : withOneMore(endpoints, made)), signal);
    // What was made here may have been found by another in between, never the other way round.
    const found = forUrl(record.endpoints, url) ?? made;
    return toEndpoint(owner, found, record, this.#clock.nowMs());
  }

  async list(owner: WebhookOwner, signal: AbortSignal): Promise<readonly WebhookEndpoint[]> {
    const record = await this.#records.read(owner, signal);
    return record.endpoints.map((endpoint) => toEndpoint(owner, endpoint, record, this.#clock.nowMs()));
  }

  async get(owner: WebhookOwner, endpointId: string, signal: AbortSignal): Promise<WebhookEndpoint | undefined> {
    return (await this.list(owner, signal)).find((endpoint) => endpoint.endpointId === endpointId);
  }

  async update(
    owner: WebhookOwner,
    endpointId: string,
    { url, eventTypes, status }: { url?: string; eventTypes?: readonly JobEventType[]; status?: 'enabled' | 'disabled' },
    signal: AbortSignal,
  ): Promise<WebhookEndpoint | undefined> {
    if (url !== undefined) this.#mustBeCallable(url);
    // Before it is on again: failures of the past must not put it off at its first new one.
    if (status === 'enabled' || url !== undefined) await this.#records.removeHealth(owner, endpointId, signal);
    return this.#changeOne(owner, endpointId, signal, ({ disabledBecause, ...endpoint }) => ({
      ...endpoint,
      ...(url !== undefined && { url }),
      ...(eventTypes !== undefined && { eventTypes }),
      ...(status !== undefined && { status }),
      ...((status ?? endpoint.status) === 'disabled' && { disabledBecause: disabledBecause ?? ('owner' as const) }),
    }));
  }

  async rotateSecret(owner: WebhookOwner, endpointId: string, signal: AbortSignal): Promise<{ endpoint: WebhookEndpoint; secret: WebhookSecret } | undefined> {
    const secret = newSecret();
    const sealed = this.#box.seal(secret, endpointId);
    const nowMs = this.#clock.nowMs();
    const rotated = (before: EndpointRecord): EndpointRecord => {
      if (before.secret === sealed) return before;
      const previousSecrets = [{ secret: before.secret, untilMs: nowMs + OLD_SECRET_MS }, ...before.previousSecrets.filter(({ untilMs }) => untilMs > nowMs)];
      return { ...before, secret: sealed, previousSecrets: previousSecrets.slice(0, MOST_OLD_SECRETS) };
    };
    const endpoint = await this.#changeOne(owner, endpointId, signal, rotated);
    return endpoint && { endpoint, secret };
  }

  async remove(owner: WebhookOwner, endpointId: string, signal: AbortSignal): Promise<boolean> {
    let wasThere = false;
    await this.#change(
      owner,
      (endpoints) => {
        wasThere = endpoints.some((endpoint) => endpoint.endpointId === endpointId);
        return wasThere ? endpoints.filter((endpoint) => endpoint.endpointId !== endpointId) : endpoints;
      },
      signal,
    );
    await this.#records.removeHealth(owner, endpointId, signal);
    return wasThere;
  }

  close(): Promise<void> {
    return this.#records.close();
  }

  #mustBeCallable(url: string): void {
    const refusal = checkCallbackUrl(url, this.#policy);
    if (refusal === undefined) return;
    throw new AppError('invalid', 'webhooks.url-refused', `The address cannot be called: it ${refusal.message}.`, {
      problems: [{ path: 'url', message: refusal.message }],
    });
  }

  #made(url: string, eventTypes: readonly JobEventType[], origin: EndpointRecord['origin'], secret: WebhookSecret): EndpointRecord {
    const endpointId = this.#ids.sortable('whe');
    const sealed = this.#box.seal(secret, endpointId);
    return { endpointId, url, eventTypes, status: 'enabled', createdAtMs: this.#clock.nowMs(), origin, secret: sealed, previousSecrets: [] };
  }

  async #changeOne(owner: WebhookOwner, endpointId: string, signal: AbortSignal, change: (endpoint: EndpointRecord) => EndpointRecord): Promise<WebhookEndpoint | undefined> {
    const isIt = (endpoint: EndpointRecord): boolean => endpoint.endpointId === endpointId;
    const record = await this.#change(owner, (all) => (all.some(isIt) ? all.map((one) => (isIt(one) ? change(one) : one)) : all), signal);
    const changed = record.endpoints.find(isIt);
    return changed && toEndpoint(owner, changed, record, this.#clock.nowMs());
  }

  #change(owner: WebhookOwner, change: (endpoints: readonly EndpointRecord[]) => readonly EndpointRecord[], signal: AbortSignal): Promise<OwnerRecord> {
    return changeEndpoints(this.#records, owner, change, signal);
  }
}

/** Reads, changes and writes until nobody has written in between. A change that gives back what it was given is not written. */
export async function changeEndpoints(
  records: EndpointRecords,
  owner: WebhookOwner,
  change: (endpoints: readonly EndpointRecord[]) => readonly EndpointRecord[],
  signal: AbortSignal,
): Promise<OwnerRecord> {
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const seen = await records.read(owner, signal);
    const endpoints = change(seen.endpoints);
    if (endpoints === seen.endpoints) return seen;
    if (await records.write(owner, endpoints, seen.version, signal)) return { ...seen, endpoints, version: seen.version + 1 };
  }
  throw new AppError('unavailable', 'webhooks.unavailable', 'Webhooks cannot be reached just now; try again.', { retryAfterMs: 1_000 });
}

function withOneMore(endpoints: readonly EndpointRecord[], made: EndpointRecord): readonly EndpointRecord[] {
  // Written already by a call whose answer was lost.
  if (endpoints.some(({ endpointId }) => endpointId === made.endpointId)) return endpoints;
  if (endpoints.length >= MOST_ENDPOINTS) {
    throw new AppError('invalid', 'webhooks.too-many-endpoints', `There are ${MOST_ENDPOINTS} webhook endpoints already; remove one first.`);
  }
  return [...endpoints, made];
}

/** One that is on rather than one that is off. `HTTPS://Shop.jp` is `https://shop.jp/`. */
function forUrl(endpoints: readonly EndpointRecord[], url: string): EndpointRecord | undefined {
  const { href } = new URL(url);
  const same = endpoints.filter((endpoint) => new URL(endpoint.url).href === href);
  return same.find(({ status }) => status === 'enabled') ?? same[0];
}

function toEndpoint(owner: WebhookOwner, { secret: _, previousSecrets, ...endpoint }: EndpointRecord, record: OwnerRecord | undefined, nowMs: number): WebhookEndpoint {
  const failingSinceMs = record?.health.get(endpoint.endpointId)?.failingSinceMs;
  const previousSecretUntilMs = previousSecrets[0]?.untilMs ?? 0;
  return {
    ...endpoint,
    owner,
    ...(failingSinceMs !== undefined && { failingSinceMs }),
    ...(previousSecretUntilMs > nowMs && { previousSecretUntilMs }),
  };
}
