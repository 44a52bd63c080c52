import { describe, expect, it } from '@jest/globals';
import { openModelCatalogue } from './model-catalogue.ts';
import { Cl100kTokenEstimator } from './token-estimator.ts';

const { profile: haiku } = openModelCatalogue().served('haiku');
const { profile: sonnet } = openModelCatalogue().served('sonnet');

describe('the token estimator', () => {
  it('counts English at about a fifth of its characters and Japanese at about all of them', () => {
    const english = 'The crew of the Straw Hat Pirates sails from island to island in search of the greatest treasure. '.repeat(20);
    const japanese = '海賊王を目指す少年ルフィが、仲間とともに大海原を旅する物語です。'.repeat(20);
    const estimator = new Cl100kTokenEstimator();

    const perCharacter = (text: string) => estimator.estimate(text, haiku) / text.length;

    expect(perCharacter(english)).toBeGreaterThan(0.17);
    expect(perCharacter(english)).toBeLessThan(0.27);
    expect(perCharacter(japanese)).toBeGreaterThan(0.85);
    expect(perCharacter(japanese)).toBeLessThan(1.3);
  });

  it('counts nothing in nothing', () => {
    expect(new Cl100kTokenEstimator().estimate('', haiku)).toBe(0);
  });

  it('takes texts that look like control tokens, and broken Unicode, as text', () => {
    const estimator = new Cl100kTokenEstimator();

    expect(estimator.estimate('<|endoftext|>', haiku)).toBeGreaterThan(3);
    expect(estimator.estimate('\ud800 and \udc00', haiku)).toBeGreaterThan(0);
  });

  it('counts a text without a single space in steps that grow with its length only', () => {
    const estimator = new Cl100kTokenEstimator();
    const short = estimator.estimate('漫画'.repeat(500), haiku);

    // Whole, this one word would keep the tokenizer busy for half a minute.
    expect(estimator.estimate('漫画'.repeat(50_000), haiku)).toBeCloseTo(short * 100, -3);
  });

  it('never counts half a character', () => {
    const estimator = new Cl100kTokenEstimator();
    const aligned = estimator.estimate('𠮷'.repeat(200), haiku);

    // One character more in front moves every pair to an odd place.
    expect(Math.abs(estimator.estimate(`a${'𠮷'.repeat(200)}`, haiku) - aligned)).toBeLessThanOrEqual(aligned * 0.05);
  });

  it('learns from what Bedrock really counted, for that model only', () => {
    const estimator = new Cl100kTokenEstimator();
    const text = 'manga '.repeat(100);
    const before = estimator.estimate(text, haiku);

    for (let call = 0; call < 60; call++) estimator.observe(haiku, estimator.estimate(text, haiku), before * 2);

    expect(estimator.estimate(text, haiku) / before).toBeCloseTo(2, 1);
    expect(estimator.estimate(text, sonnet)).toBe(before);
  });

  it('is not spoilt by one count that cannot be', () => {
    const estimator = new Cl100kTokenEstimator({ smoothing: 1 });
    const text = 'manga '.repeat(100);
    const before = estimator.estimate(text, haiku);

    estimator.observe(haiku, before, before * 50);
    expect(estimator.estimate(text, haiku)).toBeLessThanOrEqual(before * 2);
    estimator.observe(haiku, before * 2, 1);
    expect(estimator.estimate(text, haiku)).toBeGreaterThanOrEqual(before / 2);
  });

  it('learns nothing from counts of nothing', () => {
    const estimator = new Cl100kTokenEstimator();
    const before = estimator.estimate('manga', haiku);

    estimator.observe(haiku, 0, 100);
    estimator.observe(haiku, 100, 0);

    expect(estimator.estimate('manga', haiku)).toBe(before);
  });
});
