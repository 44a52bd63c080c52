import { isModelOperation, isStreaming, type AnyOperation } from '../operations/operation.ts';
import type { Fault } from './fault.ts';

export interface PlannedFault extends Fault {
  id: number;
  /** Calls it has hit so far. */
  hits: number;
}

/** The faults waiting to happen, oldest first; a call meets at most one. */
export class FaultBook {
  private faults: PlannedFault[] = [];
  private lastId = 0;

  add(fault: Fault): PlannedFault {
    const planned = { ...fault, id: ++this.lastId, hits: 0 };
    this.faults.push(planned);
    return planned;
  }

  list(): readonly PlannedFault[] {
    return this.faults;
  }

  clear(): void {
    this.faults = [];
  }

  /** The fault this call meets, used up by one. */
  take(operation: AnyOperation, modelId: string): Fault | undefined {
    return this.use((fault) => fault.kind !== 'unfit-json' && concerns(fault, operation, modelId));
  }

  /** The same for a call that turns out to ask for JSON: others do not use such a fault up. */
  takeUnfit(operation: AnyOperation, modelId: string): Fault | undefined {
    return this.use((fault) => fault.kind === 'unfit-json' && concerns(fault, operation, modelId));
  }

  private use(fits: (fault: PlannedFault) => boolean): Fault | undefined {
    const fault = this.faults.find(fits);
    if (!fault) return undefined;
    fault.hits += 1;
    if (fault.hits >= fault.times) this.faults = this.faults.filter((other) => other !== fault);
    return fault;
  }
}

function concerns(fault: PlannedFault, operation: AnyOperation, modelId: string): boolean {
  if (fault.hits >= fault.times) return false;
  if (fault.op ? fault.op !== operation : !isModelOperation(operation)) return false;
  if (fault.model && !modelId.includes(fault.model)) return false;
  const needsStream = fault.kind === 'midstream' || fault.kind === 'first-frame';
  return !needsStream || isStreaming(operation);
}
