import type { ToolDescription } from '@manga-assist/schemas/tools';

export const GET_ORDER_STATUS: ToolDescription = {
  name: 'get_order_status',
  description:
    "Check the status of one of the customer's own manga orders by its order ID: whether it is placed, packed, shipped, delivered or cancelled, what is in it and when it should arrive. " +
    'If the customer gave no order ID, ask for it instead of calling this.',
  input_schema: {
    type: 'object',
    properties: {
      order_id: { type: 'string', pattern: '^ORD-[A-Z0-9]{8}$', description: "The order ID: 'ORD-' and eight capital letters or digits." },
    },
    required: ['order_id'],
    additionalProperties: false,
  },
};
