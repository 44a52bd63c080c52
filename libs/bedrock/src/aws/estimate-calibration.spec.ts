import { describe, expect, it } from '@jest/globals';
import { openModelCatalogue } from '../model-catalogue.ts';
import type { ModelProfile } from '../model-profile.ts';
import { aModelRequest } from '../testing/index.ts';
import { TokenEstimator } from '../token-estimator.ts';
import { EstimateCalibration } from './estimate-calibration.ts';

class OneTokenPerCharacter extends TokenEstimator {
  readonly observed: number[][] = [];

  estimate(text: string): number {
    return text.length;
  }

  observe(_: ModelProfile, estimated: number, measured: number): void {
    this.observed.push([estimated, measured]);
  }
}

const { profile } = openModelCatalogue().served('haiku');
const usage = { inputTokens: 100, outputTokens: 9, cacheReadInputTokens: 20, cacheWriteInputTokens: 3 };
const promptOf = (length: number) => aModelRequest('x'.repeat(length - 1), { system: '' });

describe('the calibration of estimates', () => {
  it('compares one completed call in fifty, with everything that Bedrock read', () => {
    const estimator = new OneTokenPerCharacter();
    const calibration = new EstimateCalibration(estimator);

    for (let call = 0; call < 101; call++) calibration.completed(promptOf(1_000), profile, usage);

    expect(estimator.observed).toEqual([[1_000, 123], [1_000, 123], [1_000, 123]]);
  });

  it('learns nothing from prompts that are very short or very long', () => {
    const estimator = new OneTokenPerCharacter();

    for (const length of [299, 20_001]) new EstimateCalibration(estimator).completed(promptOf(length), profile, usage);

    expect(estimator.observed).toEqual([]);
  });

  it('learns nothing from pictures and documents, whose tokens no text tells', () => {
    const estimator = new OneTokenPerCharacter();
    const { messages, ...rest } = promptOf(1_000);
    const picture = { type: 'image' as const, format: 'png' as const, bytes: new Uint8Array(1) };

    new EstimateCalibration(estimator).completed({ ...rest, messages: messages.map(({ role, content }) => ({ role, content: [...content, picture] })) }, profile, usage);

    expect(estimator.observed).toEqual([]);
  });
});
