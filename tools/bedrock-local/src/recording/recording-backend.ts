import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LanguageBackend, type BackendCall } from '../backends/language-backend.ts';
import { MessageAssembly } from '../messages/finished-message.ts';
import type { MessagesStream } from '../messages/messages-event.ts';
import { BedrockError } from '../wire/bedrock-error.ts';
import { fixtureName, redacted, type Fixture } from './fixture.ts';

/** Passes an upstream's answers on as they come, and keeps each one in a file; calls that end early are not kept. */
export class RecordingBackend extends LanguageBackend {
  readonly name: string;
  private readonly upstream: LanguageBackend;
  private readonly folder: string;

  constructor(upstream: LanguageBackend, folder: string) {
    super();
    this.upstream = upstream;
    this.folder = folder;
    this.name = `${upstream.name}, recorded`;
    mkdirSync(folder, { recursive: true });
  }

  async *stream(call: BackendCall): MessagesStream {
    const name = fixtureName(call);
    const seen: Pick<Fixture, 'model' | 'request'> = { model: call.model.id, request: call.request };
    const assembly = new MessageAssembly();
    try {
      for await (const batch of this.upstream.stream(call)) {
        for (const event of batch) assembly.add(event);
        yield batch;
      }
    } catch (error) {
      if (error instanceof BedrockError) this.keep(name, { ...seen, error: { exception: error.exception, message: error.message } });
      throw error;
    }
    this.keep(name, { ...seen, message: assembly.message });
  }

  private keep(name: string, fixture: Fixture): void {
    writeFileSync(join(this.folder, name), `${JSON.stringify(redacted(fixture), null, 2)}\n`);
  }
}
