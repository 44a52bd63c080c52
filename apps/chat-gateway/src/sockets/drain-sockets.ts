import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { ChatGatewayConfig } from '../config.ts';
import { TurnAdmission } from '../turns/turn-admission.ts';
import { Turns } from '../turns/turns.ts';
import { OpenSockets } from './open-sockets.ts';

const RESTARTING = 1012;
/** Clients come back spread over this time, so that the next gateway is not run over. */
const RECONNECT_SPREAD_MS = 20_000;
/** Left of the service's time to stop for telling clients and closing sockets. */
const CLOSE_RESERVE_MS = 800;
const CLOSE_LIMIT_MS = 500;

/** Stops the chat without losing an answer: no new turns, running ones finish, then every socket is told to come back. */
@Injectable()
export class DrainSockets implements BeforeApplicationShutdown {
  constructor(
    private readonly config: ChatGatewayConfig,
    private readonly admission: TurnAdmission,
    private readonly turns: Turns,
    private readonly sockets: OpenSockets,
  ) {}

  async beforeApplicationShutdown(): Promise<void> {
    this.admission.drain();
    for (const socket of this.sockets) {
      socket.send({ type: 'reconnect', reason: 'draining', after_ms: Math.round(Math.random() * RECONNECT_SPREAD_MS) });
    }
    await this.turns.whenIdle(Math.max(0, this.config.drainTimeoutMs - CLOSE_RESERVE_MS));
    this.turns.interruptAll();
    await this.turns.whenIdle(CLOSE_RESERVE_MS - CLOSE_LIMIT_MS);
    await this.#closeAll();
  }

  async #closeAll(): Promise<void> {
    for (const socket of this.sockets) socket.close(RESTARTING, 'service restart');
    const givesUpAtMs = performance.now() + CLOSE_LIMIT_MS;
    while (this.sockets.count > 0 && performance.now() < givesUpAtMs) await new Promise((resolve) => setTimeout(resolve, 5));
    for (const socket of this.sockets) socket.terminate();
  }
}
