import { Matches } from 'class-validator';
import { Optional } from '@manga-assist/schemas';

/** POST /v1/chat/tickets, asked by the store's own back end for the shopper who is signed in there. */
export class ChatTicketRequest {
  /** Whose socket it will be; the API key's own subject when absent. */
  @Optional()
  @Matches(/^[A-Za-z0-9_.-]{1,64}$/, { message: 'must be 1 to 64 letters, digits, _, . or -' })
  customer_id?: string;
}
