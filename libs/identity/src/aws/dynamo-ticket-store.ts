import { DeleteCommand, PutCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { StoredTicket } from '../tickets/ticket.ts';
import type { TicketStore } from '../tickets/ticket-store.ts';
import { DYNAMO_DEADLINE_MS } from './dynamo-client.ts';

/** Tickets in a table keyed by `ticket_hash`, with the time-to-live attribute `expires_at`. */
export class DynamoTicketStore implements TicketStore {
  readonly #dynamo: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(dynamo: DynamoDBDocumentClient, table: string) {
    this.#dynamo = dynamo;
    this.#table = table;
  }

  async put(ticketHash: string, { principal, origin, expiresAtMs }: StoredTicket): Promise<void> {
    const { tenantId, subject, scopes } = principal;
    await this.#dynamo.send(
      new PutCommand({
        TableName: this.#table,
        Item: {
          ticket_hash: ticketHash,
          tenant_id: tenantId,
          subject,
          scopes: [...scopes],
          origin,
          expires_at_ms: expiresAtMs,
          expires_at: Math.ceil(expiresAtMs / 1_000),
        },
      }),
      { abortSignal: AbortSignal.timeout(DYNAMO_DEADLINE_MS) },
    );
  }

  async take(ticketHash: string): Promise<StoredTicket | undefined> {
    // Deleting an item returns what it was to exactly one of all who delete it.
    const { Attributes } = await this.#dynamo.send(
      new DeleteCommand({ TableName: this.#table, Key: { ticket_hash: ticketHash }, ReturnValues: 'ALL_OLD' }),
      { abortSignal: AbortSignal.timeout(DYNAMO_DEADLINE_MS) },
    );
    if (Attributes === undefined) return undefined;
    return {
      principal: {
        tenantId: String(Attributes['tenant_id']),
        subject: String(Attributes['subject']),
        scopes: Attributes['scopes'] as StoredTicket['principal']['scopes'],
      },
      origin: (Attributes['origin'] as string | null | undefined) ?? null,
      expiresAtMs: Number(Attributes['expires_at_ms']),
    };
  }

  async close(): Promise<void> {
    this.#dynamo.destroy();
  }
}
