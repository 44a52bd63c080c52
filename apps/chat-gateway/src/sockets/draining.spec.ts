import { describe, expect, it } from '@jest/globals';
import { until } from '@manga-assist/foundation/testing';
import { TestClient } from '../testing/test-client.ts';
import { startGateway } from '../testing/test-gateway.ts';

describe('a gateway that stops', () => {
  it('lets running turns finish, takes no new ones, and sends everybody to another gateway', async () => {
    const gate = Promise.withResolvers<void>();
    const gateway = await startGateway([{ text: 'one two three', until: gate.promise }]);
    const busy = await TestClient.connect(gateway.url);
    const idle = await TestClient.connect(gateway.url);
    busy.question('Count');
    await busy.first('token');

    const stopped = gateway.close();
    const reconnect = await idle.first('reconnect');
    const refused = await idle.ask('Hello?');
    gate.resolve();
    await stopped;
    await until('both sockets to close', () => busy.closed && idle.closed);

    expect(reconnect).toMatchObject({ reason: 'draining', after_ms: expect.any(Number) });
    expect(refused).toMatchObject([{ type: 'error', code: 'draining', retryable: true }]);
    expect(busy.text()).toBe('one two three');
    expect(busy.frames.at(-1)).toMatchObject({ type: 'complete' });
    expect([busy.closed?.code, idle.closed?.code]).toEqual([1012, 1012]);
  });

  it('interrupts a turn that takes too long, and says so', async () => {
    const gateway = await startGateway([{ text: 'one two three', until: new Promise(() => undefined) }], { drainTimeoutMs: 1_000 });
    const client = await TestClient.connect(gateway.url);
    client.question('Count');
    await client.first('token');

    await gateway.close();
    await until('the socket to close', () => client.closed);

    expect(client.frames.at(-1)).toMatchObject({ type: 'error', code: 'turn_interrupted', retryable: true });
    expect(client.closed).toMatchObject({ code: 1012 });
  });
});
