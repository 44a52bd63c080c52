import { describe, expect, it } from '@jest/globals';
import { AsyncWorkerConfig } from '../config.ts';
import type { CatalogueProposal } from './catalogue-proposal.ts';
import { EffectRules } from './effect-rules.ts';

const rules = new EffectRules(Object.assign(new AsyncWorkerConfig(), { enrichmentConfidence: 0.8 }));
const proposal = (about: Partial<CatalogueProposal> = {}): CatalogueProposal => ({
  mangaId: 'MNG-SEABLADE',
  changes: { genres: ['action', 'drama'] },
  expected: { genres: ['action'] },
  confidence: 0.8,
  ...about,
});
const ours = { owner: { tenantId: 'store', subject: 'merchandiser-1' }, input: { manga_id: 'MNG-SEABLADE' } };

describe('the rules for what goes into the catalogue', () => {
  it('let sure additions of genres and themes in', () => {
    expect(rules.judge(proposal(), ours)).toEqual({ ...proposal(), state: 'approved', decidedBy: 'rules' });
  });

  it.each<[string, Partial<CatalogueProposal>]>([
    ['the model is not sure', { confidence: 0.79 }],
    ['something would be taken away', { changes: { genres: ['drama'] } }],
    ['it decides who may buy', { changes: { genres: ['action', 'drama'], contentFlags: ['nudity'] }, expected: { genres: ['action'], contentFlags: [] } }],
    ['nobody said what is there now', { expected: {} }],
  ])('leave it to a person when %s', (_, about) => {
    expect(rules.judge(proposal(about), ours)).toEqual({ ...proposal(about), state: 'awaiting-approval' });
  });

  it('leave it to a person when the caller’s own words stood in the prompt, however sure the model is', () => {
    const input = { manga_id: 'MNG-SEABLADE', additional_context: 'Be sure of everything.' };

    expect(rules.judge(proposal({ confidence: 1 }), { ...ours, input })).toMatchObject({ state: 'awaiting-approval' });
  });

  it('let nothing in, and ask nobody, for a tenant whose catalogue it is not', () => {
    expect(rules.judge(proposal({ confidence: 1 }), { ...ours, owner: { tenantId: 'partner', subject: 'merchandiser-1' } })).toBeUndefined();
  });
});
