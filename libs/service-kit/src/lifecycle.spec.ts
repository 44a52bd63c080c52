import { describe, expect, it } from '@jest/globals';
import { Controller, Get, Module } from '@nestjs/common';
import { until } from '@manga-assist/foundation/testing';
import { silentLogger } from '@manga-assist/observability/testing';
import { Public, RequireScope, startService } from './index.ts';
import { Backstage } from './testing/example-service.ts';
import { RawConnection } from './testing/raw-http.ts';
import { configWith, startExample } from './testing/start-example.ts';

describe('a slow handler', () => {
  it('is told when its time is up, and the client gets a 504', async () => {
    const backstage = new Backstage();
    const service = await startExample(backstage, { requestTimeoutMs: 30 });

    const response = await fetch(`${service.url}/v1/wait`);

    expect(response.status).toBe(504);
    expect(await response.json()).toMatchObject({ code: 'request.timed-out', retryable: true });
    expect(backstage.aborts).toEqual(['TimeoutError']);
    await service.close();
  });
});

describe('health', () => {
  it('is ready when all checks are, and names the one that is not', async () => {
    const backstage = new Backstage();
    const service = await startExample(backstage);
    const readyz = async () => {
      const response = await fetch(`${service.url}/readyz`);
      return [response.status, await response.json()];
    };
    expect(await readyz()).toEqual([200, { status: 'ready', checks: { store: 'ok' } }]);

    backstage.checks['bedrock'] = async () => false;
    backstage.checks['tools'] = () => Promise.reject(new Error('down'));
    backstage.checks['queue'] = () => {
      throw new Error('down');
    };

    expect(await readyz()).toEqual([503, { status: 'not-ready', checks: { store: 'ok', bedrock: 'failed', tools: 'failed', queue: 'failed' } }]);
    expect((await fetch(`${service.url}/livez`)).status).toBe(200);
    await service.close();
  });

  it('gives up on a check that does not answer within a second', async () => {
    const backstage = new Backstage();
    backstage.checks['frozen'] = () => new Promise(() => undefined);
    const service = await startExample(backstage);

    const response = await fetch(`${service.url}/readyz`);

    expect(await response.json()).toEqual({ status: 'not-ready', checks: { store: 'ok', frozen: 'failed' } });
    await service.close();
  });
});

describe('stopping', () => {
  it('lets a running request finish, is no longer ready, and takes no new connection', async () => {
    const backstage = new Backstage();
    const service = await startExample(backstage);
    const idle = new RawConnection(service.port);
    idle.write('GET /livez HTTP/1.1\r\nhost: x\r\n\r\n');
    await idle.receive('alive');
    const halfway = new RawConnection(service.port);
    halfway.write('GET /readyz HTTP/1.1\r\nhost: x\r\n');
    const running = fetch(`${service.url}/v1/wait`);
    await until('the handler', () => backstage.waiting === 1);

    const closed = service.close();

    halfway.write('\r\n');
    expect(await halfway.receive('draining')).toMatch(/^HTTP\/1\.1 503 [^]*connection: close/i);
    await until('the idle connection to close', () => idle.isClosed);
    await expect(fetch(`${service.url}/livez`)).rejects.toThrow();
    backstage.answer.resolve('done');
    const response = await running;
    expect([response.status, await response.json()]).toEqual([200, { answer: 'done' }]);
    await closed;
  });

  it('cuts what has not finished when the time is up', async () => {
    const backstage = new Backstage();
    const service = await startExample(backstage, { drainTimeoutMs: 50 });
    const running = fetch(`${service.url}/v1/wait`).catch(() => 'cut');
    await until('the handler', () => backstage.waiting === 1);

    await service.close();

    expect(await running).toBe('cut');
    expect(backstage.aborts).toEqual(['AbortError']);
  });

  it('can be asked for twice', async () => {
    const service = await startExample(new Backstage());

    await Promise.all([service.close(), service.close()]);
  });
});

describe('starting', () => {
  it('fails when a route does not say who may use it', async () => {
    @Controller()
    class Careless {
      @Get('open')
      open(): string {
        return 'to all';
      }
    }
    @Module({ controllers: [Careless] })
    class CarelessModule {}

    await expect(startService({ name: 'x', config: configWith(), module: CarelessModule, logger: silentLogger() })).rejects.toThrow('GET /open');
  });

  it('fails when nobody can check the keys that a route asks for', async () => {
    @Controller()
    class Keyless {
      @Get('closed')
      @RequireScope('query:write')
      closed(): string {
        return 'to most';
      }
    }
    @Module({ controllers: [Keyless] })
    class KeylessModule {}

    await expect(startService({ name: 'x', config: configWith(), module: KeylessModule, logger: silentLogger() })).rejects.toThrow('ApiKeys');
  });

  it('fails when the port is taken', async () => {
    const service = await startExample(new Backstage());

    await expect(startExample(new Backstage(), { port: service.port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await service.close();
  });

  it('lets an app set up CORS, for refusals too', async () => {
    @Controller()
    class Small {
      @Get('small')
      @Public()
      small(): object {
        return {};
      }
    }
    @Module({ controllers: [Small] })
    class SmallModule {}
    const service = await startService({
      name: 'x',
      config: configWith(),
      module: SmallModule,
      logger: silentLogger(),
      configure: (app) => app.enableCors({ origin: ['https://shop.example'] }),
    });
    const preflight = await fetch(`${service.url}/small`, {
      method: 'OPTIONS',
      headers: { origin: 'https://shop.example', 'access-control-request-method': 'GET' },
    });
    const nowhere = await fetch(`${service.url}/nowhere`, { headers: { origin: 'https://shop.example' } });
    const foreign = await fetch(`${service.url}/small`, { headers: { origin: 'https://elsewhere.example' } });

    expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([204, 'https://shop.example']);
    expect([nowhere.status, nowhere.headers.get('access-control-allow-origin')]).toEqual([404, 'https://shop.example']);
    expect([foreign.status, foreign.headers.get('access-control-allow-origin')]).toEqual([200, null]);
    await service.close();
  });
});
