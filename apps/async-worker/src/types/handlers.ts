import type { Provider } from '@nestjs/common';
import { AnalysisHandler } from './analysis/analysis.handler.ts';
import { ConversationSummaryHandler } from './conversation-summary/conversation-summary.handler.ts';
import { CoverAnalysisHandler } from './cover-analysis/cover-analysis.handler.ts';
import { HeavyAnalysisHandler } from './heavy-analysis/heavy-analysis.handler.ts';
import { TextTokens } from './items/text-tokens.ts';
import type { JobHandler } from './job-handler.ts';
import { JobHandlers } from './job-handlers.ts';
import { ModerationHandler } from './moderation/moderation.handler.ts';
import { PipelineHandler } from './pipeline/pipeline.handler.ts';
import { PromptHandler } from './prompt-request/prompt.handler.ts';
import { TranslationHandler } from './translation/translation.handler.ts';

const HANDLERS = [
  AnalysisHandler,
  ConversationSummaryHandler,
  CoverAnalysisHandler,
  HeavyAnalysisHandler,
  ModerationHandler,
  PipelineHandler,
  PromptHandler,
  TranslationHandler,
];

/** Everybody who does jobs. A new type of job is a new handler in this list. */
export const handlerProviders: Provider[] = [
  TextTokens,
  ...HANDLERS,
  { provide: JobHandlers, inject: HANDLERS, useFactory: (...handlers: JobHandler[]) => new JobHandlers(handlers) },
];
