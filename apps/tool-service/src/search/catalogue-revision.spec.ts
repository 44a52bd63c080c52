import { describe, expect, it } from '@jest/globals';
import { StoppedClock } from '@manga-assist/foundation/testing';
import { ToolServiceConfig } from '../config.ts';
import { CatalogueRevision } from './catalogue-revision.ts';

function revisionOf(config: Partial<ToolServiceConfig>): { revision: CatalogueRevision; clock: StoppedClock } {
  const clock = new StoppedClock();
  return { revision: new CatalogueRevision(Object.assign(new ToolServiceConfig(), config), clock), clock };
}

describe('the state of a catalogue', () => {
  it('in this process is what it is at once', () => {
    const { revision } = revisionOf({ catalogueSearch: 'embedded' });
    const before = revision.current;

    revision.advance();

    expect(revision.current).not.toBe(before);
    expect(revision.isSettled).toBe(true);
  });

  it.each([
    ['domain', 2_000],
    ['es', 2_000],
    ['aoss', 60_000],
  ] as const)('in OpenSearch (%s) settles %i ms after its last change', (opensearchService, lagMs) => {
    const { revision, clock } = revisionOf({ catalogueSearch: 'opensearch', opensearchService });
    revision.advance();
    clock.advance(lagMs - 1);
    expect(revision.isSettled).toBe(false);
    revision.advance();
    clock.advance(lagMs - 1);
    expect(revision.isSettled).toBe(false);

    clock.advance(1);

    expect(revision.isSettled).toBe(true);
  });
});
