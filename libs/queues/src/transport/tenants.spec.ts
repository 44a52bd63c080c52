import { describe, expect, it } from '@jest/globals';
import { Tenants } from './tenants.ts';

describe('the tenants of a queue', () => {
  const holding = (counts: Record<string, number>) => {
    const tenants = new Tenants();
    for (const [tenant, count] of Object.entries(counts)) for (let n = 0; n < count; n++) tenants.begin(tenant);
    return tenants;
  };

  it('crowd the others with more than a third of what is in hand', () => {
    const tenants = holding({ noisy: 5, quiet: 4, third: 4 });

    expect([tenants.isCrowding('noisy'), tenants.isCrowding('quiet'), tenants.isCrowding('new'), tenants.isCrowded()]).toEqual([true, false, false, true]);
  });

  it('crowd nobody any more when they hold less again', () => {
    const tenants = holding({ noisy: 5, quiet: 4, third: 4 });

    tenants.end('noisy');

    expect([tenants.isCrowding('noisy'), tenants.isCrowded()]).toEqual([false, false]);
  });

  it('are not what a message of nobody counts for', () => {
    const tenants = new Tenants();

    for (let n = 0; n < 3; n++) tenants.begin(undefined);

    expect([tenants.isCrowding(undefined), tenants.isCrowded()]).toEqual([false, false]);
  });
});
