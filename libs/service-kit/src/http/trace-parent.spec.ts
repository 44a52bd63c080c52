import { describe, expect, it } from '@jest/globals';
import { traceParentOf } from './trace-parent.ts';

const GIVEN = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

describe('the trace of a request', () => {
  it('is the caller’s', () => {
    expect(traceParentOf({ headers: { traceparent: GIVEN } })).toBe(GIVEN);
  });

  it.each([undefined, '', GIVEN.toUpperCase(), `${GIVEN}-x`, GIVEN.replace('4bf92f3577b34da6a3ce929d0e0e4736', '0'.repeat(32)), GIVEN.replace('00f067aa0ba902b7', '0'.repeat(16)), GIVEN.replace(/^00/, 'ff')])(
    'begins here when the caller gives none that is one: %j',
    (traceparent) => {
      const [one, other] = [traceParentOf({ headers: { traceparent } }), traceParentOf({ headers: { traceparent } })];

      expect(one).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
      expect(one).not.toBe(other);
    },
  );
});
