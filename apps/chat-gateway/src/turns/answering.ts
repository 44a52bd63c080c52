import { Injectable } from '@nestjs/common';
import { LanguageModel, ModelCatalogue, TokenEstimator, type StopReason } from '@manga-assist/bedrock';
import type { StoredTurn } from '@manga-assist/conversations';
import { Clock } from '@manga-assist/foundation';
import { priceUsage } from '@manga-assist/pricing';
import { ChatGatewayConfig } from '../config.ts';
import { ToolClient } from '../tools/tool-client.ts';
import type { AnswerSoFar } from './answer-so-far.ts';
import { answerWithTools } from './answer-with-tools.ts';
import { buildPrompt } from './build-prompt.ts';
import type { Turn } from './turn.ts';

/** Has a turn's question answered, and knows what an answer that breaks off has used. */
@Injectable()
export class Answering {
  constructor(
    private readonly config: ChatGatewayConfig,
    private readonly model: LanguageModel,
    private readonly catalogue: ModelCatalogue,
    private readonly estimator: TokenEstimator,
    private readonly tools: ToolClient,
    private readonly clock: Clock,
  ) {}

  /** Streams the answer into the turn, nothing of it before `begun` resolves. Gives the reason why it ended there. */
  async answer(turn: Turn, earlier: readonly StoredTurn[], answer: AnswerSoFar, signal: AbortSignal, begun?: Promise<unknown>): Promise<StopReason> {
    const { question, turnId, principal } = turn;
    const { tenantId, subject } = principal;
    const tools = await this.tools.list();
    if (tools.length === 0) answer.degradedReasons.add('tools');
    const estimate = (text: string): number => this.#estimate(text, answer);
    const prompt = buildPrompt({ question, earlier, tools, historyTokens: this.config.historyTokens, estimate });
    return answerWithTools(prompt, answer, {
      model: this.model,
      begun,
      call: { attribution: { tenantId, subject, feature: 'chat', correlationId: turnId }, signal },
      tools: {
        tools: this.tools,
        caller: { principal, turnId, language: question.language },
        known: new Set(tools.map(({ name }) => name)),
        timeoutMs: this.config.toolTimeoutMs,
        onTool: (name, state) => turn.addFrame({ type: 'turn.tool', turn_id: turnId, name, state }),
        onCards: (cards) => turn.addFrame({ type: 'turn.products', turn_id: turnId, products: [...cards] }),
      },
      onText: (texts) => turn.addTokens(texts, this.clock.elapsedMs()),
    });
  }

  /** Books a round that broke off with what it must have used. */
  estimateOpenRound(answer: AnswerSoFar): void {
    const { openRound } = answer;
    if (openRound === undefined) return;
    answer.isMeasured = false;
    const usage = {
      inputTokens: this.#estimate(openRound.prompt(), answer),
      outputTokens: this.#estimate(openRound.text, answer),
      cacheReadInputTokens: 0,
      cacheWriteInputTokens: 0,
    };
    const { costUsd } = priceUsage(this.catalogue.served(answer.model).profile.id, usage, this.clock.nowMs());
    answer.roundEnded(usage, costUsd);
  }

  #estimate(text: string, { model }: AnswerSoFar): number {
    return text === '' ? 0 : this.estimator.estimate(text, this.catalogue.served(model).profile);
  }
}
