import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { ModelRequest } from '@manga-assist/bedrock';
import { ScriptedLanguageModel } from '@manga-assist/bedrock/testing';
import { InMemoryCovers } from '@manga-assist/catalogue/testing';
import { aTurn, InMemoryConversationStore } from '@manga-assist/conversations/testing';
import type { JobInputOf, JobType } from '@manga-assist/schemas/jobs';
import { aJob } from '../testing/a-job.ts';
import { aPicture } from '../testing/a-picture.ts';
import { aShelf, SHELF } from '../testing/shelf.ts';
import { realTokens } from '../testing/text-tokens.ts';
import { workOn } from '../testing/work-on.ts';
import { AnalysisHandler } from './analysis/analysis.handler.ts';
import { ConversationSummaryHandler } from './conversation-summary/conversation-summary.handler.ts';
import { CoverAnalysisHandler } from './cover-analysis/cover-analysis.handler.ts';
import { HeavyAnalysisHandler } from './heavy-analysis/heavy-analysis.handler.ts';
import type { JobHandler } from './job-handler.ts';
import { JobHandlers } from './job-handlers.ts';
import { ModerationHandler } from './moderation/moderation.handler.ts';
import { PipelineHandler } from './pipeline/pipeline.handler.ts';
import { PromptHandler } from './prompt-request/prompt.handler.ts';
import { readPrompt } from './prompt-file.ts';
import { TranslationHandler } from './translation/translation.handler.ts';

const folder = new URL('../prompts/', import.meta.url);
const names = readdirSync(folder).map((file) => file.replace(/\.md$/, ''));
const text = (name: string): string => readFileSync(new URL(`${name}.md`, folder), 'utf8');
/** Its text is the customer's own words, not data. */
const withFences = names.filter((name) => !name.startsWith('free-prompt.'));

const manga_id = SHELF.sea.mangaId;
const conversation_id = '3b1f1f0e-8d3b-4f39-9f63-0d6a3f0a9c11';

/** With everything that may be said besides, so that every fence is sent. */
const INPUTS: { [T in JobType]: JobInputOf<T> } = {
  prompt: { prompt: 'Recommend something.' },
  genre_classification: { manga_id, additional_context: 'Sold with a poster.' },
  content_summary: { manga_id, additional_context: 'Sold with a poster.' },
  similar_series: { manga_id, additional_context: 'Sold with a poster.' },
  reading_level: { manga_id, additional_context: 'Sold with a poster.' },
  full_enrichment: { manga_id, additional_context: 'Sold with a poster.' },
  content_moderation: { items: [{ id: 'a', text: 'A lovely story.' }] },
  summarise_conversation: { conversation_id },
  translate: { target_language: 'ja', items: [{ id: 'a', text: 'A lovely story.' }] },
  heavy_analysis: { manga_id, focus: 'the art', language: 'en' },
  pipeline: { manga_id, question: 'What is it about?', language: 'en' },
  cover_analysis: { manga_id },
};

/** What has to fit for a second prompt to be sent; what the others get does not matter here. */
const ANSWERS: Record<string, string> = {
  facts: '{"facts":[]}',
  conversation_summary: '{"summary":"A reader asked.","topics":[],"series":[],"open_questions":[]}',
};

async function handlers(): Promise<JobHandlers> {
  const { store, snapshot } = aShelf();
  const conversations = new InMemoryConversationStore();
  const owner = { tenantId: 'store', subject: 'merchandiser-1' };
  // Long enough to be summarised in parts.
  for (let turn = 0; turn < 40; turn++) {
    const turnId = `trn_${turn}`;
    await conversations.beginTurn(owner, { conversationId: conversation_id, turnId, isNewConversation: true }, 1_000);
    await conversations.endTurn(owner, conversation_id, aTurn({ turnId, question: 'この漫画の在庫と発売日と作者について詳しく教えてください。'.repeat(40) }));
  }
  const all: JobHandler[] = [
    new AnalysisHandler(store, snapshot),
    new ConversationSummaryHandler(conversations, realTokens),
    new CoverAnalysisHandler(store, new InMemoryCovers({ [`covers/${manga_id}.png`]: aPicture() })),
    new HeavyAnalysisHandler(store),
    new ModerationHandler(realTokens),
    new PipelineHandler(store),
    new PromptHandler(),
    new TranslationHandler(realTokens),
  ];
  return new JobHandlers(all);
}

describe('a prompt', () => {
  const sent: ModelRequest[] = [];

  beforeAll(async () => {
    const model = new ScriptedLanguageModel(({ outputSchema }) => ANSWERS[outputSchema?.name ?? ''] ?? 'A text.');
    const each = await handlers();
    for (const [type, input] of Object.entries(INPUTS) as [JobType, JobInputOf<JobType>][]) {
      await workOn(each.for({ type }), aJob(type, input), model).catch(() => undefined);
    }
    sent.push(...model.requests.map(({ request }) => request));
  });

  const sentWith = (name: string): ModelRequest[] => sent.filter(({ system = '' }) => system.startsWith(text(name).trim()));
  const fencesIn = ({ messages }: ModelRequest): string[] =>
    (messages[0]?.content ?? []).flatMap((block) => (block.type === 'text' ? [/^<(\w+)>[^]*<\/\1>$/.exec(block.text)?.[1] ?? []].flat() : []));

  it.each(names)('has a version in its name and is known by its text: %s', (name) => {
    expect(name).toMatch(/^[a-z-]+\.v\d+$/);
    expect(readPrompt(name).version).toMatch(new RegExp(`^${name.replace('.', '\\.')}\\.[0-9a-f]{12}$`));
  });

  it.each(withFences)('says that what is fenced is data, whatever it asks for: %s', (name) => {
    expect(text(name)).toMatch(/`<[a-z_]+>`/);
    expect(text(name)).toMatch(/data/);
    expect(text(name)).toMatch(/not (?:an instruction|done)/);
  });

  it.each(names)('names exactly the fences that its handler sends with it: %s', (name) => {
    const requests = sentWith(name);
    const named = new Set([...text(name).matchAll(/`<([a-z_]+)>`/g)].map(([, fence]) => fence));

    expect(requests.length).toBeGreaterThan(0);
    expect([...new Set(requests.flatMap(fencesIn))].sort()).toEqual([...named].sort());
  });

  it('carries nothing of others outside a fence but a picture and the customer’s own words', () => {
    for (const name of withFences) {
      for (const { messages } of sentWith(name)) {
        const loose = (messages[0]?.content ?? []).filter((block) => block.type === 'text' && !/^<(\w+)>[^]*<\/\1>$/.test(block.text));

        expect(loose.map((block) => (block.type === 'text' ? block.text : ''))).toEqual(name.startsWith('heavy-analysis.') ? [expect.stringMatching(/^Write now the section "/)] : []);
      }
    }
  });
});
