import { LanguageModel, type ModelCall } from '../language-model.ts';
import type { ModelAnswer, ModelEvent, Routing } from '../model-event.ts';
import type { ModelRequest } from '../model-request.ts';
import { ModelRouter, type ModelRouterOptions } from './model-router.ts';

/** The same model, which also takes `auto` and then says whom it chose and why. */
export function withRouting(model: LanguageModel, options: ModelRouterOptions = {}): LanguageModel {
  return new RoutedLanguageModel(model, new ModelRouter(options));
}

class RoutedLanguageModel extends LanguageModel {
  readonly #model: LanguageModel;
  readonly #router: ModelRouter;

  constructor(model: LanguageModel, router: ModelRouter) {
    super();
    this.#model = model;
    this.#router = router;
  }

  invoke(request: ModelRequest, call: ModelCall): Promise<ModelAnswer> {
    return this.#answer(request, call, (routed) => this.#model.invoke(routed, call));
  }

  converse(request: ModelRequest, call: ModelCall): Promise<ModelAnswer> {
    return this.#answer(request, call, (routed) => this.#model.converse(routed, call));
  }

  stream(request: ModelRequest, call: ModelCall): AsyncIterable<readonly ModelEvent[]> {
    return this.#stream(request, call, (routed) => this.#model.stream(routed, call));
  }

  converseStream(request: ModelRequest, call: ModelCall): AsyncIterable<readonly ModelEvent[]> {
    return this.#stream(request, call, (routed) => this.#model.converseStream(routed, call));
  }

  isReachable(signal: AbortSignal): Promise<boolean> {
    return this.#model.isReachable(signal);
  }

  close(): Promise<void> {
    return this.#model.close();
  }

  async #answer(request: ModelRequest, call: ModelCall, ask: (routed: ModelRequest) => Promise<ModelAnswer>): Promise<ModelAnswer> {
    const routing = this.#routing(request, call);
    return routing ? { ...(await ask({ ...request, model: routing.chosen })), routing } : ask(request);
  }

  #stream(
    request: ModelRequest,
    call: ModelCall,
    open: (routed: ModelRequest) => AsyncIterable<readonly ModelEvent[]>,
  ): AsyncIterable<readonly ModelEvent[]> {
    const routing = this.#routing(request, call);
    return routing ? saying(routing, open({ ...request, model: routing.chosen })) : open(request);
  }

  #routing(request: ModelRequest, { attribution }: ModelCall): Routing | undefined {
    return request.model === 'auto' ? this.#router.route(request, `${attribution.tenantId} ${attribution.correlationId}`) : undefined;
  }
}

async function* saying(routing: Routing, batches: AsyncIterable<readonly ModelEvent[]>): AsyncGenerator<readonly ModelEvent[]> {
  let hasStarted = false;
  for await (const batch of batches) {
    yield hasStarted ? batch : batch.map((event) => (event.type === 'message-start' ? { ...event, routing } : event));
    hasStarted = true;
  }
}
