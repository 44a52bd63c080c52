import { describe, expect, it } from '@jest/globals';
import { readableLogLine } from './readable-log-line.ts';
import { Screen } from './screen.ts';

const line = (fields: object) => JSON.stringify({ level: 30, time: new Date(2026, 10, 1, 12, 34, 56, 789).getTime(), pid: 1, hostname: 'box', ...fields });

describe('a log line', () => {
  it('is shown with time, level, message and its own fields', () => {
    const text = readableLogLine(line({ service: 'rest-api', msg: 'answered', status: 200, model: 'haiku', path: 'a b', usage: { input_tokens: 3 } }), false);

    expect(text).toBe('12:34:56.789 INFO  answered status=200 model=haiku path="a b" usage={"input_tokens":3}');
  });

  it('shows the stack of an error under it', () => {
    const text = readableLogLine(line({ level: 50, msg: 'failed', err: { type: 'AppError', message: 'no', stack: 'AppError: no\n    at here' } }), false);

    expect(text).toBe('12:34:56.789 ERROR failed\n    AppError: no\n        at here');
  });

  it('that is not one of pino’s stays as it is', () => {
    for (const other of ['plain text', '{"level":', '{"tables": 7}', '']) expect(readableLogLine(other, true)).toBe(other);
  });

  it('takes levels by name and times as text', () => {
    expect(readableLogLine('{"level":"warn","time":"2026-11-01T12:00:00.000Z","msg":"slow"}', true)).toContain('\u001b[33mWARN \u001b[39m slow');
  });
});

describe('the screen', () => {
  const shown = (isRaw: boolean, hasColour: boolean, text: string) => {
    let output = '';
    new Screen((part) => (output += part), { isRaw, hasColour, nameWidth: 8 }).line('seed', text);
    return output;
  };

  it('puts the name of the process before every line', () => {
    expect(shown(false, false, 'seeded')).toBe('seed     | seeded\n');
    expect(shown(false, true, 'seeded')).toBe('\u001b[36mseed     |\u001b[39m seeded\n');
  });

  it('leaves log lines alone when a program reads them', () => {
    expect(shown(true, true, '{"level":30,"msg":"a"}')).toBe('{"level":30,"msg":"a"}\n');
    expect(shown(true, false, 'plain')).toBe('seed     | plain\n');
  });
});
