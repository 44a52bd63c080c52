import { AppError } from '@manga-assist/foundation';
import { describe, expect, it } from '@jest/globals';
import { WrittenLogs } from './testing/index.ts';

describe('a log line', () => {
  it('says when, how bad, which service and what, as JSON', () => {
    const logs = new WrittenLogs();

    logs.logger.info({ turnId: 'trn_1', rounds: 2 }, 'turn ended');

    expect(logs.lines).toEqual([
      { level: 'info', time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/), service: 'test', turnId: 'trn_1', rounds: 2, message: 'turn ended' },
    ]);
  });

  it('carries the fields of a child logger', () => {
    const logs = new WrittenLogs();

    logs.logger.child({ turnId: 'trn_1', token: 'hunter2' }).warn('slow');

    expect(logs.lines[0]).toMatchObject({ level: 'warn', turnId: 'trn_1', token: '[hidden]', message: 'slow' });
  });

  it('is not written below the level', () => {
    const logs = new WrittenLogs('warn');

    logs.logger.info('not now');

    expect(logs.written).toBe('');
    expect(logs.logger.isLevelEnabled('info')).toBe(false);
    expect(logs.logger.isLevelEnabled('error')).toBe(true);
  });

  it.each(['prompt', 'text', 'query', 'answer', 'authorization', 'x-api-key', 'apiKey', 'token', 'ticket', 'Secret'])(
    'hides what stands under %s, at any depth',
    (key) => {
      const logs = new WrittenLogs();

      logs.logger.info({ [key]: 'canary', request: { headers: [{ [key]: ['canary'] }] } }, 'asked');

      expect(logs.written).not.toContain('canary');
      expect(logs.lines[0]).toMatchObject({ [key]: '[hidden]', message: 'asked' });
    },
  );

  it('hides credentials by their shape, even in a message', () => {
    const logs = new WrittenLogs();
    const jwt = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl';

    logs.logger.info({ header: 'Bearer abc.def' }, `key mga_live_0123456789ab_${'s'.repeat(43)}_abcdef, jwt ${jwt}`);

    expect(logs.written).not.toMatch(/ssss|eyJ|abc\.def/);
  });

  it('stays one line whatever the fields hold', () => {
    const hostile = ['a\nb', 'a\r\nb', '\u001b[31mred', 'a\u2028b', 'abc\u202ecba', '"}\n{"level":"fatal"}', '\u0000', '\ud800', '漫画\u009b'];
    const logs = new WrittenLogs();

    for (const text of hostile) logs.logger.info({ [text]: text, level: 'fatal', time: 'never', message: 'forged' }, text);

    expect(logs.written.split('\n')).toHaveLength(hostile.length + 1);
    expect(logs.lines.every((line) => line.level === 'info' && line['field_message'] === 'forged')).toBe(true);
    expect(logs.written).not.toMatch(/[\r\u2028\u202e\u009b]/u);
  });

  it('is shortened when it would be longer than 8 KiB', () => {
    const logs = new WrittenLogs();
    const fields = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`field${index}`, '漫'.repeat(2_000)]));

    logs.logger.info(fields, 'big');

    expect(Buffer.byteLength(logs.written)).toBeLessThan(8_192);
    expect(logs.lines[0]).toMatchObject({ message: 'big', shortenedFromBytes: expect.any(Number) });
  });

  it('survives circles, deep nesting and odd values', () => {
    const logs = new WrittenLogs();
    const circle: Record<string, unknown> = { big: 10n, bytes: Buffer.alloc(5), none: undefined, made: () => 1, at: new Date(0) };
    circle['self'] = circle;

    logs.logger.info({ circle }, 'odd');

    expect(logs.lines[0]).toMatchObject({ circle: { big: '10', bytes: '[5 bytes]', at: '1970-01-01T00:00:00.000Z' } });
  });
});

describe('an error in a log line', () => {
  it('shows kind, code, message, simple details and the chain of causes', () => {
    const logs = new WrittenLogs();
    const refused = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED', syscall: 'connect' });
    const error = new AppError('unavailable', 'caching.unavailable', 'Not now.', { cause: refused, details: { attempt: 2, body: { deep: 'canary' } } });

    logs.logger.error({ error }, 'failed');

    expect(logs.lines[0]?.['error']).toMatchObject({
      name: 'AppError',
      kind: 'unavailable',
      code: 'caching.unavailable',
      message: 'Not now.',
      details: { attempt: 2 },
      stack: expect.stringContaining('logger.spec.ts'),
      cause: { code: 'ECONNREFUSED', message: 'connect ECONNREFUSED 127.0.0.1:1' },
    });
    expect(logs.written).not.toContain('canary');
  });

  it('leaves out the message of a foreign error, which may quote its input', () => {
    const logs = new WrittenLogs();
    const parsing = (() => {
      try {
        return JSON.parse('canary') as unknown;
      } catch (error) {
        return error;
      }
    })();

    logs.logger.error({ error: parsing, nested: { cause: new Error('canary') } }, 'failed');

    expect(logs.lines[0]?.['error']).toMatchObject({ name: 'SyntaxError', stack: expect.stringContaining('at ') });
    expect(logs.written).not.toContain('canary');
  });

  it('ends a circle of causes', () => {
    const logs = new WrittenLogs();
    const error = new Error('outer');
    error.cause = error;

    logs.logger.error({ error }, 'failed');

    expect(logs.lines).toHaveLength(1);
  });
});
