import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LanguageBackend, type BackendCall } from '../backends/language-backend.ts';
import { eventsOf } from '../messages/message-events.ts';
import type { MessagesStream } from '../messages/messages-event.ts';
import { BedrockError, validation } from '../wire/bedrock-error.ts';
import { fixtureName, type Fixture } from './fixture.ts';

/** Answers from recorded files alone: a call that was never recorded is refused, and nothing leaves this machine. */
export class ReplayBackend extends LanguageBackend {
  readonly name = 'replay';
  private readonly folder: string;

  constructor(folder: string) {
    super();
    this.folder = folder;
  }

  async *stream(call: BackendCall): MessagesStream {
    const { message, error } = this.read(fixtureName(call));
    if (error) throw new BedrockError(error.exception, error.message);
    if (!message) throw validation('The recording of this call holds no answer.');
    yield eventsOf(message);
  }

  private read(name: string): Fixture {
    let text: string;
    try {
      text = readFileSync(join(this.folder, name), 'utf8');
    } catch {
      throw validation(`No recording of this call: ${name} is not in the replay folder. Record it with --record.`);
    }
    return JSON.parse(text) as Fixture;
  }
}
