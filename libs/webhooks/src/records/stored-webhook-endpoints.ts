import { AppError, type Clock, type Ids } from '@manga-assist/foundation';
import type { JobEventType } from '@manga-assist/schemas/events';
import { newSecret, SecretBox } from '../secrets/secret-box.ts';
import type { CallbackPolicy } from '../urls/callback-policy.ts';
import { checkCallbackUrl } from '../urls/callback-url.ts';
import { WebhookEndpoints, type WebhookCallback, type WebhookEndpoint, type WebhookOwner, type WebhookSecret } from '../webhook-endpoint.ts';
import { callbackReference } from './callback-reference.ts';
import type { EndpointRecord, EndpointRecords, OwnerRecord } from './endpoint-records.ts';

/** Registered ones: enough for every shop and stage of an owner. One record holds them all, and those of callbacks. */
export const MOST_ENDPOINTS = 20;
const MOST_CALLBACK_HOSTS = 100;
const DAY_MS = 24 * 3_600_000;
/** As long as deliveries are kept: nothing can be under way to a host that no callback has named since. */
const UNNAMED_MS = 30 * DAY_MS;
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

  async forCallback(owner: WebhookOwner, url: string, signal: AbortSignal): Promise<WebhookCallback> {
    this.#mustBeCallable(url);
    const nowMs = this.#clock.nowMs();
    const made = { ...this.#made(`${new URL(url).origin}/`, [], 'callback', newSecret()), lastNamedAtMs: nowMs };
    const record = await this.#change(owner, (endpoints) => withCallback(endpoints, url, made, nowMs), signal);
    // What was made here may have been found by another in between, never the other way round.
    const found = forUrl(record.endpoints, url) ?? made;
    const isKept = new Set(record.endpoints.map(({ endpointId }) => endpointId));
    // Of what has made room.
    for (const endpointId of record.health.keys()) if (!isKept.has(endpointId)) await this.#records.removeHealth(owner, endpointId, signal);
    return { endpoint: toEndpoint(owner, found, record, nowMs), reference: callbackReference(found, url) };
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
    await this.#forgetHealth(owner, endpointId, { url, status }, signal);
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

  /** Before the change: failures of the past must not put an endpoint off at its first new one. Another host has its own pace; the same one keeps what it asked for. */
  async #forgetHealth(owner: WebhookOwner, endpointId: string, { url, status }: { url: string | undefined; status: 'enabled' | 'disabled' | undefined }, signal: AbortSignal): Promise<void> {
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const seen = await this.#records.read(owner, signal);
      const before = seen.endpoints.find((endpoint) => endpoint.endpointId === endpointId);
      const health = seen.health.get(endpointId);
      if (before === undefined || health === undefined) return;
      if (url !== undefined && new URL(url).host !== new URL(before.url).host) return this.#records.removeHealth(owner, endpointId, signal);
      const isAnotherUrl = url !== undefined && new URL(url).href !== new URL(before.url).href;
      const isTurnedOn = status === 'enabled' && before.status === 'disabled';
      if (health.failingSinceMs === undefined || !(isAnotherUrl || isTurnedOn)) return;
      const { version, failingSinceMs: _, ...afresh } = health;
      if (await this.#records.writeHealth(owner, endpointId, afresh, version, signal)) return;
    }
    throw unavailable();
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
  throw unavailable();
}

function unavailable(): AppError {
  return new AppError('unavailable', 'webhooks.unavailable', 'Webhooks cannot be reached just now; try again.', { retryAfterMs: 1_000 });
}

function withOneMore(endpoints: readonly EndpointRecord[], made: EndpointRecord): readonly EndpointRecord[] {
  // Written already by a call whose answer was lost.
  if (endpoints.some(({ endpointId }) => endpointId === made.endpointId)) return endpoints;
  if (endpoints.filter(({ origin }) => origin === 'registered').length >= MOST_ENDPOINTS) {
    throw new AppError('invalid', 'webhooks.too-many-endpoints', `There are ${MOST_ENDPOINTS} webhook endpoints already; remove one first.`);
  }
  return [...endpoints, made];
}

/** With the endpoint for this address, named now: to the day, so that not each request writes. */
function withCallback(endpoints: readonly EndpointRecord[], url: string, made: EndpointRecord, nowMs: number): readonly EndpointRecord[] {
  const found = forUrl(endpoints, url);
  if (found !== undefined) {
    const { origin, lastNamedAtMs = 0 } = found;
    return origin === 'registered' || nowMs - lastNamedAtMs < DAY_MS ? endpoints : endpoints.map((one) => (one === found ? { ...one, lastNamedAtMs: nowMs } : one));
  }
  const callbacks = endpoints.filter(({ origin }) => origin === 'callback');
  if (callbacks.length < MOST_CALLBACK_HOSTS) return [...endpoints, made];
  const namedAtMs = ({ lastNamedAtMs, createdAtMs }: EndpointRecord): number => lastNamedAtMs ?? createdAtMs;
  const [oldest = made] = callbacks.toSorted((a, b) => namedAtMs(a) - namedAtMs(b));
  if (nowMs - namedAtMs(oldest) < UNNAMED_MS) {
    throw new AppError('invalid', 'webhooks.too-many-callbacks', `Callbacks have named ${MOST_CALLBACK_HOSTS} hosts already; remove an endpoint of theirs first.`);
  }
  return [...endpoints.filter((one) => one !== oldest), made];
}

/**
 * A registered endpoint for the very address, or for it with another query; or else the one for callbacks to
 * its host. One that is on rather than one that is off. `HTTPS://Shop.jp` is `https://shop.jp/`.
 */
function forUrl(endpoints: readonly EndpointRecord[], url: string): EndpointRecord | undefined {
  const wanted = new URL(url);
  const fits: readonly ((own: URL, origin: EndpointRecord['origin']) => boolean)[] = [
    (own, origin) => origin === 'registered' && own.href === wanted.href,
    (own, origin) => origin === 'registered' && own.origin + own.pathname === wanted.origin + wanted.pathname,
    (own, origin) => origin === 'callback' && own.origin === wanted.origin,
  ];
  for (const isFit of fits) {
    const same = endpoints.filter((endpoint) => isFit(new URL(endpoint.url), endpoint.origin));
    if (same.length > 0) return same.find(({ status }) => status === 'enabled') ?? same[0];
  }
  return undefined;
}

function toEndpoint(owner: WebhookOwner, { secret: _, lastNamedAtMs: _n, previousSecrets, ...endpoint }: EndpointRecord, record: OwnerRecord | undefined, nowMs: number): WebhookEndpoint {
  const failingSinceMs = record?.health.get(endpoint.endpointId)?.failingSinceMs;
  const previousSecretUntilMs = previousSecrets[0]?.untilMs ?? 0;
  return {
    ...endpoint,
    owner,
    ...(failingSinceMs !== undefined && { failingSinceMs }),
    ...(previousSecretUntilMs > nowMs && { previousSecretUntilMs }),
  };
}
