import { Injectable } from '@nestjs/common';
import type { StoredTurn } from '@manga-assist/conversations';
import { AppError, Clock, Ids, toAppError } from '@manga-assist/foundation';
import { Logger } from '@manga-assist/observability';
import { combineSignals, withDeadline, Timers } from '@manga-assist/resilience';
import { ChatGatewayConfig } from '../config.ts';
import { errorFrame } from '../frames/error-frame.ts';
import { AnswerSoFar } from './answer-so-far.ts';
import { Answering } from './answering.ts';
import { turnFailure } from './turn-failure.ts';
import { complete, turnCancelled, turnStarted, turnUsage } from './turn-frames.ts';
import { TurnKeeper, type Lease } from './turn-keeper.ts';
import type { Turn } from './turn.ts';
import { Turns, type TurnOutcome } from './turns.ts';

/** The story of a turn, from the question to its one terminal frame. */
@Injectable()
export class TurnRunner {
  constructor(
    private readonly config: ChatGatewayConfig,
    private readonly keeper: TurnKeeper,
    private readonly answering: Answering,
    private readonly turns: Turns,
    private readonly clock: Clock,
    private readonly ids: Ids,
    private readonly timers: Timers,
    private readonly logger: Logger,
  ) {}

  /** Runs the turn to its end, whoever may be reading it. Never rejects. */
  async run(turn: Turn): Promise<void> {
    const answer = new AnswerSoFar(turn.question.model);
    const deadline = withDeadline(turn.stopped, this.config.turnTimeoutMs, { clock: this.clock, timers: this.timers });
    // Fires with the deadline, and when the turn is refused while the model is being asked.
    const asking = combineSignals(deadline.signal);
    let lease: Lease | undefined;
    let outcome: TurnOutcome;
    try {
      // In a new conversation nothing was said before: while it is being taken the model is asked already.
      const isSure = this.keeper.isSureOf(turn);
      const begun = this.#begin(turn);
      const answered = isSure ? this.answering.answer(turn, [], answer, asking.signal, begun) : undefined;
      // Looked at below; it may fail before the conversation is taken.
      answered?.catch(() => undefined);
      lease = await begun;
      const stopReason = await (answered ?? this.answering.answer(turn, await lease.earlier(), answer, asking.signal));
      turn.close();
      // Stored before it is said to be complete: the next question finds it.
      await lease.end(this.#record(turn, answer, 'complete'));
      turn.end(turnUsage(turn, answer, this.clock.elapsedMs()), complete(answer, stopReason));
      outcome = 'complete';
    } catch (error) {
      outcome = await this.#endEarly(turn, answer, lease, deadline.signal.aborted ? deadline.signal.reason : error);
    } finally {
      if (lease === undefined) asking.abort(new DOMException('The turn was refused.', 'AbortError'));
      asking.clear();
      deadline.clear();
    }
    this.turns.settled(turn, outcome);
    this.#log(turn, answer, outcome);
  }

  /** Takes the conversation, then tells the shopper: whatever waits for this comes after `turn.started`. */
  async #begin(turn: Turn): Promise<Lease> {
    const lease = await this.keeper.begin(turn);
    turn.addFrame(turnStarted(turn));
    return lease;
  }

  async #endEarly(turn: Turn, answer: AnswerSoFar, lease: Lease | undefined, error: unknown): Promise<TurnOutcome> {
    this.answering.estimateOpenRound(answer);
    const wasCancelled = turn.isCancelled;
    // What the shopper has read stays in the conversation; a turn that said nothing never was.
    if (turn.text === '') await lease?.abandon();
    else await lease?.end(this.#record(turn, answer, wasCancelled ? 'cancelled' : 'failed'));
    if (wasCancelled) {
      turn.end(turnCancelled(turn, answer));
      return 'cancelled';
    }
    const failure = turnFailure(asFailure(error));
    if (failure.code === 'internal') this.logger.error({ error, turnId: turn.turnId }, 'a turn failed unexpectedly');
    const names = { clientMessageId: turn.question.clientMessageId, ...(lease === undefined ? {} : { turnId: turn.turnId }) };
    turn.end(errorFrame({ ...failure, ...names }, this.ids.uuid()));
    return lease === undefined ? 'refused' : 'failed';
  }

  #record(turn: Turn, answer: AnswerSoFar, outcome: StoredTurn['outcome']): StoredTurn {
    const { question, turnId, text } = turn;
    return {
      turnId,
      clientMessageId: question.clientMessageId,
      atMs: this.clock.nowMs(),
      question: question.text,
      answer: text,
      language: question.language,
      toolRounds: answer.toolRounds,
      outcome,
      model: answer.model,
      usage: { inputTokens: answer.inputTokens, outputTokens: answer.outputTokens },
      costUsd: answer.costUsd,
    };
  }

  #log(turn: Turn, answer: AnswerSoFar, outcome: TurnOutcome): void {
    const { turnId, owner, tokens, firstTokenMs, startedMs } = turn;
    const { model, degraded, rounds, inputTokens, outputTokens, costUsd } = answer;
    const latencyMs = Math.round(this.clock.elapsedMs() - startedMs);
    const calls = answer.toolRounds.reduce((sum, { toolUses }) => sum + toolUses.length, 0);
    const firstMs = firstTokenMs === undefined ? undefined : Math.round(firstTokenMs);
    this.logger.info(
      { turnId, tenantId: owner.tenantId, outcome, model, degraded, rounds, calls, frames: tokens, inputTokens, outputTokens, costUsd, firstMs, latencyMs },
      'turn ended',
    );
  }
}

/** The deadline fires with a `TimeoutError`, which is not yet one of our failures. */
function asFailure(error: unknown): AppError {
  if (error instanceof DOMException && error.name === 'TimeoutError') {
    return new AppError('timed-out', 'chat.turn-timed-out', 'The answer took too long. Please try again.', { cause: error });
  }
  return toAppError(error);
}
