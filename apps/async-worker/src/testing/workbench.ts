import { ScriptedLanguageModel, type Script } from '@manga-assist/bedrock/testing';
import { InMemoryCovers } from '@manga-assist/catalogue/testing';
import { InMemoryConversationStore } from '@manga-assist/conversations/testing';
import { CountedIds, StoppedClock } from '@manga-assist/foundation/testing';
import type { Job, JobOrder } from '@manga-assist/jobs';
import { anOrder, InMemoryBatchStore, InMemoryJobLedger, InMemoryJobResults, InMemoryJobStore } from '@manga-assist/jobs/testing';
import { createMetrics } from '@manga-assist/observability';
import { silentLogger } from '@manga-assist/observability/testing';
import { RecordedQueueSender, RecordedTopicPublisher } from '@manga-assist/queues/testing';
import { StoppedTimers } from '@manga-assist/resilience/testing';
import type { JobInputOf, JobType } from '@manga-assist/schemas/jobs';
import { inMemoryWebhooks } from '@manga-assist/webhooks/testing';
import { FinishBatch } from '../batches/finish-batch.ts';
import { SettleBatch } from '../batches/settle-batch.ts';
import { ApplyEffect } from '../catalogue/apply-effect.ts';
import { EffectRules } from '../catalogue/effect-rules.ts';
import { AsyncWorkerConfig } from '../config.ts';
import { DoJob } from '../jobs/do-job.ts';
import { FinishJob } from '../jobs/finish-job.ts';
import { JobObjects } from '../jobs/job-objects.ts';
import { JobWatch } from '../jobs/job-watch.ts';
import { JobRows } from '../jobs/job-rows.ts';
import { OutboxSteps } from '../jobs/outbox-steps.ts';
import { OutboxWatch } from '../jobs/outbox-watch.ts';
import { RunJob } from '../jobs/run-job.ts';
import { TimeLimits } from '../jobs/time-limits.ts';
import { TryJob } from '../jobs/try-job.ts';
import { SweepBatches } from '../sweeper/sweep-batches.ts';
import { SweepJobs } from '../sweeper/sweep-jobs.ts';
import { AnalysisHandler } from '../types/analysis/analysis.handler.ts';
import { ConversationSummaryHandler } from '../types/conversation-summary/conversation-summary.handler.ts';
import { CoverAnalysisHandler } from '../types/cover-analysis/cover-analysis.handler.ts';
import { HeavyAnalysisHandler } from '../types/heavy-analysis/heavy-analysis.handler.ts';
import { JobHandlers } from '../types/job-handlers.ts';
import { ModerationHandler } from '../types/moderation/moderation.handler.ts';
import { PipelineHandler } from '../types/pipeline/pipeline.handler.ts';
import { PromptHandler } from '../types/prompt-request/prompt.handler.ts';
import { TranslationHandler } from '../types/translation/translation.handler.ts';
import { aShelf } from './shelf.ts';
import { realTokens } from './text-tokens.ts';

/** The worker without its queue, in memory and with the time in a test's hands. */
export class Workbench {
  readonly signal = new AbortController().signal;
  readonly clock = new StoppedClock(Date.UTC(2026, 10, 1));
  readonly timers = new StoppedTimers();
  readonly jobs = new InMemoryJobStore(this.clock);
  readonly batches = new InMemoryBatchStore(this.clock);
  readonly ledger = new InMemoryJobLedger();
  readonly results = new InMemoryJobResults();
  readonly topic: RecordedTopicPublisher;
  readonly metrics = createMetrics({ service: 'test' });
  readonly sender = new RecordedQueueSender();
  readonly webhooks = inMemoryWebhooks({ clock: this.clock });
  readonly products = aShelf().store;
  readonly model: ScriptedLanguageModel;
  readonly runJob: RunJob;
  readonly sweepJobs: SweepJobs;
  readonly sweepBatches: SweepBatches;

  constructor(script: Script = () => 'An answer.', { topic = new RecordedTopicPublisher() } = {}) {
    this.topic = topic;
    this.model = new ScriptedLanguageModel(script);
    const { jobs, batches, ledger, results, products, sender, clock } = this;
    const { outbox } = this.webhooks;
    const { snapshot } = aShelf();
    const config = new AsyncWorkerConfig();
    const limits = new TimeLimits(clock, this.timers);
    const logger = silentLogger();
    const watch = new JobWatch(this.metrics, logger);
    const outboxes = new OutboxWatch(this.metrics, clock);
    const rules = new EffectRules(config);
    const handlers = new JobHandlers([
      new AnalysisHandler(products, snapshot),
      new ConversationSummaryHandler(new InMemoryConversationStore(), realTokens),
      new CoverAnalysisHandler(products, new InMemoryCovers()),
      new HeavyAnalysisHandler(products),
      new ModerationHandler(realTokens),
      new PipelineHandler(products),
      new PromptHandler(),
      new TranslationHandler(realTokens),
    ]);
    const rows = new JobRows(jobs, config, limits, logger);
    const doJob = new DoJob(handlers, this.model, new JobObjects(results, limits), rules, limits);
    const finishBatch = new FinishBatch(batches, topic, outbox, config, limits, outboxes);
    const steps = new OutboxSteps(ledger, topic, outbox, new SettleBatch(batches, finishBatch), new ApplyEffect(products, jobs, rules, clock), config);
    const finishJob = new FinishJob(jobs, steps, config, limits, outboxes, logger);
    this.runJob = new RunJob(rows, new TryJob(rows, doJob, watch, config, clock), finishJob, clock);
    this.sweepJobs = new SweepJobs(jobs, sender, finishJob, new CountedIds(), config, limits, outboxes, logger);
    this.sweepBatches = new SweepBatches(batches, jobs, sender, finishBatch, config, limits, outboxes, logger);
  }

  /** A job as the door leaves it. */
  async queued<T extends JobType>(type: T, input: JobInputOf<T>, about: Partial<JobOrder> = {}): Promise<JobOrder> {
    const order = anOrder({ type, input, createdAtMs: this.clock.nowMs(), ...about });
    await this.jobs.create(order, this.signal);
    await this.jobs.markSent([order.jobId], this.signal);
    return order;
  }

  async look({ owner, jobId }: JobOrder): Promise<Job> {
    const job = await this.jobs.get(owner, jobId, this.signal);
    if (job === undefined) throw new Error(`there is no job ${jobId}`);
    return job;
  }

  /** Lets the time pass for clocks and timers alike. */
  advance(byMs: number): void {
    this.clock.advance(byMs);
    this.timers.advance(byMs);
  }

  /** The events that the topic was told, in order. */
  get told(): string[] {
    return this.topic.published.map(({ attributes }) => attributes['event_type'] ?? '');
  }
}
