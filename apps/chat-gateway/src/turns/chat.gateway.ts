import { Injectable } from '@nestjs/common';
import type { ChatResumeFrame, ChatSendFrame, ClientFrame } from '@manga-assist/schemas/chat';
import type { ChatRefusal } from '../frames/chat-refusal.ts';
import { readFrame } from '../frames/read-frame.ts';
import type { ChatSocket } from '../sockets/chat-socket.ts';
import { TurnAdmission } from './turn-admission.ts';
import { TurnRunner } from './turn-runner.ts';
import { turnStarted } from './turn-frames.ts';
import { Turns } from './turns.ts';

/** A client that sends this many bad frames in a row is no client of this protocol. */
const MOST_BAD_FRAMES = 20;
const BAD_CLIENT = 4400;

/** What a shopper's frames do. Every frame is dealt with before the next one is read. */
@Injectable()
export class ChatGateway {
  constructor(
    private readonly admission: TurnAdmission,
    private readonly runner: TurnRunner,
    private readonly turns: Turns,
  ) {}

  receive(socket: ChatSocket, data: Buffer, isBinary: boolean): void {
    const read = readFrame(data, isBinary);
    if (!read.ok) {
      socket.refuse(read.refusal);
      if (++socket.badFrames >= MOST_BAD_FRAMES) socket.close(BAD_CLIENT, 'repeated bad messages');
      return;
    }
    socket.badFrames = 0;
    const refusal = this.#act(socket, read.frame);
    if (refusal !== undefined) socket.refuse(refusal);
  }

  #act(socket: ChatSocket, frame: ClientFrame): ChatRefusal | undefined {
    switch (frame.type) {
      case 'chat.send':
        return this.#send(socket, frame);
      case 'chat.cancel': {
        const turn = this.turns.byId(socket.principal, frame.turn_id);
        // Cancelling what has ended already is no mistake: the terminal frame was faster.
        turn?.cancel();
        return turn === undefined ? { code: 'turn_not_found', turnId: frame.turn_id } : undefined;
      }
      case 'chat.resume':
        return this.#resume(socket, frame);
      case 'chat.ack':
        // The gateway sends no faster than the socket takes: acks are welcome and not needed.
        return undefined;
      case 'ping':
        socket.send({ type: 'pong', t: frame.t });
        return undefined;
    }
  }

  #send(socket: ChatSocket, frame: ChatSendFrame): ChatRefusal | undefined {
    const admission = this.admission.admit(frame, socket.principal, socket.reading);
    switch (admission.kind) {
      case 'refused':
        return admission.refusal;
      case 'joined':
        if (admission.turn.isKnown) socket.send({ ...turnStarted(admission.turn), duplicate: true });
        if (socket.reading === undefined) socket.show(admission.turn, 0);
        return undefined;
      case 'admitted':
        socket.show(admission.turn, 0);
        void this.runner.run(admission.turn);
        return undefined;
    }
  }

  #resume(socket: ChatSocket, frame: ChatResumeFrame): ChatRefusal | undefined {
    const { turn_id: turnId, epoch, after_sequence: after } = frame;
    const turn = this.turns.byId(socket.principal, turnId);
    if (turn === undefined) return { code: 'turn_not_found', turnId };
    if (socket.reading !== undefined && socket.reading !== turn) return { code: 'turn_in_progress', turnId: socket.reading.turnId };
    if (turn.epoch !== epoch) return { code: 'resume_failed', reason: 'epoch_changed', turnId };
    if (after > turn.tokens) return { code: 'resume_failed', reason: 'sequence_ahead', turnId };
    socket.send({ type: 'turn.resumed', turn_id: turnId, epoch, from_sequence: after + 1, through_sequence: turn.tokens });
    socket.show(turn, after);
    return undefined;
  }
}
