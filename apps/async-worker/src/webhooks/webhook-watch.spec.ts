import { afterEach, describe, expect, it } from '@jest/globals';
import { AppError } from '@manga-assist/foundation';
import { FAILPOINT_HOOK } from '@manga-assist/jobs';
import { createLogger, createMetrics } from '@manga-assist/observability';
import { anEvent, inMemoryWebhooks, SHOP, VirtualTime } from '@manga-assist/webhooks/testing';
import { WebhookWatch } from './webhook-watch.ts';

const OWNER = { tenantId: 'store', subject: 'partner-1' };
const { signal } = new AbortController();
const hooked = globalThis as { [FAILPOINT_HOOK]?: (name: string) => void };
const aWatch = (): WebhookWatch => new WebhookWatch(createMetrics({ service: 'async-worker' }), createLogger({ service: 'async-worker', level: 'silent' }));

describe('who watches webhooks', () => {
  it('counts what went wrong by its code', async () => {
    const metrics = createMetrics({ service: 'async-worker' });
    const watch = new WebhookWatch(metrics, createLogger({ service: 'async-worker', level: 'silent' }));

    for (const code of ['webhooks.secret-unreadable', 'webhooks.unavailable', 'webhooks.secret-unreadable']) watch.troubled(new AppError('bug', code, 'No.'));

    expect(await metrics.text()).toMatch(/manga_webhook_troubles_total\{[^}]*code="webhooks.secret-unreadable"[^}]*\} 2/);
  });

  afterEach(() => void delete hooked[FAILPOINT_HOOK]);

  it('can be made to die between an attempt’s sending and its settling', async () => {
    const time = new VirtualTime();
    const world = inMemoryWebhooks({ clock: time.clock, timers: time, observer: aWatch() });
    await world.endpoints.register(OWNER, { url: SHOP, eventTypes: [] }, signal);
    await world.outbox.enqueue(OWNER, anEvent(), {}, signal);
    const seen: { name: string; attempts: number | undefined }[] = [];
    hooked[FAILPOINT_HOOK] = (name) => seen.push({ name, attempts: world.records.deliveries.all[0]?.attempts.length });
    const deliverer = world.openDeliverer();

    deliverer.start();
    await time.pass(2_000);
    await deliverer.close();

    expect(seen).toEqual([{ name: 'webhook.after_send', attempts: 0 }]);
    expect(world.records.deliveries.all).toMatchObject([{ status: 'delivered', attempts: [{ outcome: 'delivered' }] }]);
  });
});
