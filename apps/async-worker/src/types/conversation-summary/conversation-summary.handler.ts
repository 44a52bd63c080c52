import { answerAs, type AnswerShape, type TextBlock } from '@manga-assist/bedrock';
import { ConversationStore, type StoredTurn } from '@manga-assist/conversations';
import { AppError, type JsonObject } from '@manga-assist/foundation';
import { Injectable } from '@nestjs/common';
import { object, text, texts } from '../answer-parts.ts';
import { cleaned, fenced } from '../fence.ts';
import { inParts } from '../items/in-parts.ts';
import { TextTokens } from '../items/text-tokens.ts';
import type { JobDefinition } from '../job-definition.ts';
import { JobHandler, type JobProduct } from '../job-handler.ts';
import type { JobWork } from '../job-work.ts';
import { readPrompt } from '../prompt-file.ts';

type Summary = {
  summary: string;
  topics: string[];
  series: string[];
  open_questions: string[];
};

const prompt = readPrompt('conversation-summary.v1');
const SUMMARY: AnswerShape = {
  name: 'conversation_summary',
  schema: object({ summary: text(2_000), topics: texts(8), series: texts(20, 200), open_questions: texts(10, 300) }),
};
/** Older turns than these are left out. */
const MOST_TURNS = 200;
const TURN_CHARACTERS = 4_000;
const PART = { mostTokens: 8_000, mostItems: MOST_TURNS };

/** Summarises a conversation of the job's owner; a long one in parts, whose notes are then summarised together. */
@Injectable()
export class ConversationSummaryHandler extends JobHandler<'summarise_conversation'> {
  readonly types = ['summarise_conversation'] as const;

  constructor(
    private readonly conversations: ConversationStore,
    private readonly tokens: TextTokens,
  ) {
    super();
  }

  definitionOf(): JobDefinition {
    return { model: 'haiku', maxTokens: 1_024, temperature: 0.1, deadlineMs: 300_000, promptVersion: prompt.version };
  }

  async run(work: JobWork<'summarise_conversation'>): Promise<JobProduct> {
    const { conversation_id } = work.input;
    const turns = await this.#turnsOf(work);
    const parts = inParts(turns.map(shown), PART, (turn) => this.tokens.of(JSON.stringify(turn)));
    const notes: Summary[] = [];
    for (const part of parts) {
      notes.push(await summarise(fenced('conversation', part), work));
      await work.progress(notes.length, parts.length);
    }
    const summary = notes.length === 1 ? notes[0] : await summarise(fenced('notes', notes), work);
    return { result: { conversation_id, turn_count: turns.length, ...summary } };
  }

  /** A conversation of somebody else cannot be named: the owner is part of its key. */
  async #turnsOf({ job, input }: JobWork<'summarise_conversation'>): Promise<readonly StoredTurn[]> {
    const turns = await this.conversations.recent(job.owner, input.conversation_id, MOST_TURNS);
    if (turns === undefined || turns.length === 0) throw new AppError('not-found', 'jobs.unknown-conversation', 'You have no such conversation, or nothing has been said in it.');
    return turns;
  }
}

async function summarise(content: TextBlock, work: JobWork<'summarise_conversation'>): Promise<Summary> {
  return (await answerAs<Summary>(work.model, work.request(prompt, [content]), work.call, SUMMARY)).value;
}

function shown({ question, answer }: StoredTurn): JsonObject {
  return { reader: cleaned(question, TURN_CHARACTERS), assistant: cleaned(answer, TURN_CHARACTERS) };
}
